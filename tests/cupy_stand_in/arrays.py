"""Arrays of the stand-in: they hide an array of NumPy, and hand it out where CuPy's do."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from . import memory

IMPLICIT = (
    "Implicit conversion to a NumPy array is not allowed. "
    "Please use `.get()` to construct a NumPy array explicitly."
)
DTYPES = "?bhilqBHILQefdFD"
SCALARS = (bool, int, float, complex, np.bool_, np.number)


def check_dtype(dtype: Any) -> np.dtype:
    """A type of numbers that the device has, in its order of bytes."""
    dtype = np.dtype(dtype)
    if dtype.char not in DTYPES:
        raise ValueError(f"Unsupported dtype {dtype}")
    return dtype.newbyteorder("=")


def hidden(x: Any) -> np.ndarray:
    """The host memory of an array of the stand-in: for this package alone."""
    return x._hidden


def opened(x: Any) -> Any:
    """What a function of NumPy is given for an operand: a hidden array or a scalar.

    Arrays of NumPy are refused, and all else, as by CuPy's functions.
    """
    if isinstance(x, ndarray):
        return hidden(x)
    if isinstance(x, SCALARS) and not isinstance(x, np.longdouble | np.clongdouble):
        return x
    raise TypeError(f"Unsupported type {type(x)}")


def wrapped(result: Any) -> Any:
    """Results as arrays: those of no dimension too; tuples of them, and None, as they are."""
    if isinstance(result, tuple):
        return tuple(map(wrapped, result))
    if isinstance(result, list):
        return list(map(wrapped, result))
    if result is None or isinstance(result, ndarray):
        return result
    result = np.asarray(result)
    check_dtype(result.dtype)
    return ndarray._of(result)


def new(shape: Any, dtype: Any = float, order: str = "C") -> ndarray:
    """An array whose numbers were never written."""
    shape = tuple(map(operator.index, shape)) if np.iterable(shape) else (operator.index(shape),)
    if min(shape, default=0) < 0:
        raise ValueError("Negative dimensions are not allowed")
    order = {"C": "C", "F": "F", None: "C"}[order]
    return ndarray._of(memory.allocate(shape, check_dtype(dtype), order))


def moved(host: np.ndarray, order: str = "C") -> ndarray:
    """A copy on the device."""
    copy = memory.allocate_like(host, check_dtype(host.dtype), order)
    copy[...] = host
    return ndarray._of(copy)


class Flags:
    """Contiguity, and no more: CuPy's have no ``writeable``."""

    def __init__(self, flags: Any) -> None:
        self.c_contiguous, self.f_contiguous = flags.c_contiguous, flags.f_contiguous
        self.owndata = flags.owndata
        self.fnc, self.forc = flags.fnc, flags.forc

    def __getitem__(self, name: str) -> bool:
        if name not in ("C_CONTIGUOUS", "F_CONTIGUOUS", "OWNDATA"):
            raise KeyError(f"{name} is not defined for cupy.ndarray.flags")
        return getattr(self, name.lower())


class Pointer:
    """Where an array begins."""

    def __init__(self, host: np.ndarray) -> None:
        self.ptr, self.device_id = host.ctypes.data, 0
        self.mem = memory.memory_of(host)


class Capsule:
    """What the stand-in's ``__dlpack__`` hands to its ``from_dlpack``."""

    def __init__(self, array: ndarray) -> None:
        self.array = array


def _method(name: str, *parameters: str) -> Any:
    """A method that is NumPy's for the parameters that CuPy has."""

    def method(self: ndarray, *args: Any, **kwargs: Any) -> Any:
        return _call(f"ndarray.{name}", parameters, getattr(hidden(self), name), args, kwargs)

    method.__name__ = name
    return method


def named(name: str, parameters: tuple[str, ...], args: tuple, kwargs: dict) -> dict:
    """Arguments by their names; those that CuPy's function lacks are refused."""
    if len(args) > len(parameters):
        raise TypeError(f"{name}() takes at most {len(parameters)} arguments, got {len(args)}")
    given = dict(zip(parameters, args, strict=False))
    for key, value in kwargs.items():
        if key not in parameters or key in given:
            raise TypeError(f"{name}() got an unexpected or repeated argument {key!r}")
        given[key] = value
    return given


