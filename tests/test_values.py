"""Frozen values with arrays: equal by content, hashed alike, read-only in every copy."""

import copy
import pickle
from dataclasses import dataclass, field, fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from chaos.interactions import attraction
from compress.coresets import Budget, ReluNetwork, corenet
from stablenoise import Lane, NoiseField, Stable, StablePath
from stablenoise.kernels import cms
from stablenoise.noises import common, independent, isotropic
from stablenoise.values import by_content, content, read_only


@by_content
@dataclass(frozen=True, slots=True, eq=False)
class Slotted:
    first: object
    second: object = 0.0
    derived: object = field(default=None, compare=False)


@by_content
@dataclass(frozen=True, eq=False)
class Open:
    first: object
    second: object = 0.0


COPIES = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "pickle 2": lambda value: pickle.loads(pickle.dumps(value, protocol=2)),
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    "replace": replace,
    "twice": lambda value: copy.deepcopy(pickle.loads(pickle.dumps(value))),
}
each_copy = pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)


@each_copy
def test_a_law_with_arrays_stays_itself(copied):
    law = Stable([1.2, 1.5], [[0.5], [0.0]], [1.0, 2.0], -1.0)
    twin = copied(law)
    assert twin == law and hash(twin) == hash(law) and {law: 1}[twin] == 1
    np.testing.assert_array_equal(twin.rvs(rng=1), law.rvs(rng=1))
    for array in (twin.alpha, twin.beta, twin.scale, law.alpha):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 7
        with pytest.raises(ValueError, match="read-only"):
            array += 1
    assert not hasattr(twin, "__dict__")


def test_a_state_of_before_a_field_was_added_gets_its_default():
    kinds = (Slotted, ("first",)), (Open, {"first": np.ones(2)})
    for kind, state in kinds:
        old = object.__new__(kind)
        old.__setstate__(state)
        assert old.second == 0.0 and old == kind(old.first)
    with pytest.raises(ValueError, match="read-only"):
        old.first[0] = 7.0


def test_a_coreset_and_an_interaction_of_before_print_and_are_copied():
    """Coresets were without a rule, interactions without a dim; both have slots."""
    coreset = corenet(ReluNetwork([[[1.0, 2.0]]]), [[1.0, 0.0]], Budget(1.0), seed=1)
    for value, added in (coreset, "rule"), (attraction(1.0), "dim"):
        names = [field.name for field in fields(value)]
        state = [getattr(value, name) for name in names[: names.index(added)]]
        old = object.__new__(type(value))
        old.__setstate__(state)
        for copied in (old, copy.deepcopy(old), pickle.loads(pickle.dumps(old))):
            assert getattr(copied, added) is None
            assert repr(copied).startswith(type(value).__name__)
    assert coreset.to_dict()["rule"]["keep"] == 1.0 and copy.deepcopy(coreset).rule == coreset.rule


@each_copy
@pytest.mark.parametrize("kind", [Slotted, Open])
def test_arrays_in_containers_stay_read_only_too(kind, copied):
    first = np.arange(3), [np.ones(2)], {"w": np.ones(2), "more": {"v": [np.ones(2)]}}
    value = kind(read_only(first), read_only(np.zeros((2, 2))))
    twin = copied(value)
    assert twin == value and hash(twin) == hash(value)
    named = twin.first[2]["w"], twin.first[2]["more"]["v"][0]
    for array in (twin.first[0], twin.first[1][0], *named, twin.second):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7


