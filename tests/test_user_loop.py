"""Noise in a loop of one's own: arrays of any shape, layout and library, alone or in containers."""

import math
import re
import sys
import tracemalloc
from collections import OrderedDict, namedtuple
from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import float32, float64

from stablenoise import NoiseField, targets, tensors
from stablenoise.kernels import arrays, dispatchers
from stablenoise.noises import common, independent, isotropic

FIELD = NoiseField(1.5, 7)
addressed = settings(deadline=None)  # the first example compiles
each_format = pytest.mark.parametrize("real", [float64, float32])
formats = st.sampled_from([float64, float32])
kinds = st.sampled_from([common, independent, isotropic])
shapes = st.lists(st.integers(1, 5), max_size=4).map(tuple)


def unaligned(shape, real):
    """Numbers at odd addresses, in the fields of records."""
    memory = np.zeros(shape, [("byte", "i1"), ("number", real)])
    return memory, memory["number"]


@st.composite
def layouts(draw, shape, real):
    """Memory full of zeros, and a view of some of it: permuted, strided, backwards, unaligned."""
    kind = draw(st.sampled_from(["permuted", "strided", "unaligned"]))
    if kind == "unaligned":
        return unaligned(shape, real)
    order = draw(st.permutations(range(len(shape))))
    steps, margin = [1] * len(shape), 0
    if kind == "strided":
        steps = [draw(st.sampled_from([1, 1, 2, 3, -1, -2])) for _ in shape]
        margin = draw(st.integers(0, 2))
    memory = np.zeros([shape[i] * abs(steps[i]) + margin for i in order], real)
    view = memory[(*(slice(None, None, steps[i]) for i in order), ...)]
    view = view[(*(slice(shape[i]) for i in order), ...)]
    return memory, view.transpose(np.argsort(order))


def matrix(array):
    """A contiguous copy, a particle a row."""
    return np.array(array).reshape(array.shape[0] if array.ndim else 1, -1).copy()


@addressed
@given(
    st.data(), shapes, formats, kinds, st.integers(0, 2**64 - 1), st.sampled_from([1, 40, 2**20])
)
def test_shape_and_layout_do_not_matter(data, shape, real, noise, seed, buffer):
    """The bits of the call with a contiguous matrix; what lies between the numbers stays."""
    memory, view = data.draw(layouts(shape, real))
    assert view.shape == shape
    before = np.random.default_rng(seed).normal(size=shape)
    view[...] = before
    untouched = memory.copy()
    field, rows = NoiseField(1.4, seed, noise), np.arange(shape[0] if shape else 1)[::-1] + 2**31
    expected = matrix(view)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(targets, "BUFFER_BYTES", buffer)
        patch.setattr(targets, "ROWS", max(1, buffer % 3))
        for particles in (None, rows):
            field.add_to(expected, 5, 0.3, particles)
            field.add_to(view, 5, 0.3, particles)
        np.testing.assert_array_equal(matrix(view), expected)
        field.fill(view, 6)
    np.testing.assert_array_equal(
        matrix(view), field.at(range(len(expected)), 6, expected.shape[1], real)
    )
    view[...] = before
    assert memory.tobytes() == untouched.tobytes()


@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 5), (3,), (7, 1, 1)])
def test_what_is_looked_up_may_have_a_shape(shape):
    found = FIELD.at(range(shape[0]), 3, shape[1:])
    assert found.shape == shape
    dim = math.prod(shape[1:])
    np.testing.assert_array_equal(matrix(found), FIELD.at(range(shape[0]), 3, dim))


def test_the_first_axis_is_that_of_particles_and_the_last_moves_fastest():
    """By places: of a kernel of shape (4, 2, 3, 3), that at [2, 1, 0, 2] is coordinate 11 of 2."""
    kernel, bias, number = np.zeros((4, 2, 3, 3)), np.zeros(4), np.zeros(())
    for array in (kernel, bias, number):
        FIELD.fill(array, 0)
    assert kernel[2, 1, 0, 2] == FIELD.at([2], 0, 18)[0, 9 + 2]
    np.testing.assert_array_equal(bias, FIELD.at(range(4), 0, 1)[:, 0])
    assert number == bias[0] == kernel[0, 0, 0, 0]


