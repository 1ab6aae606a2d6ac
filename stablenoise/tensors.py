"""Arrays of any library as arrays of NumPy or CuPy on the same memory, by their protocols alone."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .checks import one_line, said_by
from .kernels.arrays import Array, array_module, cupy_or_none

IMMUTABLE = {"jax": "JAX", "jaxlib": "JAX", "tensorflow": "TensorFlow"}
ON_HOST, ON_CUDA = (1, 3, 11), (2, 13)
"""Kinds of devices that DLPack has: memory of the host, also if pinned, and of CUDA."""


def shared(name: str, value: Any) -> Array:
    """Array of NumPy or CuPy on the memory of ``value``, an array of any library.

    Neither its type nor its layout is checked.  In memory of the host ``__array__`` is asked before
    ``__dlpack__``, because it refuses what is only a view of conjugates or of negatives.
    """
    if isinstance(value, array_module(value).ndarray):
        return value
    _check_protocol(name, value)
    value = _without_gradient(name, value)
    device = _device(name, value)
    try:
        return _on_host(value) if device[0] in ON_HOST else _on_cuda(value)
    except Exception as error:  # of somebody's library
        raise ValueError(_refusal(name, value, device, error)) from error


def _check_protocol(name: str, value: Any) -> None:
    """Raise ValueError unless ``value`` is an array that may be changed."""
    kind = type(value)
    for library in {base.__module__.partition(".")[0] for base in kind.__mro__} & IMMUTABLE.keys():
        rule = f"be writeable, which arrays of {IMMUTABLE[library]} are not: use field.at"
        raise ValueError(f"{name} must {rule}, got {kind.__name__}")
    methods = ("__dlpack__", "__dlpack_device__"), ("__array__",)
    asked = not isinstance(value, type | np.generic)
    if not asked or not any(all(hasattr(value, m) for m in group) for group in methods):
        raise ValueError(f"{name} must be an array, or a list or dict of them, got {kind.__name__}")


def _without_gradient(name: str, value: Any) -> Any:
    """Return ``value``; under ``torch.no_grad()`` without its gradient, as PyTorch has it."""
    if getattr(value, "requires_grad", False) is not True:
        return value
    torch = sys.modules.get("torch")
    if torch is None or torch.is_grad_enabled():
        rule = "not require gradients: use torch.no_grad() or its .data"
        raise ValueError(f"{name} must {rule}, got {type(value).__name__}")
    return value.detach()


def _device(name: str, value: Any) -> tuple[int, int]:
    """Kind and number of the device, as DLPack has them."""
    if not hasattr(value, "__dlpack_device__"):
        return ON_HOST[0], 0
    try:
        kind, number = (int(part) for part in value.__dlpack_device__())
    except Exception:  # of a device that DLPack does not have
        kind, number = 0, 0
    if kind not in ON_HOST + ON_CUDA:
        place = one_line(str(getattr(value, "device", f"device {kind}")), 60)
        seen = f"{type(value).__name__} on {place}"
        raise ValueError(f"{name} must be on the CPU or on CUDA, got {seen}")
    if kind in ON_CUDA and cupy_or_none() is None:
        seen = f"{type(value).__name__} on CUDA device {number}"
        raise ValueError(f"{name} must be on the CPU where CuPy does not import, got {seen}")
    return kind, number


def _on_cuda(value: Any) -> Array:
    return cupy_or_none().from_dlpack(value)  # type: ignore[union-attr]


def _on_host(value: Any) -> np.ndarray:
    """The array of NumPy that ``value`` gives twice on the same memory."""
    for protocol, method in (("__array__", _by_array), ("__dlpack__", _by_dlpack)):
        if hasattr(value, protocol):
            array, again = method(value), method(value)
            if _begin(array) == _begin(again) or not array.size:
                return array
    raise ValueError("its library makes a copy")


def _begin(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


def _by_array(value: Any) -> np.ndarray:
    try:
        return value.__array__(copy=False)
    except TypeError:  # written before this argument was
        return value.__array__()


def _by_dlpack(value: Any) -> np.ndarray:
    try:
        capsule = value.__dlpack__(max_version=(1, 0))
    except TypeError:  # written before this argument was
        capsule = value.__dlpack__()
    # A capsule of before version 1 cannot say whether it may be written to.  NumPy takes it as
    # read-only; the protocol asked libraries not to make one of what is.
    writeable = '"dltensor"' in repr(capsule)
    array = np.from_dlpack(_Exported(capsule, value.__dlpack_device__()))
    return np.asarray(_Writeable(array)) if writeable else array


class _Exported:
    """A capsule that was made, where NumPy asks for an object that makes one."""

    def __init__(self, capsule: Any, device: tuple[int, int]) -> None:
        self._capsule, self._device = capsule, device

    def __dlpack__(self, **_: Any) -> Any:
        return self._capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._device


class _Writeable:
    """The memory of an array, which it keeps alive, to be written to."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array
        self.__array_interface__ = {
            **array.__array_interface__,
            "data": (_begin(array), False),
        }


def _refusal(name: str, value: Any, device: tuple[int, int], error: Exception) -> str:
    """The line that says why the memory of ``value`` cannot be had."""
    dtype = str(getattr(value, "dtype", "float64"))
    if "float32" not in dtype and "float64" not in dtype:
        return f"{name} must be float64 or float32, got {one_line(dtype, 60)}"
    place = "on the CPU" if device[0] in ON_HOST else f"on CUDA device {device[1]}"
    seen = f"{type(value).__name__}: {one_line(said_by(error), 80)}".rstrip(".: ")
    return f"{name} must be an array whose memory {place} can be shared, got {seen}"
