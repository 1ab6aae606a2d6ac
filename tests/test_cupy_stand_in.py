"""The stand-in refuses what CuPy refuses, and its kernels see what a device's would."""

import copy
import inspect
import math
import pickle
from functools import reduce
from pathlib import Path

import cupy_stand_in as device
import numpy as np
import pytest
from array_libraries import stand_in
from cupy_stand_in import host_compiler, memory
from cupy_stand_in.kernels import CompileException

NAMES = Path(__file__).parent / "data" / "cupy_names.txt"
UNSUPPORTED = "Unsupported type <class 'numpy.ndarray'>"
needs_compiler = pytest.mark.skipif(host_compiler.compiler() is None, reason="needs a C++ compiler")


@pytest.fixture(autouse=True)
def imported(monkeypatch):
    """Pickles name their functions by modules, which must be found."""
    for name, module in stand_in().items():
        monkeypatch.setitem(__import__("sys").modules, name, module)


def here():
    return device.asarray(np.arange(6.0).reshape(2, 3))


# Names and parameters are CuPy's.


def published():
    lines = NAMES.read_text().splitlines()
    return {name: rest for name, _, rest in (line.partition(" ") for line in lines)}


def own_names():
    """What each module of the stand-in offers, by the names that CuPy would have it by."""
    yield from (n for n in dir(device) if n[0] != "_" and not inspect.ismodule(getattr(device, n)))
    yield from (f"ndarray.{n}" for n in dir(device.ndarray) if n[0] != "_")
    for part in ("linalg", "random", "cuda"):
        module = getattr(device, part)
        yield from (
            f"{part}.{n}" for n, x in vars(module).items()
            if n[0] != "_" and getattr(x, "__module__", "") == module.__name__
        )  # fmt: skip


ONLY_HERE = {"OF_NUMPY", "cuda.get_default_memory_pool", "cuda.runtime"}


def test_the_stand_in_has_no_name_that_cupy_lacks():
    assert set(own_names()) - published().keys() == ONLY_HERE


@pytest.mark.parametrize(
    "name", [n for n, rest in published().items() if rest not in ("", "class")]
)
def test_no_function_takes_a_parameter_that_cupys_lacks(name):
    function = reduce(getattr, name.split("."), device)
    with pytest.raises((TypeError, NotImplementedError)):
        function(*([here()] if "." not in name else [here()]), no_such_parameter=1)
    known = published()[name].replace("*", "").split()
    parameters = inspect.signature(function).parameters.values()
    by_place = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    ours = [name for name in by_place if name != "self"]
    if known != ["ufunc"] and not known[0].startswith("operands"):
        assert [p for p in known if p in ours] == ours


@pytest.mark.parametrize("call", [
    lambda a: a.sum(where=a > 1), lambda a: a.max(initial=3.0), lambda a: a.item(0),
    lambda a: device.add(a, a, where=a > 1), lambda a: device.sum(a, initial=1.0),
    lambda a: a.sort(kind="mergesort"), lambda a: device.median(a, where=a > 1),
    lambda a: device.concatenate([a, a], 0, None, float),
])  # fmt: skip
def test_arguments_that_cupy_lacks_are_refused(call):
    with pytest.raises((TypeError, ValueError)):
        call(here())


@pytest.mark.parametrize("name", ["longdouble", "object_", "str_", "void", "errstate", "spacing"])
def test_names_of_numpy_that_cupy_lacks_are_not_there(name):
    assert hasattr(np, name) and not hasattr(device, name)


# No silent way to the host.


@pytest.mark.parametrize("call", [
    np.asarray, np.array, np.float64, lambda a: np.asarray([a[0], a[1]]), np.ascontiguousarray,
    lambda a: np.ones(6).reshape(2, 3)[a > 1], memoryview, lambda a: np.asarray(a, dtype=float),
    lambda a: np.copyto(np.zeros((2, 3)), a),
])  # fmt: skip
def test_nothing_becomes_an_array_of_numpy_by_itself(call):
    with pytest.raises(TypeError):
        call(here())


def test_the_refusal_says_what_to_call_instead():
    with pytest.raises(TypeError, match=r"Implicit conversion .* `.get\(\)`"):
        np.asarray(here())