@each_format
def test_an_array_that_is_not_contiguous_takes_a_buffer_and_no_copy(real, monkeypatch):
    """Of 2^23 numbers, 32 or 64 MB; a row, of 2^13, is short."""
    monkeypatch.setattr(dispatchers, "INTERPRET", "never")
    theta = np.zeros((2**10, 2**13), real).T[:, ::-1]
    FIELD.add_to(theta[:3], 0, 1.0)
    tracemalloc.start()
    try:
        FIELD.add_to(theta, 0, 1.0)
        added = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert added < targets.BUFFER_BYTES + 2**20 < theta.nbytes


def test_addresses_of_a_long_vector_take_little():
    """2^24 rows, whose addresses would be 64 MiB."""
    theta = np.zeros(2**24, float32)
    field = NoiseField(2.0, 1)  # whose variates are cheapest
    field.fill(theta[:9], 0)
    tracemalloc.start()
    try:
        field.fill(theta, 0)
        added = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert added < 2**24 + 2**20
    last = range(2**24 - 3, 2**24)
    np.testing.assert_array_equal(theta[-3:], field.at(last, 0, 1, float32)[:, 0])


def test_compiled_loops_get_what_is_contiguous_and_aligned():
    memory = np.zeros(8 * 12 + 1, np.uint8)
    odd = memory[1:].view(float64).reshape(4, 3)
    assert odd.flags.c_contiguous and not odd.flags.aligned
    for theta in (odd, np.zeros((4, 3)), np.zeros((3, 4)).T, np.zeros((3, 2, 2)).T):
        (target,) = targets.all_targets("theta", theta)
        for rows, part in target.matrices(None):
            assert part.flags.c_contiguous and part.flags.aligned and part.ndim == 2
            assert len(rows) == len(part)
        FIELD.fill(theta, 0)
        np.testing.assert_array_equal(matrix(theta), FIELD.at(range(len(theta)), 0, theta[0].size))


# Containers.

names = st.text(max_size=5)


@addressed
@given(st.dictionaries(names, shapes, min_size=1, max_size=5), formats, kinds, st.randoms())
def test_layers_of_a_dict_depend_on_their_names_alone(sizes, real, noise, random):
    """Not on the order, nor on what else is there."""
    field = NoiseField(1.4, 3, noise)
    expected = {name: np.ones(shape, real) for name, shape in sizes.items()}
    for name, array in expected.items():
        field.layer(name).add_to(array, 2, 0.5)
    some = random.sample(sorted(sizes), random.randint(1, len(sizes)))
    for kind in (dict, OrderedDict, MappingProxyType):
        theta = {name: np.ones(sizes[name], real) for name in some}
        field.add_to(kind(theta), 2, 0.5)
        for name in some:
            np.testing.assert_array_equal(theta[name], expected[name])


@addressed
@given(st.lists(shapes, min_size=1, max_size=5), formats, kinds)
def test_layers_of_a_list_are_numbered_by_position(sizes, real, noise):
    field = NoiseField(1.4, 3, noise)
    pair = namedtuple("pair", [f"part{i}" for i in range(len(sizes))])
    for kind in (list, tuple, lambda parts: pair(*parts)):
        theta = [np.ones(shape, real) for shape in sizes]
        field.add_to(kind(theta), 2, 0.5)
        for number, array in enumerate(theta):
            expected = np.ones(array.shape, real)
            field.layer(number).add_to(expected, 2, 0.5)
            np.testing.assert_array_equal(array, expected)


