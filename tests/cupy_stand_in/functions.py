"""Functions of arrays that CuPy has too, with the arguments that it has, and no others."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from . import memory
from .arrays import Capsule, check_dtype, hidden, moved, named, ndarray, new, opened, wrapped

UFUNCS = frozenset(
    """absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and bitwise_or
    bitwise_xor cbrt ceil conjugate copysign cos cosh deg2rad divide divmod equal exp exp2 expm1
    fabs floor floor_divide fmax fmin fmod frexp gcd greater greater_equal heaviside hypot invert
    isfinite isinf isnan lcm ldexp left_shift less less_equal log log10 log1p log2 logaddexp
    logaddexp2 logical_and logical_not logical_or logical_xor matmul maximum minimum modf multiply
    negative nextafter not_equal positive power rad2deg reciprocal remainder right_shift rint sign
    signbit sin sinh sqrt square subtract tan tanh true_divide trunc""".split()
)
# Parameters as CuPy 14 has them; in capitals those that are to be arrays of the device.
PARAMETERS = """
sum A axis dtype out keepdims|prod A axis dtype out keepdims|mean A axis dtype out keepdims
max A axis out keepdims|min A axis out keepdims|amax A axis out keepdims|amin A axis out keepdims
all A axis out keepdims|any A axis out keepdims|nansum A axis dtype out keepdims
nanmax A axis out keepdims|nanmin A axis out keepdims|nanmean A axis dtype out keepdims
var A axis dtype out ddof keepdims|std A axis dtype out ddof keepdims
median A axis out overwrite_input keepdims|count_nonzero A axis
quantile A Q axis out overwrite_input method keepdims
percentile A Q axis out overwrite_input method keepdims
cumsum A axis dtype out|cumprod A axis dtype out|diff A n axis prepend append
clip A a_min a_max out|round A decimals out|nan_to_num X copy nan posinf neginf
nonzero A|flatnonzero A|argwhere A|bincount X WEIGHTS minlength
unique AR return_index return_inverse return_counts axis equal_nan
isclose A B rtol atol equal_nan|allclose A B rtol atol equal_nan|array_equal A1 A2 equal_nan
reshape A newshape order|ravel A order|transpose A axes|swapaxes A axis1 axis2
moveaxis A source destination|squeeze A axis|expand_dims A axis|broadcast_to ARRAY shape
flip A axis|roll A shift axis|tile A reps|pad ARRAY pad_width mode constant_values
tril M k|triu M k|diag V k|diagonal A offset axis1 axis2|trace A offset axis1 axis2 dtype out
dot A B out|inner A B|outer A B out|vdot A B|tensordot A B axes|kron A B
split ARY indices_or_sections axis|array_split ARY indices_or_sections axis
interp X XP FP left right period|digitize X BINS right|lexsort KEYS
"""
RENAMED = {"newshape": "shape"}  # arguments that NumPy names otherwise
OPTIONAL = {"WEIGHTS", "Q"}  # an array of the device, or none, or numbers


def _ufunc(name: str) -> Any:
    ours = getattr(np, name)

    def function(*args: Any, out: Any = None, casting: str = "same_kind", dtype: Any = None) -> Any:
        if len(args) > ours.nin:
            *args, out = args  # type: ignore[assignment]
        if len(args) != ours.nin:
            raise TypeError(f"{name} takes {ours.nin} arrays, got {len(args)}")
        if out is not None and not isinstance(out, ndarray):
            raise TypeError(f"Output arguments type must be cupy.ndarray, got {type(out)}")
        if not builtins.any(isinstance(x, ndarray) for x in args) and out is None:
            for x in args:
                opened(x)  # numbers alone are taken, and give an array
        how = {"out": hidden(out)} if out is not None else {}
        if dtype is not None:
            how["dtype"] = check_dtype(dtype)
        with np.errstate(all="ignore"):
            result = ours(*map(opened, args), casting=casting, **how)
        return out if out is not None else wrapped(result)

    function.__name__ = name
    function.__module__ = __name__
    return function


def _bound(line: str) -> Any:
    name, *parameters = line.split()
    names = tuple(p.lower() for p in parameters)
    arrays = {p.lower() for p in parameters if p.isupper() and p not in OPTIONAL}
    optional = {p.lower() for p in parameters if p in OPTIONAL}

    def function(*args: Any, **kwargs: Any) -> Any:
        given, out = named(name, names, args, kwargs), None
        for key, x in given.items():
            if key in arrays and not isinstance(x, ndarray):
                raise TypeError(f"Unsupported type {type(x)}")
            if isinstance(x, np.ndarray) and key not in arrays | optional:
                raise TypeError(f"Unsupported type {type(x)}")
            if key in optional and isinstance(x, np.ndarray):
                raise TypeError(f"Unsupported type {type(x)}")
        out = given.get("out")
        if out is not None and not isinstance(out, ndarray):
            raise TypeError(f"Output arguments type must be cupy.ndarray, got {type(out)}")
        opened_ = {RENAMED.get(k, k): _open(x) for k, x in given.items()}
        with np.errstate(all="ignore"):
            result = _of_numpy(name, opened_)
        return out if out is not None else wrapped(result)

    function.__name__ = name
    function.__module__ = __name__
    return function


def _of_numpy(name: str, given: dict) -> Any:
    first, *others = given.items()  # NumPy knows some first arguments by their place alone
    return getattr(np, name)(first[1], **dict(others))


def _open(x: Any) -> Any:
    return hidden(x) if isinstance(x, ndarray) else x


# Making arrays.


def array(
    obj: Any, dtype: Any = None, copy: bool = True, order: str = "K", subok: bool = False,
    ndmin: int = 0, *, blocking: bool = False,
) -> ndarray:  # fmt: skip
    if isinstance(obj, ndarray):
        made = obj.astype(obj.dtype if dtype is None else dtype, order=order or "K", copy=copy)
    elif isinstance(obj, list | tuple) and _leaves_are_arrays(obj):
        made = moved(np.array(_lists(obj)))
        made = made if dtype is None else made.astype(dtype)
    else:
        host = np.array(obj, dtype=None if dtype is None else check_dtype(dtype))
        made = moved(host.astype(check_dtype(host.dtype)), order or "K")
    shape = made.shape
    return made.reshape((1,) * (ndmin - len(shape)) + shape) if ndmin > len(shape) else made


def _leaves_are_arrays(obj: Any) -> bool:
    leaves = [
        _leaves_are_arrays(x) if isinstance(x, list | tuple) else isinstance(x, ndarray)
        for x in obj
    ]
    return bool(leaves) and builtins.all(leaves)


def _lists(obj: Any) -> Any:
    return [_lists(x) if isinstance(x, list | tuple) else hidden(x) for x in obj]


def asarray(
    a: Any, dtype: Any = None, order: Any = None, *, copy: Any = None, blocking: bool = False
) -> ndarray:
    return array(a, dtype, bool(copy), order or "K")


asanyarray = asarray


def ascontiguousarray(a: Any, dtype: Any = None) -> ndarray:
    return _in_order(a, dtype, "C")


def asfortranarray(a: Any, dtype: Any = None) -> ndarray:
    return _in_order(a, dtype, "F")


def _in_order(a: Any, dtype: Any, order: str) -> ndarray:
    made = array(a, dtype, False, order)
    return made if made.ndim else made.reshape(1)


def asnumpy(
    a: Any, stream: Any = None, order: str = "C", out: Any = None, *, blocking: bool = True
) -> np.ndarray:
    return a.get(order=order, out=out) if isinstance(a, ndarray) else np.asarray(a, order=order)


def empty(shape: Any, dtype: Any = float, order: str = "C") -> ndarray:
    return new(shape, dtype, order)


def full(shape: Any, fill_value: Any, dtype: Any = None, order: str = "C") -> ndarray:
    made = new(shape, np.result_type(_open(fill_value)) if dtype is None else dtype, order)
    made[...] = fill_value
    return made


def zeros(shape: Any, dtype: Any = float, order: str = "C") -> ndarray:
    return full(shape, 0, dtype, order)


def ones(shape: Any, dtype: Any = float, order: str = "C") -> ndarray:
    return full(shape, 1, dtype, order)


def empty_like(
    prototype: Any, dtype: Any = None, order: str = "K", subok: Any = None, shape: Any = None
) -> ndarray:
    if not isinstance(prototype, ndarray):
        raise TypeError(f"Unsupported type {type(prototype)}")
    if shape is not None:
        return new(shape, prototype.dtype if dtype is None else dtype)
    dtype = check_dtype(prototype.dtype if dtype is None else dtype)
    return ndarray._of(memory.allocate_like(hidden(prototype), dtype, order))


def full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: str = "K", subok: Any = None,
    shape: Any = None,
) -> ndarray:  # fmt: skip
    made = empty_like(a, dtype, order, subok, shape)
    made[...] = fill_value
    return made


def zeros_like(
    a: Any, dtype: Any = None, order: str = "K", subok: Any = None, shape: Any = None
) -> ndarray:
    return full_like(a, 0, dtype, order, subok, shape)


def ones_like(
    a: Any, dtype: Any = None, order: str = "K", subok: Any = None, shape: Any = None
) -> ndarray:
    return full_like(a, 1, dtype, order, subok, shape)


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> ndarray:
    ends = (0, start) if stop is None else (start, stop)
    for x in (*ends, step):
        opened(x)
        if isinstance(x, ndarray):
            raise TypeError("ends of a range must be numbers, got an array of the device")
    return moved(np.arange(*ends, step, dtype=dtype))


def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False,
    dtype: Any = None, axis: int = 0,
) -> Any:  # fmt: skip
    return wrapped(np.linspace(_open(start), _open(stop), num, endpoint, retstep, dtype, axis))


def eye(N: int, M: Any = None, k: int = 0, dtype: Any = float, order: str = "C") -> ndarray:  # noqa: N803
    return moved(np.eye(N, M, k, dtype, order))


def identity(n: int, dtype: Any = float) -> ndarray:
    return eye(n, dtype=dtype)


def from_dlpack(array: Any, *, device: Any = None, copy: Any = None) -> ndarray:
    kind, _ = array.__dlpack_device__()
    if kind != 2:
        raise TypeError("CPU arrays cannot be directly imported to CuPy.")
    capsule = array.__dlpack__()
    if not isinstance(capsule, Capsule):
        raise TypeError("the stand-in takes capsules that its own arrays made")
    return wrapped(hidden(capsule.array).view())


# Functions whose arguments ask for more than a line.


def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    if x is None and y is None:
        return nonzero(condition)
    if x is None or y is None:
        raise ValueError("Must provide both 'x' and 'y' or neither.")
    return wrapped(np.where(*map(opened, (condition, x, y))))


def copyto(dst: ndarray, src: Any, casting: str = "same_kind", where: Any = None) -> None:
    if not isinstance(dst, ndarray):
        raise TypeError(f"Unsupported type {type(dst)}")
    np.copyto(hidden(dst), opened(src), casting, where=True if where is None else opened(where))


def concatenate(
    tup: Any, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind"
) -> ndarray:
    return _joined(np.concatenate, tup, out, axis=axis, dtype=dtype, casting=casting)


def stack(
    tup: Any, axis: int = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind"
) -> ndarray:
    return _joined(np.stack, tup, out, axis=axis, dtype=dtype, casting=casting)


def vstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> ndarray:
    return _joined(np.vstack, tup, None, dtype=dtype, casting=casting)


def hstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> ndarray:
    return _joined(np.hstack, tup, None, dtype=dtype, casting=casting)


def column_stack(tup: Any) -> ndarray:
    return _joined(np.column_stack, tup, None)


def _joined(function: Any, tup: Any, out: Any, **how: Any) -> ndarray:
    parts = [tup[i] for i in range(len(tup))] if isinstance(tup, ndarray) else list(tup)
    for part in parts:
        if not isinstance(part, ndarray):
            raise TypeError(f"Only cupy arrays can be concatenated, got {type(part)}")
    result = wrapped(function([hidden(part) for part in parts], **how))
    if out is None:
        return result
    out[...] = result
    return out


def searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> ndarray:
    for x in (a, v):
        if not isinstance(x, ndarray):
            raise NotImplementedError("Only int or ndarray are supported for a and v")
    if sorter is not None and not isinstance(sorter, ndarray):
        raise TypeError("sorter must be a cupy.ndarray")
    return wrapped(np.searchsorted(hidden(a), hidden(v), side, _open(sorter)))


def argmax(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
) -> ndarray:
    return _array(a).argmax(axis, keepdims=keepdims)


def argmin(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
) -> ndarray:
    return _array(a).argmin(axis, keepdims=keepdims)


def sort(a: Any, axis: Any = -1, kind: Any = None) -> ndarray:
    made = _array(a).copy() if axis is not None else a.flatten()
    made.sort(-1 if axis is None else axis, kind)
    return made


def argsort(a: Any, axis: Any = -1, kind: Any = None) -> ndarray:
    return _array(a).argsort(axis, kind)


def partition(a: Any, kth: Any, axis: int = -1) -> ndarray:
    made = _array(a).copy()
    made.partition(kth, axis)
    return made


def argpartition(a: Any, kth: Any, axis: int = -1) -> ndarray:
    return _array(a).argpartition(kth, axis)


def take(a: Any, indices: Any, axis: Any = None, out: Any = None) -> ndarray:
    return _array(a).take(indices, axis)


def repeat(a: Any, repeats: Any, axis: Any = None) -> ndarray:
    return _array(a).repeat(repeats, axis)


def histogram(
    x: Any,
    bins: Any = 10,
    range: Any = None,
    density: bool = False,
    weights: Any = None,  # noqa: A002
) -> tuple:
    return wrapped(
        np.histogram(hidden(_array(x)), _open(bins), range, density=density, weights=_open(weights))
    )


def einsum(subscripts: str, *operands: Any, dtype: Any = None, optimize: Any = False) -> ndarray:
    if not isinstance(subscripts, str):
        raise TypeError(f"the stand-in takes subscripts as a string, got {type(subscripts)}")
    there = [hidden(_array(x)) for x in operands]
    return wrapped(np.einsum(subscripts, *there, dtype=dtype, optimize=optimize))


def meshgrid(*xi: Any, indexing: str = "xy", sparse: bool = False) -> list:
    there = [hidden(_array(x)) for x in xi]
    return wrapped(list(np.meshgrid(*there, indexing=indexing, sparse=sparse)))


def broadcast_arrays(*args: Any) -> list:
    return wrapped(list(np.broadcast_arrays(*[hidden(_array(x)) for x in args])))


def _array(a: Any) -> ndarray:
    if not isinstance(a, ndarray):
        raise TypeError(f"Unsupported type {type(a)}")
    return a


def isin(
    element: Any, test_elements: Any, assume_unique: bool = False, invert: bool = False
) -> ndarray:
    there = hidden(_array(element)), hidden(_array(test_elements))
    return wrapped(np.isin(*there, assume_unique=assume_unique, invert=invert))


# What is asked of an array, and answered by the host.


def ndim(a: Any) -> int:
    return np.ndim(_open(a))


def shape(a: Any) -> tuple:
    return np.shape(_open(a))


def size(a: Any, axis: Any = None) -> int:
    return np.size(hidden(_array(a)), axis)


def iscomplexobj(x: Any) -> bool:
    return np.iscomplexobj(_open(x))


def isscalar(element: Any) -> bool:
    return np.isscalar(element)


def result_type(*arrays_and_dtypes: Any) -> np.dtype:
    return np.result_type(*map(_open, arrays_and_dtypes))


def can_cast(from_: Any, to: Any, casting: str = "safe") -> bool:
    return np.can_cast(from_.dtype if isinstance(from_, ndarray) else from_, to, casting)


def shares_memory(a: Any, b: Any, max_work: Any = None) -> bool:
    return np.shares_memory(hidden(_array(a)), hidden(_array(b)))


may_share_memory = shares_memory


def get_array_module(*args: Any) -> Any:
    import sys

    ours = builtins.any(isinstance(a, ndarray) for a in args)
    return sys.modules[__package__] if ours else np


for _name in UFUNCS:
    globals()[_name] = _ufunc(_name)
for _line in PARAMETERS.replace("|", "\n").strip().splitlines():
    globals()[_line.split()[0]] = _bound(_line)
abs = globals()["absolute"]  # noqa: A001  # CuPy's name too
mod, conj, pow = (globals()[n] for n in ("remainder", "conjugate", "power"))  # noqa: A001
bitwise_not = globals()["invert"]
nonzero = globals()["nonzero"]


def names() -> list[str]:
    """What the stand-in has of CuPy's functions."""
    here = globals().items()
    ours = [n for n, f in here if callable(f) and f.__module__ == __name__]
    return [n for n in ours if n[0] != "_" and n != "names"]