@pytest.mark.parametrize("call", [
    lambda a, x: a + x, lambda a, x: x + a, lambda a, x: a * x, lambda a, x: x / a,
    lambda a, x: a @ x.T, lambda a, x: x @ a.T, lambda a, x: a < x, lambda a, x: x == a,
    lambda a, x: np.add(a, x), lambda a, x: device.maximum(a, x), lambda a, x: a.__iadd__(x),
    lambda a, x: x.__iadd__(a), lambda a, x: np.where(a > 1, a, x),
    lambda a, x: device.add(a, a, x),
    lambda a, x: np.exp(a, out=x), lambda a, x: device.sum(x), lambda a, x: device.exp(x),
    lambda a, x: np.concatenate([a, x]), lambda a, x: device.concatenate([a, x]),
    lambda a, x: device.searchsorted(a[0], x[0]), lambda a, x: np.dot(a, x.T),
    lambda a, x: device.copyto(a, x), lambda a, x: device.linalg.svd(x),
    lambda a, x: device.isclose(a, x), lambda a, x: a.dot(x), lambda a, x: device.sort(x),
    lambda a, x: device.quantile(a, x), lambda a, x: device.zeros_like(x), lambda a, x: a.set([1]),
    lambda a, x: device.histogram(x), lambda a, x: device.take(x, 1), lambda a, x: device.diff(x),
])  # fmt: skip
def test_arrays_of_the_host_and_of_the_device_do_not_mix(call):
    with pytest.raises((TypeError, NotImplementedError)):
        call(here(), np.ones((2, 3)))


def test_an_array_of_the_host_is_not_assigned_to_a_slice_but_may_be_an_index():
    a = here()
    with pytest.raises(ValueError, match="cannot be used for fill"):
        a[:] = np.ones((2, 3))
    a[:, np.array([0, 2])] = -1.0
    assert a.get().tolist() == [[-1, 1, -1], [-1, 4, -1]]
    a[1] = device.zeros(3)
    assert a[1].tolist() == [0, 0, 0]


@pytest.mark.parametrize("other", ["3", None, [1.0, 2.0, 3.0], np.longdouble(1), object()])
def test_what_is_no_number_is_no_operand(other):
    with pytest.raises(TypeError, match="Unsupported type"):
        here() + other


@pytest.mark.parametrize("number", [2, 2.0, True, np.float32(2), np.int64(2), np.float64(2)])
def test_numbers_of_python_and_of_numpy_are_operands(number):
    host = here().get()
    for mixed in (here() * number, number * here()):
        assert isinstance(mixed, device.ndarray)
        np.testing.assert_array_equal(mixed.get(), host * number)
    assert (device.ones(3, np.float32) * 2.0).dtype == np.float32


@pytest.mark.parametrize("made_of", [
    np.array([None, 1]), np.array(["a"]), np.array([1], np.longdouble), [object()],
    np.array(["2020"], "M8"),
])  # fmt: skip
def test_types_that_no_device_has_are_refused(made_of):
    with pytest.raises(ValueError, match="Unsupported dtype"):
        device.asarray(made_of)


def test_numpys_functions_are_asked_of_the_device():
    a, x = here(), np.arange(6.0).reshape(2, 3)
    for function in (np.exp, np.sum, np.sort, np.isfinite, np.cumsum, np.ravel, np.abs, np.median):
        result = function(a)
        assert isinstance(result, device.ndarray)
        np.testing.assert_array_equal(result.get(), function(x))
    assert np.ndim(a) == 2 and np.shape(a) == (2, 3)
    assert isinstance(np.linalg.svd(a)[1], device.ndarray)
    for function in (np.spacing, np.insert, np.add.reduce):
        with pytest.raises(TypeError):
            function(a, 0)


@pytest.mark.parametrize("entry", [
    lambda a: a.sum(), lambda a: a.max(), lambda a: a[0, 1], lambda a: a.argmax(), np.mean,
    lambda a: (a > 1).any(), device.median, lambda a: device.linalg.norm(a), device.count_nonzero,
    lambda a: np.dot(a[0], a[1]),
])  # fmt: skip
def test_what_is_a_number_to_numpy_is_an_array_of_no_dimension(entry):
    result = entry(here())
    assert isinstance(result, device.ndarray) and result.shape == ()
    assert isinstance(float(result), float) and isinstance(result.item(), int | float | bool)
    assert math.isfinite(result) and f"{result}"
    for use in (range, lambda k: [0, 1][k], lambda k: here()[:k], lambda k: np.zeros(k), hash, len):
        with pytest.raises(TypeError):
            use(result)