def test_layers_of_one_shape_have_noise_of_their_own():
    """The control of the two above: a field alone gives both the same."""
    for theta in ([np.zeros(9), np.zeros(9)], {"a": np.zeros(9), "b": np.zeros(9)}):
        FIELD.fill(theta, 0)
        first, second = theta.values() if isinstance(theta, dict) else theta
        assert not (first == second).any()
        FIELD.fill(first, 0)
        FIELD.fill(second, 0)
        np.testing.assert_array_equal(first, second)


def test_the_layer_of_a_container_in_a_container_is_the_path():
    """As PyTorch names parameters; None is passed over, and counts as a position."""
    theta = [{"weight": np.zeros((3, 2)), "bias": None}, None, {"weight": np.zeros(3)}]
    deep = {"conv": (np.zeros(2), [np.zeros(4)])}
    FIELD.fill(theta, 1)
    FIELD.fill(deep, 1)
    for name, array in {
        "0.weight": theta[0]["weight"],
        "2.weight": theta[2]["weight"],
        "conv.0": deep["conv"][0],
        "conv.1.0": deep["conv"][1][0],
    }.items():
        expected = np.zeros(array.shape)
        FIELD.layer(name).fill(expected, 1)
        np.testing.assert_array_equal(array, expected)


def test_particles_are_those_of_each_array():
    theta, rows = {"weight": np.zeros((2, 3)), "bias": np.zeros(2)}, [9, 4]
    FIELD.fill(theta, 0, rows)
    np.testing.assert_array_equal(theta["weight"], FIELD.layer("weight").at(rows, 0, 3))
    np.testing.assert_array_equal(theta["bias"], FIELD.layer("bias").at(rows, 0, ()))


def test_arrays_of_two_formats_may_be_together():
    theta = [np.zeros(3), np.zeros(3, float32)]
    FIELD.fill(theta, 0)
    np.testing.assert_array_equal(theta[1], FIELD.layer(1).at(range(3), 0, (), float32))


# Other libraries, by stand-ins that have a protocol and no more.


class ByArray:
    """As a library of before NumPy 2 has it."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None):
        return self.array


class ByArrayWithCopy(ByArray):
    def __array__(self, dtype=None, copy=None):
        return self.array.copy() if copy else self.array


class ByCapsule:
    """As a library of before version 1 of DLPack has it."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, stream=None):
        return self.array.__dlpack__()

    def __dlpack_device__(self):
        return 1, 0


class ByVersion(ByCapsule):
    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        return self.array.__dlpack__(max_version=max_version)


class ByEither(ByVersion, ByArray):
    pass


class Pinned(ByVersion):
    def __dlpack_device__(self):
        return 3, 0


class SharesIfAsked(ByArray):
    def __array__(self, dtype=None, copy=None):
        return self.array if copy is False else self.array.copy()


class CopiesArray(ByVersion):
    """Whose ``__array__`` is of no use."""

    def __array__(self, dtype=None, copy=None):
        return self.array.copy()


TENSORS = [
    *(ByArray, ByArrayWithCopy, ByCapsule, ByVersion, ByEither),
    *(Pinned, SharesIfAsked, CopiesArray),
]


@pytest.mark.parametrize("tensor", TENSORS)
@each_format
@pytest.mark.parametrize("columns", [slice(None), slice(None, None, -2)])
def test_memory_of_another_library_is_written_into(tensor, real, columns):
    theta, expected = np.ones((4, 5), real)[:, columns], np.ones((4, 5), real)[:, columns].copy()
    FIELD.add_to(tensor(theta), 3, 0.2)
    FIELD.add_to(expected, 3, 0.2)
    np.testing.assert_array_equal(theta, expected)
    FIELD.layer("w").fill(expected, 4)
    FIELD.fill({"w": tensor(theta)}, 4)
    np.testing.assert_array_equal(theta, expected)


@pytest.mark.parametrize("tensor", TENSORS)
def test_memory_without_numbers_may_be_anywhere(tensor):
    FIELD.fill([tensor(np.zeros((0, 3))), np.zeros((0, 3))], 4)