EQUAL = {
    "number and number of NumPy": (Stable(1.5), Stable(np.float32(1.5))),
    "number and array of no axes": (Stable(1.5), Stable(np.array(1.5))),
    "integer": (Stable(2), Stable(2.0)),
    "list and array": (Stable([1.2, 1.5]), Stable(np.array([1.2, 1.5]))),
    "memory order": (
        Stable(np.array([[1.0, 1.1], [1.2, 1.3]], order="F")),
        Stable([[1.0, 1.1], [1.2, 1.3]]),
    ),
    "byte order": (Stable(np.array([1.2, 1.5], ">f8")), Stable([1.2, 1.5])),
    "byte order, kept": (Slotted(np.array([1, 2], ">i4")), Slotted(np.array([1, 2], "<i4"))),
    "memory order, kept": (Slotted(np.eye(3)[:2].T), Slotted(np.eye(3)[:2].T.copy())),
    "float32 made float64": (Stable(np.array([1.5, 1.25], np.float32)), Stable([1.5, 1.25])),
    "sign of zero": (Stable(1.5, 0.0), Stable(1.5, -0.0)),
    "sign of zero in an array": (Stable(1.5, [0.0, 1.0]), Stable(1.5, [-0.0, 1.0])),
    "default": (Stable([1.2, 1.5]), Stable([1.2, 1.5], 0.0, 1.0, 0.0)),
    "order of a dict": (Slotted({"a": np.eye(2), "b": 1}), Slotted({"b": 1, "a": np.eye(2)})),
    "field": (NoiseField(1.5, 7), NoiseField(np.float64(1.5), np.uint64(7), lane=1)),
    "field, array of no axes": (NoiseField(1.5, 7), NoiseField(np.array(1.5), np.array(7))),
}
OTHER = {
    "parameter": (Stable([1.2, 1.5]), Stable([1.2, 1.6])),
    "last bit": (Stable(1.5), Stable(np.nextafter(1.5, 2))),
    "order": (Stable([1.2, 1.5]), Stable([1.5, 1.2])),
    "shape": (Stable(1.5), Stable([1.5])),
    "axes": (Stable([1.2, 1.5]), Stable([[1.2, 1.5]])),
    "a number for an array of it": (Stable([1.2, 1.5], 0.0), Stable([1.2, 1.5], [0.0, 0.0])),
    "place": (Stable(1.0, 0.0, 1.0, 0.5), Stable(1.0, 0.5, 1.0, 0.0)),
    "seed": (NoiseField(1.5, 7), NoiseField(1.5, 8)),
    "lane": (NoiseField(1.5, 7), NoiseField(1.5, 7, lane=Lane.INITIAL)),
    "noise": (NoiseField(1.5, 7), NoiseField(1.5, 7, common)),
    "kind": (Stable(1.5), 1.5),
    "class": (Slotted(1.0), Open(1.0)),
    "key of a dict": (Slotted({"a": np.eye(2)}), Slotted({"b": np.eye(2)})),
    "array of a dict": (Slotted({"a": np.eye(2)}), Slotted({"a": np.zeros((2, 2))})),
}


@pytest.mark.parametrize("one, other", EQUAL.values(), ids=EQUAL)
def test_equal_parameters_are_equal_values(one, other):
    assert one == other and not one != other and hash(one) == hash(other) and len({one, other}) == 1


@pytest.mark.parametrize("one, other", OTHER.values(), ids=OTHER)
def test_other_parameters_are_other_values(one, other):
    assert one != other and not one == other and len({one, other}) == 2


arrays = hnp.arrays(
    st.sampled_from([np.float64, np.float32, np.int64, bool, np.complex128]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
)


@given(arrays, arrays)
def test_content_is_equality_of_arrays_of_one_type_and_shape(x, y):
    for one, other in ((x, y), (x, x.copy()), (x, np.asarray(-x) if x.dtype.kind in "fc" else x)):
        same = one.dtype == other.dtype and one.shape == other.shape
        same = same and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
        if one.dtype.kind == "c":  # a NaN in one part is a NaN of either
            same = same or content(one) == content(other)
        assert (content(one) == content(other)) == same
        if same:
            assert hash(content(one)) == hash(content(other))


def test_nan_is_equal_to_itself_and_derived_fields_do_not_count():
    assert Slotted(np.array([np.nan, 1.0])) == Slotted(np.array([-np.nan, 1.0]))
    assert Slotted(float("nan")) == Slotted(float("nan"))
    assert Slotted(1.0, 2.0, derived=3.0) == Slotted(1.0, 2.0, derived=np.ones(3))
    assert Slotted(np.array([None, "a"])) == Slotted(np.array([None, "a"]))
    assert Slotted((1.0, np.ones(2))) != Slotted((1.0, np.zeros(2)))


def test_a_law_of_variates_is_itself_alone():
    """It holds functions, and there is one of each."""
    assert len({cms.stable, cms.radius, cms.normal}) == 3 and cms.stable == cms.stable


@each_copy
def test_a_field_stays_itself_and_holds_plain_numbers(copied):
    given = NoiseField(np.float32(1.5), np.int64(7), isotropic, Lane.MINIBATCH)
    twin = copied(given)
    assert twin == given and hash(twin) == hash(given) and twin.lane is Lane.MINIBATCH
    assert (type(twin.alpha), type(twin.seed)) == (float, int) and twin.noise is isotropic
    assert type(NoiseField(1.5, 7, lane=np.uint32(5)).lane) is int


VALUES = {
    "a field": NoiseField(1.5, 7),
    "a field of a lane without a name": NoiseField(0.1 + 0.2, 2**64 - 1, isotropic, 9),
    "a path": StablePath(1.5, 7),
    "a path of a horizon": StablePath(1.3, 7, -0.1, common, 1 / 3, Lane.INITIAL, True),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_the_repr_of_a_value_can_be_pasted(value):
    """With the names imported that it uses: no path of a file, no address in memory."""
    names = {f.__name__: f for f in (NoiseField, StablePath, Lane)}
    names |= {"common": common, "independent": independent, "isotropic": isotropic}
    assert eval(repr(value), names) == value
    assert repr(eval(repr(value), names)) == repr(value)
    assert len(repr(value)) <= 150 and "<" not in repr(value)


def test_a_truth_of_numpy_is_one_of_python_in_a_path():
    path = StablePath(1.5, 7, strict=np.True_)
    assert path == StablePath(1.5, 7, strict=True) and path.strict is True