def _call(name: str, parameters: tuple[str, ...], function: Any, args: tuple, kwargs: dict) -> Any:
    given = named(name, parameters, args, kwargs)
    out = given.get("out")
    given = {key: hidden(x) if isinstance(x, ndarray) else x for key, x in given.items()}
    with np.errstate(all="ignore"):
        result = function(**given)
    return out if out is not None else wrapped(result)


class ndarray:  # noqa: N801  # the name that CuPy's has
    """An array on "the device": no subclass of NumPy's, and no way there but ``get``."""

    __slots__ = ("_hidden", "__weakref__")
    __array_priority__ = 100
    __hash__ = None  # type: ignore[assignment]
    _hidden: np.ndarray

    def __init__(
        self, shape: Any, dtype: Any = float, memptr: Any = None, strides: Any = None,
        order: str = "C",
    ) -> None:  # fmt: skip
        if memptr is not None or strides is not None:
            raise NotImplementedError("the stand-in makes arrays of memory of their own")
        self._hidden = hidden(new(shape, dtype, order))

    @classmethod
    def _of(cls, host: np.ndarray) -> ndarray:
        made = object.__new__(cls)
        made._hidden = host
        return made

    # Ways to the host, and those that are closed.

    def get(
        self, stream: Any = None, order: str = "C", out: Any = None, blocking: bool = True
    ) -> np.ndarray:
        host = hidden(self)
        if out is None:
            return np.array(host, order=order, copy=True)
        if not isinstance(out, np.ndarray):
            raise TypeError("Only numpy.ndarray can be obtained from cupy.ndarray")
        if out.dtype != host.dtype:
            raise TypeError(f"{out.dtype} array cannot be obtained from {host.dtype} array")
        if out.shape != host.shape:
            raise ValueError(f"Shape mismatch. Expected: {host.shape}, actual: {out.shape}")
        out[...] = host
        return out

    def set(self, arr: np.ndarray, stream: Any = None) -> None:
        host = hidden(self)
        if not isinstance(arr, np.ndarray):
            raise TypeError("Only numpy.ndarray can be set to cupy.ndarray")
        if arr.dtype != host.dtype:
            raise TypeError(f"{arr.dtype} array cannot be set to {host.dtype} array")
        if arr.shape != host.shape:
            raise ValueError(f"Shape mismatch. Old shape: {host.shape}, new shape: {arr.shape}")
        host[...] = arr

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        raise TypeError(IMPLICIT)

    def item(self) -> Any:
        return hidden(self).item()

    def tolist(self) -> Any:
        return hidden(self).tolist()

    def tobytes(self, order: str = "C") -> bytes:
        return hidden(self).tobytes(order)

    def __int__(self) -> int:
        return int(hidden(self))

    def __float__(self) -> float:
        return float(hidden(self))

    def __complex__(self) -> complex:
        return complex(hidden(self))

    def __bool__(self) -> bool:
        return bool(hidden(self))

    def __repr__(self) -> str:
        return repr(hidden(self))

    def __str__(self) -> str:
        return str(hidden(self))

    def __format__(self, how: str) -> str:
        return format(hidden(self), how)

    def __len__(self) -> int:
        return len(hidden(self))

    def __iter__(self) -> Any:
        if not self.ndim:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __reduce__(self) -> tuple:
        return _moved_back, (self.get(),)

    def __copy__(self) -> ndarray:
        return self.copy()

    def __deepcopy__(self, memo: dict) -> ndarray:
        return self.copy()

    # What it is.

    @property
    def flags(self) -> Flags:
        return Flags(hidden(self).flags)

    @property
    def shape(self) -> tuple:
        return hidden(self).shape

    @shape.setter
    def shape(self, shape: Any) -> None:
        view = hidden(self).view()
        view.shape = shape
        self._hidden = view

    @property
    def data(self) -> Pointer:
        return Pointer(hidden(self))

    @property
    def device(self) -> Any:
        from .cuda import Device

        return Device(0)

    @property
    def __cuda_array_interface__(self) -> dict:
        host = hidden(self)
        strides = None if host.flags.c_contiguous else host.strides
        return {
            "shape": host.shape, "typestr": host.dtype.str, "data": (host.ctypes.data, False),
            "version": 3, "strides": strides, "descr": host.dtype.descr, "stream": 1,
        }  # fmt: skip

    def __dlpack_device__(self) -> tuple[int, int]:
        return 2, 0  # CUDA, the first device

    def __dlpack__(
        self, *, stream: Any = None, max_version: Any = None, dl_device: Any = None,
        copy: Any = None,
    ) -> Capsule:  # fmt: skip
        if dl_device is not None and tuple(dl_device) != (2, 0):
            raise BufferError("the stand-in exports to its own device alone")
        return Capsule(self.copy() if copy else self)

    # Views and copies.

    @property
    def T(self) -> ndarray:  # noqa: N802
        return wrapped(hidden(self).T)

    @property
    def mT(self) -> ndarray:  # noqa: N802
        return wrapped(hidden(self).mT)

    @property
    def real(self) -> ndarray:
        return wrapped(hidden(self).real)

    @real.setter
    def real(self, value: Any) -> None:
        hidden(self).real = opened(value)

    @property
    def imag(self) -> ndarray:
        return wrapped(hidden(self).imag)

    @imag.setter
    def imag(self, value: Any) -> None:
        hidden(self).imag = opened(value)

    @property
    def flat(self) -> Any:
        raise NotImplementedError("the stand-in has no flat, ravel() does as well")

    @property
    def base(self) -> Any:
        host = hidden(self)
        return None if isinstance(host.base, memory.Memory) else host.base

    def astype(
        self, dtype: Any, order: str = "K", casting: Any = None, subok: Any = None,
        copy: bool = True,
    ) -> ndarray:  # fmt: skip
        dtype, host = check_dtype(dtype), hidden(self)
        if (
            not copy
            and dtype == host.dtype
            and (order in "KA" or host.flags[f"{order}_CONTIGUOUS"])
        ):
            return self
        with np.errstate(all="ignore"):
            return wrapped(host.astype(dtype, order=order, casting=casting or "unsafe"))

    def copy(self, order: str = "C") -> ndarray:
        return moved(hidden(self), order)

    def view(self, dtype: Any = None, type: Any = None) -> ndarray:  # noqa: A002
        host = hidden(self)
        return wrapped(host.view() if dtype is None else host.view(check_dtype(dtype)))

    def reshape(self, *shape: Any, order: str = "C", copy: Any = None) -> ndarray:
        return wrapped(hidden(self).reshape(*shape, order=order))

    def transpose(self, *axes: Any) -> ndarray:
        return wrapped(hidden(self).transpose(*axes))

    def fill(self, value: Any) -> None:
        if isinstance(value, np.ndarray):
            if value.shape:
                raise ValueError("non-scalar numpy.ndarray cannot be used for fill")
            value = value.item()
        hidden(self).fill(opened(value) if not isinstance(value, ndarray) else value.item())

    ravel = _method("ravel", "order")
    flatten = _method("flatten", "order")
    squeeze = _method("squeeze", "axis")

    def swapaxes(self, axis1: int, axis2: int) -> ndarray:
        return wrapped(hidden(self).swapaxes(axis1, axis2))

    def repeat(self, repeats: Any, axis: Any = None) -> ndarray:
        if isinstance(repeats, ndarray):
            raise ValueError("repeats must be an integer or a list of them, got an array")
        return wrapped(hidden(self).repeat(repeats, axis))

    def conj(self) -> ndarray:
        return wrapped(hidden(self).conj())

    conjugate = conj

    # Sums and order.

    sum = _method("sum", "axis", "dtype", "out", "keepdims")
    prod = _method("prod", "axis", "dtype", "out", "keepdims")
    mean = _method("mean", "axis", "dtype", "out", "keepdims")
    max = _method("max", "axis", "out", "keepdims")
    min = _method("min", "axis", "out", "keepdims")
    all = _method("all", "axis", "out", "keepdims")
    any = _method("any", "axis", "out", "keepdims")
    var = _method("var", "axis", "dtype", "out", "ddof", "keepdims")
    std = _method("std", "axis", "dtype", "out", "ddof", "keepdims")
    cumsum = _method("cumsum", "axis", "dtype", "out")
    cumprod = _method("cumprod", "axis", "dtype", "out")
    trace = _method("trace", "offset", "axis1", "axis2", "dtype", "out")
    clip = _method("clip", "min", "max", "out")
    round = _method("round", "decimals", "out")

    def argmax(
        self, axis: Any = None, out: Any = None, dtype: Any = None, keepdims: bool = False
    ) -> ndarray:
        return wrapped(hidden(self).argmax(axis, keepdims=keepdims))

    def argmin(
        self, axis: Any = None, out: Any = None, dtype: Any = None, keepdims: bool = False
    ) -> ndarray:
        return wrapped(hidden(self).argmin(axis, keepdims=keepdims))

    def sort(self, axis: int = -1, kind: Any = None) -> None:
        _check_stable(kind)
        hidden(self).sort(axis, kind="stable")

    def argsort(self, axis: int = -1, kind: Any = None) -> ndarray:
        _check_stable(kind)
        return wrapped(hidden(self).argsort(axis, kind="stable"))

    def partition(self, kth: int, axis: int = -1) -> None:
        hidden(self).partition(operator.index(kth), axis)

    def argpartition(self, kth: int, axis: int = -1) -> ndarray:
        return wrapped(hidden(self).argpartition(operator.index(kth), axis))

    def nonzero(self) -> tuple:
        return wrapped(hidden(self).nonzero())

    def searchsorted(self, v: ndarray, side: str = "left", sorter: Any = None) -> ndarray:
        from .functions import searchsorted

        return searchsorted(self, v, side, sorter)

    def take(self, indices: Any, axis: Any = None, out: Any = None) -> ndarray:
        where = hidden(indices) if isinstance(indices, ndarray) else np.asarray(indices)
        return wrapped(hidden(self).take(where, axis))

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> ndarray:
        return wrapped(hidden(self).diagonal(offset, axis1, axis2))

    def dot(self, b: ndarray, out: Any = None) -> ndarray:
        if not isinstance(b, ndarray):
            raise TypeError(f"Argument 'b' has incorrect type {type(b)}")
        return wrapped(hidden(self).dot(hidden(b)))

    def scatter_add(self, slices: Any, value: Any) -> None:
        np.add.at(hidden(self), _index(slices), opened(value))

    # Parts.

    def __getitem__(self, slices: Any) -> ndarray:
        index = _index(slices)
        index = index if isinstance(index, tuple) else (index,)
        if not any(part is Ellipsis for part in index):
            index = *index, Ellipsis  # so that an entry is a view of no dimension
        return wrapped(hidden(self)[index])

    def __setitem__(self, slices: Any, value: Any) -> None:
        index = _index(slices)
        if isinstance(value, np.ndarray) and value.shape and not _has_arrays(index):
            raise ValueError("non-scalar numpy.ndarray cannot be used for fill")
        if not isinstance(value, np.ndarray | list):
            value = opened(value)
        with np.errstate(all="ignore"):
            _check_once(index, value, hidden(self).shape)
            hidden(self)[index] = value

    # NumPy's functions, asked of these arrays.

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        from . import functions

        if method != "__call__" or ufunc.__name__ not in functions.UFUNCS:
            return NotImplemented
        out = kwargs.pop("out", None)
        if out is not None:
            if len(out) != 1:
                raise ValueError("The 'out' parameter must have exactly one array value")
            kwargs["out"] = out[0]
        if ufunc.__name__ in COMPARISONS:  # as CuPy does, whatever its functions themselves refuse
            inputs = tuple(
                x.item() if isinstance(x, np.ndarray) and not x.ndim else x for x in inputs
            )
        return getattr(functions, ufunc.__name__)(*inputs, **kwargs)

    def __array_function__(self, func: Any, types: Any, args: tuple, kwargs: dict) -> Any:
        from . import functions, linalg

        home = linalg if func.__module__ == "numpy.linalg" else functions
        ours = getattr(home, func.__name__, None)
        if ours is None or not all(t in (ndarray, np.ndarray) for t in types):
            return NotImplemented
        return ours(*args, **kwargs)