def test_an_entry_is_a_view():
    a = here()
    entry = a[1, 2]
    entry += 1
    assert a.get()[1, 2] == 6 and a.base is None and np.ndim(entry) == 0


def test_arrays_of_several_entries_have_no_truth():
    with pytest.raises(ValueError):
        bool(here() > 1)
    with pytest.raises(TypeError):
        iter(here().sum())


def test_flags_say_contiguity_alone():
    flags = here().T.flags
    assert (flags.c_contiguous, flags.f_contiguous, flags["F_CONTIGUOUS"]) == (False, True, True)
    assert not hasattr(flags, "writeable")
    with pytest.raises(KeyError):
        flags["WRITEABLE"]


@pytest.mark.parametrize("index, error", [
    ((slice(None), np.array([True, False, True]), np.array([0])), (ValueError, IndexError)),
    ((np.array([True, False]), 1), ValueError), (1.0, TypeError), ("a", TypeError),
    (np.array([0.5]), IndexError), (7, IndexError), (np.array([7]), IndexError),
])  # fmt: skip
def test_indices_that_cupy_refuses_or_reads_otherwise_are_refused(index, error):
    with pytest.raises(error):
        here()[index]


def test_indices_are_arrays_of_the_device_too():
    a, x = here(), here().get()
    np.testing.assert_array_equal(a[a > 2].get(), x[x > 2])
    np.testing.assert_array_equal(a[device.asarray([1, 0])].get(), x[[1, 0]])
    a[a > 2] = 0.0
    x[x > 2] = 0.0
    np.testing.assert_array_equal(a.get(), x)
    a[device.arange(2), device.asarray([2, 1])] = device.asarray([8.0, 9.0])
    assert a[0, 2] == 8 and a[1, 1] == 9
    with pytest.raises(ValueError, match="must not repeat"):
        a[0, device.asarray([1, 1])] = device.asarray([8.0, 9.0])


def test_layouts_are_those_of_numpy():
    x = np.arange(24.0).reshape(2, 3, 4)
    for host in (x, x.transpose(2, 0, 1), x.T, np.asfortranarray(x[0])):
        there = device.empty_like(device.asarray(host, order="K"))
        for order in "CFK":
            assert device.asarray(host).copy(order).get(order="A").shape == host.shape
        assert there.strides == np.empty_like(host).strides
        np.testing.assert_array_equal(device.asarray(host).get(), host)


def test_copies_and_pickles_are_the_same_numbers():
    a = here()
    for twin in (copy.copy(a), copy.deepcopy(a), pickle.loads(pickle.dumps(a)), device.array(a)):
        assert isinstance(twin, device.ndarray) and (twin == a).all()
        twin[0, 0] = 7
        assert a[0, 0] == 0
    assert device.asarray(a) is a and device.from_dlpack(a).data.ptr == a.data.ptr
    with pytest.raises(TypeError, match="CPU arrays"):
        device.from_dlpack(np.ones(3))


def test_what_was_never_written_is_no_number():
    assert np.isnan(device.empty(5).get()).all() and device.empty(2, int).tolist() == [-1, -1]
    assert np.isnan(device.empty_like(here()).get()).all()


def test_memory_in_use_is_counted():
    pool = device.get_default_memory_pool()
    before = pool.used_bytes()
    a = device.zeros(1000)
    assert pool.used_bytes() - before == 8000
    view = a[1:]
    del a
    assert pool.used_bytes() - before == 8000
    del view
    assert pool.used_bytes() == before


def test_there_is_one_device_and_its_events_have_times():
    assert device.cuda.runtime.getDeviceProperties(0)["name"].startswith(b"stand-in")
    with pytest.raises(ValueError):
        device.cuda.Device(1)
    start, end = device.cuda.Event(), device.cuda.Event()
    with pytest.raises(RuntimeError):
        device.cuda.get_elapsed_time(start, end)
    with device.cuda.Stream(non_blocking=True) as stream, device.cuda.Device(0):
        start.record()
        end.record(stream)
        end.synchronize()
    assert device.cuda.get_elapsed_time(start, end) >= 0


