"""The processes of an MPI program as an engine, by mpi4py.futures."""

from __future__ import annotations

from typing import Any

from ..checks import one_line, said_by
from .processes import for_children
from .shared import Shared
from .tasks import LONGEST

COMMAND = "mpiexec -n N python -m mpi4py.futures -m paper_checks run --executor mpi"


def ranks(count: int, check: bytes) -> Shared:
    """The other processes of ``python -m mpi4py.futures``; ``count`` new ones if it is alone."""
    futures, size = _library()
    if size > 1 and futures._core.SharedPool is None:
        seen = f"{size} processes that each run the program"
        raise ValueError(f"mpi must be begun as `{COMMAND}`, got {seen}")
    executor = futures.MPIPoolExecutor(max_workers=count if size == 1 else None, main=False)
    with for_children():
        executor.bootup()
    return Shared(executor, executor.num_workers, check, executor.shutdown)


def _library() -> tuple[Any, int]:
    """The module mpi4py.futures, and how many processes there are."""
    rule = 'mpi4py and a library of MPI must be installed (pip install "stablenoise[mpi]")'
    try:
        from mpi4py import MPI, futures
    except (ImportError, RuntimeError) as error:
        said = one_line(said_by(error), LONGEST)
        raise ValueError(f"{rule}, got {said}") from None
    return futures, MPI.COMM_WORLD.Get_size()