COMPARISONS = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"}
_OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "true_divide",
    "floordiv": "floor_divide", "mod": "remainder", "pow": "power", "and": "bitwise_and",
    "or": "bitwise_or", "xor": "bitwise_xor", "lshift": "left_shift", "rshift": "right_shift",
}  # fmt: skip
_RELATIONS = {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal",
    "ne": "not_equal",
}  # fmt: skip
_SIGNS = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}


def _add_attributes() -> None:
    for name in ("dtype", "ndim", "size", "nbytes", "itemsize", "strides"):
        setattr(ndarray, name, property(lambda self, n=name: getattr(hidden(self), n)))


def _add_operators() -> None:
    def function(name: str) -> Any:
        from . import functions

        return getattr(functions, name)

    def forward(name: str) -> Any:
        return lambda self, other: function(name)(self, other)

    for short, name in _OPERATORS.items():
        setattr(ndarray, f"__{short}__", forward(name))
        setattr(ndarray, f"__r{short}__", lambda self, other, n=name: function(n)(other, self))
        setattr(
            ndarray, f"__i{short}__", lambda self, other, n=name: function(n)(self, other, self)
        )
    for short, name in _RELATIONS.items():
        setattr(ndarray, f"__{short}__", forward(name))
    for short, name in _SIGNS.items():
        setattr(ndarray, f"__{short}__", lambda self, n=name: function(n)(self))
    ndarray.__matmul__ = forward("matmul")  # type: ignore[attr-defined]
    ndarray.__rmatmul__ = lambda self, other: function("matmul")(other, self)  # type: ignore[attr-defined]
    ndarray.__divmod__ = lambda self, other: function("divmod")(self, other)  # type: ignore[attr-defined]