class Gradients(ByArray):
    requires_grad = True

    def __array__(self, dtype=None):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")

    def detach(self):
        return ByArray(self.array)


@pytest.mark.parametrize("enabled", [True, False])
def test_what_requires_gradients_is_written_into_where_they_are_off(enabled, monkeypatch):
    theta = np.zeros((4, 3))
    torch = SimpleNamespace(is_grad_enabled=lambda: enabled)
    monkeypatch.setitem(sys.modules, "torch", torch)
    if enabled:
        line = "theta must not require gradients: use torch.no_grad() or its .data, got Gradients"
        with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
            FIELD.add_to(Gradients(theta), 0, 1.0)
        assert not theta.any()
    else:
        FIELD.add_to(Gradients(theta), 0, 1.0)
        np.testing.assert_array_equal(theta, FIELD.at(range(4), 0, 3))


class OnCuda(ByVersion):
    def __dlpack_device__(self):
        return 2, 3


class OnMeta(ByVersion):
    device = "meta"

    def __dlpack_device__(self):
        raise ValueError("Unknown device type meta for Dlpack")


class OnMetal(ByVersion):
    def __dlpack_device__(self):
        return 8, 0


class Copies(ByArray):
    def __array__(self, dtype=None):
        return self.array.copy()


class Refuses(ByArray):
    def __array__(self, dtype=None):
        raise RuntimeError("it is sparse.\nBy rows.")


class Negated(ByVersion):
    """A view of negatives: DLPack would hand out the memory, of the other sign."""

    def __array__(self, dtype=None):
        raise RuntimeError("it has its negative bit set")


class Half(ByArray):
    dtype = "torch.bfloat16"

    def __array__(self, dtype=None):
        raise TypeError("Got unsupported ScalarType BFloat16")


class Exports:
    """With one half of the protocol."""

    def __dlpack__(self):
        raise AssertionError


def of_library(module, name="ArrayImpl"):
    return type(name, (ByArray,), {"__module__": module})(np.zeros((4, 3)))


def shut(array):
    array.flags.writeable = False
    return array


