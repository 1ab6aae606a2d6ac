"""How much memory a process has, and how much there is, where the system says so: on Linux."""

import os
from contextlib import suppress
from math import inf
from pathlib import Path

SHARE = 0.75  # of what is free at the start that somebody's code may take
OF_GROUP = "/sys/fs/cgroup"  # of a container, which may have less than the machine


def used(process: int) -> int:
    """Bytes that a process holds in memory; 0 where that is not known."""
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0


def allowed() -> float:
    """Bytes that somebody's code may take, infinite where it is not known what is free."""
    return SHARE * min(_of_machine(), _of_container())


def _of_machine() -> float:
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return 1024.0 * int(line.split()[1])
    return inf


def _of_container() -> float:
    with suppress(OSError, ValueError):  # a limit that is none is the word max
        limit = int(Path(OF_GROUP, "memory.max").read_text())
        return float(limit - int(Path(OF_GROUP, "memory.current").read_text()))
    return inf