# Kernels.

AXPY = r"""
struct pair { float a; int b; };
extern "C" __global__ void axpy(double *y, const double *x, double a, int n, struct pair p,
                                const unsigned *which)
{
    const long long threads = (long long)gridDim.x * blockDim.x;
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += threads)
        y[i] += a * x[which[i]] + p.a * p.b;
}
"""
PAIR = np.dtype([("a", np.float32), ("b", np.int32)])
NO_FMA = ("--std=c++17", "--fmad=false")


def axpy_arguments(n=700):
    x = np.arange(1.0, n + 1)
    which = device.arange(n, dtype=np.uint32)[::-1].copy()
    pair = np.array([(0.5, 3)], PAIR)
    return [device.ones(n), device.asarray(x), np.float64(2.0), np.int32(n), pair, which]


@needs_compiler
@pytest.mark.parametrize("grid, block", [((1,), (1,)), ((3,), (256,)), ((2, 1, 1), (64, 1))])
def test_every_thread_of_the_grid_runs(grid, block):
    kernel, arguments = device.RawKernel(AXPY, "axpy", options=NO_FMA), axpy_arguments()
    kernel(grid, block, arguments)
    expected = 1 + (2.0 * arguments[1].get()[::-1] + 1.5)
    np.testing.assert_array_equal(arguments[0].get(), expected)


@needs_compiler
@pytest.mark.parametrize("place, wrong, says", [
    (2, 2, "argument 2 must be floats of 8 bytes, got integers of 8"),
    (2, np.float32(2), "argument 2 must be floats of 8 bytes, got floats of 4"),
    (3, 700, "argument 3 must be integers of 4 bytes, got integers of 8"),
    (3, np.float32(700), "argument 3 must be integers of 4 bytes, got floats of 4"),
    (4, np.array([(0.5, 3)], [("a", float), ("b", int)]), "argument 4 must be a struct of 8 bytes"),
    (4, np.array([(0.5, 3)] * 2, PAIR), "a struct must be one record, got 2"),
    (1, device.ones(700, np.float32), "argument 1 must be an array of floats of 8 bytes"),
    (1, 1.0, "argument 1 must be an array of floats of 8 bytes, got floats of 8 bytes"),
    (5, device.ones(700, np.int64), "argument 5 must be an array of integers of 4 bytes"),
    (0, np.ones(700), UNSUPPORTED), (2, "2", "Unsupported type"), (2, 2j, "Unsupported type"),
])  # fmt: skip
def test_an_argument_of_another_type_is_refused(place, wrong, says):
    kernel, arguments = device.RawKernel(AXPY, "axpy", options=NO_FMA), axpy_arguments()
    arguments[place] = wrong
    with pytest.raises(TypeError, match=says):
        kernel((1,), (1,), arguments)


@needs_compiler
def test_numbers_of_python_are_eight_bytes_and_too_few_arguments_are_refused():
    text = r"""extern "C" __global__ void put(long long *i, double *x, long long a, double b)
    { i[0] = a; x[0] = b; }"""
    kernel, i, x = device.RawKernel(text, "put"), device.zeros(1, np.int64), device.zeros(1)
    kernel((1,), (1,), (i, x, 2**40, 0.1))
    assert i[0] == 2**40 and x[0] == 0.1
    with pytest.raises(TypeError, match="must get 4 arguments, got 3"):
        kernel((1,), (1,), (i, x, 1))


@needs_compiler
@pytest.mark.parametrize("grid, block, error", [
    ([1], (1,), TypeError), (1, (1,), TypeError), ((1,), (1025,), RuntimeError),
    ((2**31,), (1,), RuntimeError), ((1, 2**16), (1,), RuntimeError),
    ((1,), (1, 1, 65), RuntimeError),
])  # fmt: skip
def test_grids_that_the_driver_refuses_are_refused(grid, block, error):
    with pytest.raises(error):
        device.RawKernel(AXPY, "axpy", options=NO_FMA)(grid, block, axpy_arguments())


def one_line(body, head=""):
    return f'{head}extern "C" __global__ void f(double *x) {{ {body} }}'