ZEROS, SHARED, LINE = np.zeros((4, 3)), np.zeros((4, 3)), np.zeros(9)
WHERE = "must be an array whose memory on the CPU can be shared, got "
NO_ARRAY = "must be an array, or a list or dict of them, got "
SELF = [np.zeros(3)]
SELF.append(SELF)
REFUSED = {
    "on CUDA without CuPy": (
        OnCuda(ZEROS),
        "must be on the CPU where CuPy does not import, got OnCuda on CUDA device 3",
    ),
    "on no device": (OnMeta(ZEROS), "must be on the CPU or on CUDA, got OnMeta on meta"),
    "on another device": (OnMetal(ZEROS), "must be on the CPU or on CUDA, got OnMetal on device 8"),
    "a copy": (Copies(ZEROS), WHERE + "Copies: its library makes a copy"),
    "its library says no": (Refuses(ZEROS), WHERE + "Refuses: it is sparse. By rows"),
    "negatives": (Negated(ZEROS), WHERE + "Negated: it has its negative bit set"),
    "half by its name": (Half(ZEROS), "must be float64 or float32, got torch.bfloat16"),
    "half": (ByArray(np.zeros(3, np.float16)), "must be float64 or float32, got float16"),
    "integers": (ByCapsule(np.zeros(3, int)), "must be float64 or float32, got int64"),
    "read-only": (ByArray(shut(np.zeros(3))), "must be writeable, got a read-only array"),
    "read-only capsule": (ByVersion(shut(np.zeros(3))), "must be writeable, got a read-only array"),
    "masked": (
        ByArray(np.ma.ones((2, 3))),
        "must be an array of NumPy or CuPy, got MaskedArray",
    ),
    "gradients": (
        Gradients(ZEROS),
        "must not require gradients: use torch.no_grad() or its .data, got Gradients",
    ),
    "of JAX": (
        of_library("jaxlib._jax"),
        "must be writeable, which arrays of JAX are not: use field.at, got ArrayImpl",
    ),
    "traced by JAX": (
        of_library("jax._src.interpreters.partial_eval", "DynamicJaxprTracer"),
        "must be writeable, which arrays of JAX are not: use field.at, got DynamicJaxprTracer",
    ),
    "of a class made from one of JAX": (
        type("Mine", (type(of_library("jaxlib._jax")),), {})(np.zeros(3)),
        "must be writeable, which arrays of JAX are not: use field.at, got Mine",
    ),
    "of TensorFlow": (
        of_library("tensorflow.python.framework.ops", "EagerTensor"),
        "must be writeable, which arrays of TensorFlow are not: use field.at, got EagerTensor",
    ),
    "a class": (np.ndarray, NO_ARRAY + "type"),
    "half a protocol": (Exports(), NO_ARRAY + "Exports"),
    "a generator": ((x for x in [np.zeros(3)]), NO_ARRAY + "generator"),
    "bytes": (b"abcdefgh", NO_ARRAY + "bytes"),
    "a number twice in memory": (
        np.lib.stride_tricks.as_strided(np.zeros(9), (4, 3), (8, 8)),
        "must have each number at a place of its own, got shape (4, 3) with strides (8, 8)",
    ),
    "a number twice in rows that overlap": (
        np.lib.stride_tricks.as_strided(np.zeros(9), (4, 3), (16, 8)),
        "must have each number at a place of its own, got shape (4, 3) with strides (16, 8)",
    ),
    "a number everywhere": (
        np.lib.stride_tricks.as_strided(np.zeros(1), (4, 3), (0, 0)),
        "must have each number at a place of its own, got shape (4, 3) with strides (0, 0)",
    ),
}


@pytest.fixture
def no_cupy(monkeypatch):
    monkeypatch.setattr(tensors, "cupy_or_none", lambda: None)


