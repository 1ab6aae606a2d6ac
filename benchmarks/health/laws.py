"""Which laws are examined, and with how many draws."""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

__all__ = [
    "DRAWS",
    "FUNCTIONS",
    "LAWS",
    "SECONDS",
    "SEED",
    "UNASKED",
    "VECTOR_DRAWS",
    "Trial",
    "trials_of",
]

SEED = 16
LAWS = (
    (1.5, 0.0), (1.5, 0.5), (1.0, 0.0), (1.0, 0.5), (0.8, 0.3), (0.5, 1.0),
    (1.99, 0.0), (1.004, 0.5), (1.0 + 1e-9, 0.5), (0.3, 0.0),
)  # fmt: skip
NEXT_TO_ONE = 1e-6  # where a variate in the S1 form has lost the digits of the S0 one
DRAWS = 1 << 22
OTHER_DRAWS = {
    "scipy_law": 1 << 23, "levy_stable": 1 << 23, "pystab": 1 << 23,
    "pystable": 1 << 20, "r_stable": 1 << 12,  # they are slow
}  # fmt: skip
MORE = {("pyro_single", 1.5, 0.0): 1 << 28, ("pystab", 1.5, 0.0): 1 << 27}
"""What uniforms of 24 or 32 bits lack lies far out."""
VECTOR_DRAWS = 1 << 20
VECTORS = {
    "aub_htp": (
        ("isotropic", 1.5, VECTOR_DRAWS), ("isotropic", 0.8, VECTOR_DRAWS),
        ("elliptic", 1.5, VECTOR_DRAWS), ("discrete", 1.2, 1 << 15),
    )
}  # fmt: skip
SECONDS = 240.0  # for the functions of one law; it is not to end before they do
FUNCTIONS = "pdf", "cdf", "sf", "ppf"
UNASKED = {
    ("aub_htp", "ppf"), ("aub_htp", "sf"), ("r_stabledist", "ppf"),
    ("r_stable", "pdf"), ("r_stable", "cdf"), ("r_stable", "ppf"),
}  # fmt: skip
"""Functions that take long, or never come back: see ``calls``."""


class Trial(NamedTuple):
    """One examination: ``kind`` is that of a command."""

    library: str
    kind: str
    alpha: float
    beta: float
    amount: float  # draws, or seconds
    name: str = ""  # of a sampler of vectors

    @property
    def arguments(self) -> list[str]:
        """Those of the command that repeats it."""
        if self.kind == "vectors":
            return [self.kind, self.library, self.name, f"{self.alpha!r}", f"{self.amount:.0f}"]
        law = [f"{self.alpha!r}", f"{self.beta!r}"]
        return [self.kind, self.library, *law, f"{self.amount:.0f}"]

    @property
    def command(self) -> str:
        """The command that repeats it."""
        return " ".join(["python -m benchmarks.health", *self.arguments])

    @property
    def file(self) -> str:
        """Name of the file that keeps it."""
        return "-".join(self.arguments) + ".json"

    @property
    def about(self) -> str:
        """The law, in a table."""
        if self.kind == "vectors":
            return f"{self.name}, alpha {self.alpha:.10g}"
        return f"alpha {self.alpha:.10g}, beta {self.beta:g}"


def trials_of(library: str, peer: ModuleType) -> list[Trial]:
    """All examinations of a library."""
    laws = [law for law in LAWS if peer.FORM == "S0" or not 0 < abs(law[0] - 1) < NEXT_TO_ONE]
    trials = []
    if peer.rvs:
        trials += [Trial(library, "sampler", *law, _draws(library, *law)) for law in laws]
    if any(getattr(peer, name) and (library, name) not in UNASKED for name in FUNCTIONS):
        trials += [Trial(library, "density", *law, SECONDS) for law in laws]
    for name, alpha, draws in VECTORS.get(library, ()):
        trials.append(Trial(library, "vectors", alpha, 0.0, draws, name))
    return trials


def _draws(library: str, alpha: float, beta: float) -> int:
    return MORE.get((library, alpha, beta), OTHER_DRAWS.get(library, DRAWS))