@needs_compiler
@pytest.mark.parametrize("text, says", [
    (one_line("__shared__ double s[3]; x[0] = s[0];"), "must not wait for others or share memory"),
    (one_line("__syncthreads();"), "must not wait for others or share memory"),
    (one_line("x[0] = 1;", "#include <cmath>\n"), "no headers of the host"),
    (one_line("x[0] = std::exp(1.0);"), "no headers of the host"),
    (one_line('printf("x");'), "not done on a device"),
    (one_line("x[0] = no_such_name;"), "no_such_name"),
    (one_line("x[0] = 1;").replace('extern "C" ', ""), "must define extern"),
    (one_line("atomicAdd((long long *)x, 1LL);"), "atomicAdd"),
])  # fmt: skip
def test_texts_that_do_not_compile_for_a_device_are_refused(text, says):
    with pytest.raises(CompileException, match=says):
        device.RawKernel(text, "f").compile()


@needs_compiler
def test_comments_may_name_what_is_refused():
    device.RawKernel(one_line("x[0] = 1; /* no __shared__ here */"), "f").compile()


@pytest.mark.parametrize("options, error", [
    (["--std=c++17"], TypeError), ("--std=c++17", TypeError), (("--fast",), NotImplementedError),
])  # fmt: skip
def test_options_are_a_tuple_of_known_ones(options, error):
    with pytest.raises(error):
        device.RawKernel(AXPY, "axpy", options=options)


@needs_compiler
@pytest.mark.parametrize("shift", [-1, 1])
def test_a_kernel_that_writes_beside_its_array_is_caught(shift):
    kernel = device.RawKernel(one_line(f"x[(int)threadIdx.x + {shift}] = 1;"), "f")
    with pytest.raises(RuntimeError, match="beside"):
        kernel((1,), (4,), (device.zeros(4),))
    memory_is_whole = device.RawKernel(one_line("x[threadIdx.x] = 1;"), "f")
    memory_is_whole((1,), (4,), (device.zeros(4),))


@needs_compiler
def test_threads_that_read_what_others_write_are_seen():
    """In the order of memory this would be the running sum that a loop makes."""
    kernel = device.RawKernel(
        one_line("if (threadIdx.x) x[threadIdx.x] += x[threadIdx.x - 1];"), "f"
    )
    x = device.ones(5)
    kernel((1,), (5,), (x,))
    assert x.tolist() == [1, 2, 2, 2, 2]


@needs_compiler
def test_atomic_sums_are_whole():
    text = one_line("atomicAdd(x, 1.0); atomicAdd((unsigned long long *)(x + 1), 2ULL);")
    x = device.zeros(2)
    device.RawKernel(text, "f")((7,), (32,), (x,))
    assert x[0] == 7 * 32 and x[1:].view(np.int64)[0] == 2 * 7 * 32


@needs_compiler
def test_strides_are_not_seen_by_a_kernel():
    x = device.zeros((4, 2))
    device.RawKernel(one_line("x[threadIdx.x] = 1;"), "f")((1,), (4,), (x[:, 0],))
    assert x.get().tolist() == [[1, 1], [1, 1], [0, 0], [0, 0]]


@needs_compiler
def test_a_product_and_a_sum_are_contracted_only_where_that_is_allowed():
    text, numbers = one_line("x[0] = x[0] * x[1] + x[2];"), [1 + 2.0**-30, 1 - 2.0**-30, -1.0]
    for options, expected in ((NO_FMA, 0.0), (("--std=c++17",), -(2.0**-60))):
        x = device.asarray(numbers)
        device.RawKernel(text, "f", options=options)((1,), (1,), (x,))
        assert x[0] == expected


@needs_compiler
def test_a_text_is_compiled_once(monkeypatch):
    device.RawKernel(one_line("x[0] = 17;"), "f").compile()
    host_compiler.build.cache_clear()
    monkeypatch.setattr(host_compiler.subprocess, "run", None)
    device.RawKernel(one_line("x[0] = 17;"), "f").compile()


def test_the_guards_are_as_they_were():
    a = device.zeros(3)
    memory.check_ends(a._hidden)
    memory.memory_of(a._hidden)[0] = 0
    with pytest.raises(RuntimeError):
        memory.check_ends(a._hidden)