@pytest.mark.parametrize("bad, line", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_written_into_is_named_and_nothing_is_changed(bad, line, no_cupy):
    good = np.zeros((4, 3))
    calls = {
        "out": lambda: FIELD.fill(bad, 0),
        "theta": lambda: FIELD.add_to(bad, 0, 1.0),
        "out[1]": lambda: FIELD.fill([good, bad], 0),
        "theta['b']": lambda: FIELD.add_to({"a": good, "b": bad}, 0, 1.0),
    }
    for name, call in calls.items():
        with pytest.raises(ValueError, match=f"^{re.escape(f'{name} {line}')}$"):
            call()
    assert not good.any() and not ZEROS.any()


WHOLE = np.zeros((4, 6))
CONTAINERS = {
    "nothing": ([], "theta must hold an array, got []"),
    "nothing in it": ({"a": None}, "theta must hold an array, got {'a': None}"),
    "keys of numbers": ({0: SHARED}, "keys of theta must be strings, got 0"),
    "keys farther down": ([{None: SHARED}], "keys of theta[0] must be strings, got None"),
    "an array twice": (
        [SHARED, np.zeros(3), SHARED],
        "theta[2] must have memory of its own, got that of theta[0]",
    ),
    "a view": (
        {"a": WHOLE[:, 3:], "b": WHOLE[:, :4].T},
        "theta['b'] must have memory of its own, got that of theta['a']",
    ),
    "a part": (
        [WHOLE, np.zeros(3), WHOLE[2, 2:4]],
        "theta[2] must have memory of its own, got that of theta[0]",
    ),
    "an end": ([LINE[:5], LINE[4:]], "theta[1] must have memory of its own, got that of theta[0]"),
    "an array and a tensor": (
        {"a": SHARED, "b": {"c": ByArray(SHARED)}},
        "theta['b']['c'] must have memory of its own, got that of theta['a']",
    ),
    "a name twice": (
        {"a.b": np.zeros(2), "a": {"b": np.zeros(2)}},
        "theta['a']['b'] must be another layer than theta['a.b'], got 'a.b' for both",
    ),
    "itself": (
        SELF,
        "theta" + "[1]" * 16 + " must be an array, as containers go 16 deep, got list",
    ),
}


@pytest.mark.parametrize("theta, line", CONTAINERS.values(), ids=CONTAINERS)
def test_a_container_of_the_wrong_kind_is_named_and_nothing_is_changed(theta, line):
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        FIELD.add_to(theta, 0, 1.0)
    assert not SHARED.any() and not WHOLE.any() and not SELF[0].any()


def test_arrays_apart_are_not_compared_in_pairs(monkeypatch):
    """Those whose spans do not meet: of n arrays there are n^2 / 2 pairs."""
    monkeypatch.setattr(targets, "_share", lambda *_: pytest.fail("compared"))
    whole = np.zeros((20, 3))
    FIELD.fill(list(whole), 0)
    assert whole.all()


def test_arrays_that_lie_between_each_other_do_not_share_memory():
    """Views of every other column, as of a matrix with a column of biases."""
    whole, expected = np.zeros((4, 6)), np.zeros((4, 6))
    parts = [whole[:, :2], whole[:, 3::2], whole[::-1, 2], whole[:0, 4], whole[:, 4]]
    FIELD.add_to(parts, 0, 1.0)
    for number, columns in enumerate((slice(2), slice(3, None, 2))):
        expected[:, columns] = FIELD.layer(number).at(range(4), 0, 2)
    expected[::-1, 2] = FIELD.layer(2).at(range(4), 0, ())
    expected[:, 4] = FIELD.layer(4).at(range(4), 0, ())
    np.testing.assert_array_equal(whole, expected)


@pytest.mark.parametrize(
    "wrong, line",
    [
        ({"step": -1}, "step must be an integer in [0, 2^32), got -1"),
        ({"scale": np.nan}, "scale must be finite in float64, got nan"),
        ({"scale": 1e300}, "scale must be finite in float32, got 1e+300"),
        ({"particles": [1, 2]}, "particles must be as many as rows of theta['b'], 3, got 2"),
    ],
)
def test_an_argument_out_of_range_changes_no_array(wrong, line):
    theta = {"a": np.zeros(2), "b": np.zeros(3, float32)}
    if "scale" in wrong and wrong["scale"] is np.nan:
        theta["b"] = np.zeros(3)
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        FIELD.add_to(theta, **{"step": 0, "scale": 1.0} | wrong)
    assert not theta["a"].any() and not theta["b"].any()


def test_a_list_with_more_layers_than_lanes_is_named():
    theta = [np.zeros(2), np.zeros(2)]
    with pytest.raises(ValueError, match=r"^layer must be an integer in \[0, 1\), got 1$"):
        NoiseField(1.5, 1, lane=2**32 - 1).fill(theta, 0)
    assert not theta[0].any()


# CuPy and CUDA.


class AtAddress:
    """As CuPy tells where an array of a device lies; NumPy may not read there."""

    def __init__(self, first, last=None):
        self.__cuda_array_interface__ = {
            "shape": (4, 3), "typestr": "<f8", "data": (first, False), "version": 3,
            "strides": last,
        }  # fmt: skip


def test_places_on_a_device_are_compared_and_never_read(monkeypatch):
    """At addresses of a page that no process may read, those of columns of a (4, 6) array."""
    monkeypatch.setattr(targets, "array_module", lambda *_: None)
    left, right, last = (targets._placed(AtAddress(at, (48, 8))) for at in (64, 88, 80))
    assert not targets._share(left, right) and targets._share(left, last)
    whole = targets._placed(AtAddress(64))
    assert targets.byte_bounds(whole) == (64, 64 + 96)


def cupy_that(from_dlpack):
    return SimpleNamespace(from_dlpack=from_dlpack)


def test_a_tensor_on_cuda_goes_by_way_of_cupy(monkeypatch):
    theta = np.zeros((4, 3))
    monkeypatch.setattr(tensors, "cupy_or_none", lambda: cupy_that(lambda x: x.array))
    FIELD.add_to(OnCuda(theta), 0, 1.0)
    np.testing.assert_array_equal(theta, FIELD.at(range(4), 0, 3))


def test_what_another_library_has_on_cuda_is_waited_for(monkeypatch):
    """Once the noise is written, and only for what is not CuPy's own."""
    theta, seen = np.zeros((4, 3)), []
    monkeypatch.setattr(tensors, "cupy_or_none", lambda: cupy_that(lambda x: x.array))
    monkeypatch.setattr(targets, "wait_for", lambda array: seen.append(array.copy()))
    FIELD.fill([np.zeros((4, 3)), OnCuda(theta)], 0)
    (waited,) = seen
    np.testing.assert_array_equal(waited, FIELD.layer(1).at(range(4), 0, 3))


def test_to_wait_for_an_array_is_to_wait_for_its_device(monkeypatch):
    calls = []
    device = SimpleNamespace(synchronize=lambda: calls.append(1))
    arrays.wait_for(np.zeros(3))
    assert not calls
    monkeypatch.setattr(arrays, "array_module", lambda _: None)
    arrays.wait_for(SimpleNamespace(device=device))
    assert calls and arrays.where(SimpleNamespace(device=device)) is device


def test_a_device_that_is_not_there_is_named(monkeypatch):
    def from_dlpack(_):
        raise RuntimeError("cudaErrorInvalidDevice: invalid device ordinal")

    monkeypatch.setattr(tensors, "cupy_or_none", lambda: cupy_that(from_dlpack))
    line = (
        "theta must be an array whose memory on CUDA device 3 can be shared, got OnCuda:"
        " cudaErrorInvalidDevice: invalid device ordinal"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        FIELD.add_to(OnCuda(np.zeros((4, 3))), 0, 1.0)


@pytest.mark.parametrize("real", [float64, float32])
def test_a_device_has_the_bits_of_the_host_whatever_the_layout(cupy, real, monkeypatch):
    monkeypatch.setattr(targets, "BUFFER_BYTES", 200)
    layouts_of_it = {
        "contiguous": lambda x: x,
        "permuted": lambda x: x.transpose(1, 2, 0),
        "strided": lambda x: x[::2, ::-1],
        "a number": lambda x: x[0, 0, 0],
    }
    for name, layout in layouts_of_it.items():
        host, device = (xp.ones((6, 5, 4), dtype=real) for xp in (np, cupy))
        theirs = layout(device)
        ours = layout(host) if name != "a number" else host[0, 0, 0:1].reshape(())
        for theta in (ours, theirs):
            FIELD.add_to(theta, 3, 0.5)
            FIELD.add_to({"w": theta}, 4, 0.5)
        np.testing.assert_array_equal(device.get(), host)
        FIELD.fill([theirs], 5)
        FIELD.fill([ours], 5)
        np.testing.assert_array_equal(device.get(), host)


class OfDevice:
    """What PyTorch has on CUDA, as far as DLPack goes."""

    def __init__(self, array, device=(2, 0)):
        self.array, self.device = array, device

    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.device


def test_a_tensor_on_the_device_is_written_into(cupy):
    theta, expected = cupy.zeros((4, 3), dtype=float32), np.zeros((4, 3), float32)
    FIELD.add_to(OfDevice(theta), 0, 1.0, particles=[5, 4, 3, 2])
    FIELD.add_to(expected, 0, 1.0, particles=[5, 4, 3, 2])
    np.testing.assert_array_equal(theta.get(), expected)


def test_arrays_of_a_device_are_kept_apart(cupy):
    whole = cupy.zeros((4, 6))
    FIELD.fill([whole[:, :3], whole[:, 3:]], 0)
    np.testing.assert_array_equal(whole.get()[:, 3:], FIELD.layer(1).at(range(4), 0, 3))
    before = whole.get()
    line = "theta[1] must have memory of its own, got that of theta[0]"
    for second in (whole[:, 2:], OfDevice(whole)):
        with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
            FIELD.add_to([whole[:, :3], second], 0, 1.0)
    line = "theta must be float64 or float32, got int64"
    with pytest.raises(ValueError, match=f"^{line}$"):
        FIELD.add_to(cupy.zeros((4, 3), dtype=int), 0, 1.0)
    with pytest.raises(ValueError, match=r"^theta must be an array whose memory on CUDA device 9"):
        FIELD.add_to(OfDevice(np.zeros(3), (2, 9)), 0, 1.0)
    np.testing.assert_array_equal(whole.get(), before)


# The real ones.


def test_pytorch_takes_noise_in_its_own_memory():
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 5), torch.nn.Linear(10, 4))
    before = {name: p.detach().numpy().copy() for name, p in network.named_parameters()}
    with torch.no_grad():
        FIELD.add_to(dict(network.named_parameters()), 2, 0.1)
    FIELD.add_to([p.data for p in network.parameters()], 3, 0.1)
    for number, (name, array) in enumerate(network.state_dict().items()):
        FIELD.layer(name).add_to(before[name], 2, 0.1)
        FIELD.layer(number).add_to(before[name], 3, 0.1)
        np.testing.assert_array_equal(array.numpy(), before[name])


