"""What a machine has and how this package does on it: ``stablenoise.doctor()``."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import child, machine
from .lines import AMISS, Line, Probe, answers

PROBES: dict[str, Probe] = {
    "stablenoise": machine.package,
    "python": machine.python,
    "processor": machine.processor,
    "threads": machine.threads,
    "libraries": machine.libraries,
    "optional": machine.optional,
    "inside": child.lines,
    "gpu": machine.gpu,
}
MARKS = {"ok": " ", "note": "-", "amiss": "!"}
FENCE = "```"


@dataclass(frozen=True, slots=True, repr=False)
class Checkup:
    """What ``doctor`` found: printed, it is what a report of a fault should have.

    Parameters
    ----------
    lines : tuple of Line
        Each has a ``name``, a ``text`` and a ``state``: "ok", "note" or "amiss".
    seconds : float
        That it took.

    Examples
    --------
    >>> print(Checkup((Line("gpu", "not used"), Line("cache", "no folder", "amiss")), 2.5))
    stablenoise doctor: amiss: cache (2.5 s)
    In a report of a fault, paste all of this:
    ```
      gpu    not used
    ! cache  no folder
    ```

    """

    lines: tuple[Line, ...]
    seconds: float

    @property
    def amiss(self) -> tuple[str, ...]:
        """Names of the lines that say that something is amiss.

        Returns
        -------
        tuple of str

        Examples
        --------
        >>> Checkup((Line("cache", "no folder", "amiss"),), 2.5).amiss
        ('cache',)

        """
        return tuple(line.name for line in self.lines if line.state == AMISS)

    def to_dict(self) -> dict[str, Any]:
        """The same for programs, as JSON has it.

        Returns
        -------
        dict
            ``lines``, a list of dicts with ``name``, ``text`` and ``state``, ``amiss``, a list of
            names, and ``seconds``.

        Examples
        --------
        >>> Checkup((Line("gpu", "not used"),), 2.5).to_dict()["lines"]
        [{'name': 'gpu', 'text': 'not used', 'state': 'ok'}]

        """
        lines = [line._asdict() for line in self.lines]
        return {"lines": lines, "amiss": list(self.amiss), "seconds": self.seconds}

    def __str__(self) -> str:
        return "\n".join(self._text())

    __repr__ = __str__

    def _text(self) -> Iterator[str]:
        count = len(self.amiss)
        what = "nothing is amiss" if count == 0 else f"amiss: {', '.join(self.amiss)}"
        yield f"stablenoise doctor: {what} ({self.seconds:.1f} s)"
        yield "In a report of a fault, paste all of this:"
        yield FENCE
        width = max(len(line.name) for line in self.lines)
        for line in self.lines:
            yield f"{MARKS[line.state]} {line.name:{width}}  {line.text}"
        yield FENCE


def doctor() -> Checkup:
    """What this machine has, and whether this package has its golden bits on it.

    Processor, threads, libraries, BLAS, the cache of compiled code, data sets, GPU, and noise,
    draws, paths and laws compared with published bits.  It never fails: what cannot be found out
    is a line that says why.  The network is not touched, and neither the user's name nor the home
    folder is told.

    Returns
    -------
    Checkup
        Printed, it is what a report of a fault should have.

    Notes
    -----
    It takes 2.1 s of processor time (an AMD EPYC, Zen 4, 2026-11-30, ``time stablenoise doctor``),
    most of it in a process of its own, in which NumPy, Numba and kept machine code may crash
    without harm.  What is not kept is interpreted, but for one small
    function, which an empty cache gets; nothing else is written but a temporary file there.

    Examples
    --------
    >>> [line.state for line in doctor().lines if line.name == "python"]
    ['ok']

    """
    start = time.perf_counter()
    lines = [line for name, probe in PROBES.items() for line in answers(name, probe)]
    return Checkup(tuple(lines), round(time.perf_counter() - start, 2))