_add_attributes()
_add_operators()
ndarray.__module__ = "cupy"


def _moved_back(host: np.ndarray) -> ndarray:
    return moved(host)


def _check_stable(kind: Any) -> None:
    if kind not in (None, "stable"):
        raise ValueError(f"kind can only be None or 'stable', got {kind!r}")


def _index(slices: Any) -> Any:
    """An index for NumPy, of what CuPy takes: one mask at most."""
    several = isinstance(slices, tuple)
    parts = [_part(s) for s in (slices if several else (slices,))]
    masks = [p for p in parts if isinstance(p, np.ndarray) and p.dtype == bool]
    others = [p for p in parts if not isinstance(p, slice) and p is not None and p is not Ellipsis]
    if masks and len(others) > 1:
        raise ValueError("currently, CuPy only supports slices that consist of one boolean array.")
    return tuple(parts) if several else parts[0]


def _part(s: Any) -> Any:
    if isinstance(s, ndarray):
        s = hidden(s)
    if isinstance(s, list):
        s = np.array(s) if s else np.array(s, np.int32)
    if isinstance(s, np.ndarray):
        if s.dtype.kind not in "iub":
            raise IndexError("arrays used as indices must be of integer or boolean type.")
        return s
    if isinstance(s, slice):
        for end in (s.start, s.stop, s.step):
            if end is not None:
                operator.index(end)  # an array of the device has none
        return s
    if s is None or s is Ellipsis or isinstance(s, int | np.integer):
        return s
    raise TypeError(f"Invalid index type: {type(s)}")


def _has_arrays(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(p, np.ndarray) for p in parts)


def _check_once(index: Any, value: Any, shape: tuple) -> None:
    """Refuse to write different numbers at one place: on a device any of them may stay."""
    if not _has_arrays(index) or np.ndim(value) == 0:
        return
    places = np.zeros(shape, np.int64)
    np.add.at(places, index, 1)
    if (places > 1).any():
        raise ValueError("an array written at indices must not repeat one, what stays is undefined")