def test_pytorch_tensors_of_any_layout_have_the_bits_of_contiguous_ones():
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    for theta in (
        torch.ones(4, 3, 5, 5).contiguous(memory_format=torch.channels_last),
        torch.ones(5, 4, dtype=torch.float64).T,
        torch.ones(8)[::3],
        torch.ones(()),
    ):
        expected = np.ones(theta.shape, theta.numpy().dtype)
        FIELD.add_to(theta, 0, 0.1)
        FIELD.add_to(expected, 0, 0.1)
        np.testing.assert_array_equal(theta.numpy(), expected)


def test_pytorch_tensors_that_cannot_be_written_into_are_named():
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    ones = torch.ones(4, 3)
    for theta, line in (
        (torch.nn.Parameter(ones), "not require gradients: use torch.no_grad() or its .data"),
        (ones.half(), "float64 or float32, got float16"),
        (ones.bfloat16(), "float64 or float32, got torch.bfloat16"),
        (ones.long(), "float64 or float32, got int64"),
        (ones.to("meta"), "on the CPU or on CUDA, got Tensor on meta"),
        (ones.to_sparse(), "can be shared, got Tensor: can't convert Sparse layout"),
        (ones[:1].expand(4, 3), "a place of its own, got shape (4, 3) with strides (0, 4)"),
        (torch.complex(ones, ones).conj().imag, "can be shared, got Tensor: Can't call numpy()"),
    ):
        with pytest.raises(ValueError, match=f"^theta must [^\n]*{re.escape(line)}"):
            FIELD.add_to(theta, 0, 1.0)
    assert (ones == 1).all()


def test_arrays_of_jax_take_noise_that_is_looked_up():
    numpy = pytest.importorskip("jax.numpy", reason="needs JAX")
    theta = numpy.ones((4, 3, 2), "float32")
    line = "theta must be writeable, which arrays of JAX are not: use field.at, got ArrayImpl"
    with pytest.raises(ValueError, match=f"^{line}$"):
        FIELD.add_to(theta, 0, 0.1)
    moved = theta + 0.1 * FIELD.at(range(4), 0, theta.shape[1:], float32)
    expected = np.ones((4, 3, 2), float32)
    FIELD.add_to(expected, 0, 0.1)
    np.testing.assert_allclose(moved, expected, rtol=3e-7)  # two roundings rather than one
