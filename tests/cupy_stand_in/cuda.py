"""``cupy.cuda`` as far as it is used: one device, whose work is done when a call returns."""

from __future__ import annotations

import time
from typing import Any

from . import memory

TOTAL_BYTES = 1 << 33


class Device:
    """The first device, and the only one."""

    def __init__(self, device: Any = None) -> None:
        self.id = 0 if device is None else int(device)
        if self.id:
            raise ValueError(f"cudaErrorInvalidDevice: invalid device ordinal {self.id}")

    def __enter__(self) -> Device:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def __int__(self) -> int:
        return self.id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device) and other.id == self.id

    __hash__ = None  # type: ignore[assignment]

    def use(self) -> None:
        """Let it be the current one, which it is."""

    def synchronize(self) -> None:
        """Wait for nothing."""

    compute_capability = "90"

    @property
    def mem_info(self) -> tuple[int, int]:
        """Free and total bytes."""
        return TOTAL_BYTES - memory.in_use, TOTAL_BYTES

    @property
    def attributes(self) -> dict[str, int]:
        return {"MultiProcessorCount": 2, "MaxThreadsPerBlock": 1024}


class Stream:
    """A queue that is always empty."""

    null: Stream

    def __init__(
        self, null: bool = False, non_blocking: bool = False, ptds: bool = False,
        priority: Any = None,
    ) -> None:  # fmt: skip
        self.ptr, self.done = 0 if null else id(self), True

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def use(self) -> Stream:
        return self

    def synchronize(self) -> None:
        """Wait for nothing."""

    def record(self, event: Any = None) -> Event:
        event = Event() if event is None else event
        event.record(self)
        return event

    def wait_event(self, event: Event) -> None:
        """Wait for nothing."""


Stream.null = Stream(null=True)


def get_current_stream(device_id: int = -1) -> Stream:
    return Stream.null


class Event:
    """A moment."""

    def __init__(
        self, block: bool = False, disable_timing: bool = False, interprocess: bool = False
    ) -> None:
        self.ptr, self._seconds = id(self), None

    @property
    def done(self) -> bool:
        return True

    def record(self, stream: Any = None) -> None:
        self._seconds = time.perf_counter()

    def synchronize(self) -> None:
        """Wait for nothing."""


def get_elapsed_time(start_event: Event, end_event: Event) -> float:
    """Milliseconds between two events."""
    times = start_event._seconds, end_event._seconds
    if None in times:
        raise RuntimeError("cudaErrorInvalidResourceHandle: an event was not recorded")
    return 1e3 * (times[1] - times[0])


class MemoryPool:
    """Bytes in use; nothing is kept for later."""

    def used_bytes(self) -> int:
        return memory.in_use

    def total_bytes(self) -> int:
        return memory.in_use

    def free_bytes(self) -> int:
        return 0

    def free_all_blocks(self, stream: Any = None) -> None:
        """Free what nobody uses: it is free."""

    def set_limit(self, size: Any = None, fraction: Any = None) -> None:
        raise NotImplementedError("the stand-in's pool has no limit")


class runtime:  # noqa: N801  # a module of CuPy
    """What is asked of the driver."""

    is_hip = False

    class CUDARuntimeError(RuntimeError):
        """An error of the runtime."""

    @staticmethod
    def getDeviceCount() -> int:  # noqa: N802
        return 1

    @staticmethod
    def getDevice() -> int:  # noqa: N802
        return 0

    @staticmethod
    def getDeviceProperties(device: int) -> dict[str, Any]:  # noqa: N802
        Device(device)
        return {
            "name": b"stand-in, on the host", "totalGlobalMem": TOTAL_BYTES, "major": 9, "minor": 0,
            "multiProcessorCount": 2, "maxThreadsPerBlock": 1024, "warpSize": 32,
        }  # fmt: skip

    @staticmethod
    def runtimeGetVersion() -> int:  # noqa: N802
        return 12000

    @staticmethod
    def memGetInfo() -> tuple[int, int]:  # noqa: N802
        return Device().mem_info

    @staticmethod
    def deviceSynchronize() -> None:  # noqa: N802
        """Wait for nothing."""


def is_available() -> bool:
    return True


_POOL = MemoryPool()


def get_default_memory_pool() -> MemoryPool:
    return _POOL
