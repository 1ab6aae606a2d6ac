"""Single calls whose true answers are known, each a line that anybody can run.

A line prints numbers; ``true`` are those that it should print, by our law, and the relative error
from which on the answer is called wrong.  Those that are right by now are not told.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

from stablenoise import Stable
from stablenoise.checks import one_line

__all__ = ["CALLS", "Answer", "Call", "answer"]

SECONDS = 120.0
TOLD = 200  # characters of what a line prints
SCIPY = "from scipy.stats import levy_stable as s; "
PYRO = "import torch, pyro.distributions as d; t = lambda x: torch.tensor(x).double(); "
AUB = "import aub_htp; s = aub_htp.alpha_stable.with_parametrization('S0'); "
RUNNERS = {"python": (sys.executable, "-c"), "Rscript": ("Rscript", "-e")}


class Call(NamedTuple):
    """A line for Python or Rscript, and what it should print; it has no double quotes, nor $."""

    library: str
    subject: str
    code: str
    true: Callable[[], list[float]]
    tolerance: float = 1e-3
    runner: str = "python"

    @property
    def command(self) -> str:
        """For a shell."""
        return f'{self.runner} {RUNNERS[self.runner][1]} "{self.code}"'


class Answer(NamedTuple):
    """What a line printed, what it should have, and whether it is right."""

    subject: str
    command: str
    seen: str
    true: tuple[float, ...]
    is_right: bool


def answer(call: Call) -> Answer:
    """Run a line."""
    true = tuple(call.true())
    seen, is_answer = _printed(call)
    is_right = is_answer and _agree(seen, true, call.tolerance)
    return Answer(call.subject, call.command, one_line(seen, TOLD), true, is_right)


def _printed(call: Call) -> tuple[str, bool]:
    """What a line prints, or why it prints nothing."""
    try:
        ran = subprocess.run(
            [*RUNNERS[call.runner], call.code],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {SECONDS:.0f} seconds", False
    if ran.returncode:
        last = ran.stderr.strip().splitlines()[-1:] or [f"no answer, exit status {ran.returncode}"]
        return last[0], False
    return ran.stdout, True


def _agree(seen: str, true: tuple[float, ...], tolerance: float) -> bool:
    try:
        numbers = [float(word) for word in seen.strip("[]").replace(",", " ").split()]
    except ValueError:
        return False
    if len(numbers) != len(true):
        return False
    return all(_close(a, b, tolerance) for a, b in zip(numbers, true, strict=True))


def _close(seen: float, true: float, tolerance: float) -> bool:
    return math.isclose(seen, true, rel_tol=tolerance) or math.isnan(seen) and math.isnan(true)


CALLS = (
    Call("scipy_law", "Probabilities of the tails",
         SCIPY + "print(s.sf(1000, 1.5, 0), s.sf(1000, 1.1, 0), s.cdf(-1000, 1.5, 0))",
         lambda: [float(Stable(1.5).sf(1000)), float(Stable(1.1).sf(1000)),
                  float(Stable(1.5).cdf(-1000))]),
    Call("scipy_law", "Quantiles of probability 1e-5, 1e-7 and 1e-9",
         SCIPY + "print(*s.ppf([1e-5, 1e-7, 1e-9], 1.5, 0))",
         lambda: [float(x) for x in Stable(1.5).ppf([1e-5, 1e-7, 1e-9])]),
    Call("scipy_law", "The distribution function next to the median",
         SCIPY + "print(s.cdf(0.006, 1.5, 0))", lambda: [float(Stable(1.5).cdf(0.006))]),
    Call("scipy_law", "The density at alpha = 1.004",
         SCIPY + "print(s.pdf(1e4, 1.004, 0))", lambda: [float(Stable(1.004).pdf(1e4))]),
    Call("scipy_law", "The mean in the S0 form",
         SCIPY + "s.parameterization = 'S0'; print(s.mean(1.5, 0.5))",
         lambda: [float(Stable(1.5, 0.5).mean())]),
    Call("scipy_law", "Light tails of skewed laws",
         SCIPY + "print(s.pdf(-20, 1.75, 1), s.pdf(-30, 1.9, 1))",
         lambda: [float(Stable.from_s1(1.75, 1).pdf(-20)), float(Stable.from_s1(1.9, 1).pdf(-30))]),
    Call("levy_stable", "Where the table ends and the tail begins",
         "import levy; print(levy.pdf(-230.0, alpha=1.6, beta=0.2))",
         lambda: [float(Stable(1.6, 0.2).pdf(-230))]),
    Call("levy_stable", "How many of 4,000 densities on [-30, -3] are negative",
         "import levy, numpy; "
         "print((levy.pdf(numpy.linspace(-30, -3, 4000), alpha=1.99, beta=1.0) < 0).sum())",
         lambda: [0.0]),
    Call("pyro_double", "The density in the form coords='S'",
         PYRO + "print(d.Stable(t(1.5), t(0.5), coords='S').log_prob(t(1.0)).exp().item())",
         lambda: [float(Stable.from_s1(1.5, 0.5).pdf(1))]),
    Call("pyro_double", "The density from x = 300 on",
         PYRO + "p = d.Stable(t(1.5), t(0.0)).log_prob; "
         "print(p(t(1000.0)).exp().item(), p(t(1e4)).exp().item())",
         lambda: [float(Stable(1.5).pdf(1000)), float(Stable(1.5).pdf(1e4))]),
    Call("levy_stable_jax", "The density at 0",
         "import levy_stable_jax as s; print(s.pdf(0.0, 1.5, 0.0))",
         lambda: [float(Stable(1.5).pdf(0))]),
    Call("levy_stable_jax", "The median of 100,000 draws at alpha = 1, beta = 0.5",
         "import jax, levy_stable_jax as s, numpy; "
         "print(numpy.median(s.rvs(1.0, 0.5, jax.random.PRNGKey(1), shape=(10**5,))))",
         lambda: [float(Stable(1, 0.5).ppf(0.5))], 0.1),
    Call("aub_htp", "The distribution function in the S0 form",
         AUB + "print(*s.cdf([1.0], 1.5, 0.5))", lambda: [float(Stable(1.5, 0.5).cdf(1))], 0.01),
    Call("aub_htp", "A quantile of probability 1e-9",
         "import aub_htp; print(aub_htp.alpha_stable.ppf(1e-9, 1.5, 0.0))",
         lambda: [float(Stable(1.5).ppf(1e-9))]),
    Call("aub_htp", "The distribution function far out",
         "import aub_htp; print(*aub_htp.alpha_stable.cdf([1e4, 1e6], 1.5, 0.0))",
         lambda: [float(x) for x in Stable(1.5).cdf([1e4, 1e6])]),
    Call("pystable", "The path to the library that is shipped",
         "import pystable; print(pystable.create(1.5, 0.5, 1.0, 0.0, 0).contents.alpha)",
         lambda: [1.5]),
    Call("pystable", "A quantile of NaN",
         "import pystable; from benchmarks.peers.pystable import library_path as f; "
         "law = pystable.create(1.5, 0.5, 1.0, 0.0, 0, f()); "
         "print(*pystable.q(law, [float('nan')], 1, f()))",
         lambda: [math.nan]),
    Call("pystable", "How many of 1,000 draws by stable_rnd are 0",
         "import pystable; from benchmarks.peers.pystable import library_path as f; "
         "law = pystable.create(1.5, 0.5, 1.0, 0.0, 0, f()); "
         "print(pystable.stable_rnd(pystable.load_libstable(f()), law, 1000).count(0.0))",
         lambda: [0.0]),
    Call("r_stabledist", "The tail above",
         "cat(stabledist::pstable(1000, 1.5, 0, lower.tail = FALSE))",
         lambda: [float(Stable(1.5).sf(1000))], runner="Rscript"),
    Call("r_stabledist", "Quantiles of probability 1e-3, 1e-6 and 1e-9",
         "cat(stabledist::qstable(c(1e-3, 1e-6, 1e-9), 1.5, 0))",
         lambda: [float(x) for x in Stable(1.5).ppf([1e-3, 1e-6, 1e-9])], runner="Rscript"),
    Call("r_stabledist", "The median of 100,000 draws at alpha = 1, beta = 0.5",
         "set.seed(1); cat(median(stabledist::rstable(1e5, 1, 0.5)))",
         lambda: [float(Stable(1, 0.5).ppf(0.5))], 0.1, "Rscript"),
    Call("r_stabledist", "Next to alpha = 1",
         "cat(stabledist::dstable(0, 1 + 1e-9, 0.5), stabledist::pstable(0, 1 + 1e-9, 0.5))",
         lambda: [float(Stable(1 + 1e-9, 0.5).pdf(0)), float(Stable(1 + 1e-9, 0.5).cdf(0))],
         runner="Rscript"),
    Call("r_stable", "The distribution function far out",
         "cat(stable::pstable(c(1000, -1e4), 0, 1, 0, 1.5))",
         lambda: [float(x) for x in Stable(1.5).cdf([1000, -1e4])], runner="Rscript"),
    Call("r_stable", "The density in the middle",
         "cat(stable::dstable(c(-5, 1), 0, 1, 0, 1.5))",
         lambda: [float(x) for x in Stable(1.5).pdf([-5, 1])], 1e-6, "Rscript"),
    Call("r_stable", "The distribution function at -1e6",
         "cat(stable::pstable(-1e6, 0, 1, 0, 1.5))",
         lambda: [float(Stable(1.5).cdf(-1e6))], runner="Rscript"),
    Call("r_stable", "The distribution function with the parameters that sd2s gives for alpha < 1",
         "cat(with(stable::sd2s(0.8, 0.3, 1, 0), stable::pstable(0, loc, disp, skew, tail)))",
         lambda: [float(Stable.from_s1(0.8, 0.3).cdf(0))], runner="Rscript"),
    Call("r_stable", "A quantile of probability 1e-9",
         "cat(stable::qstable(1e-9, disp = 1, tail = 1.5))",
         lambda: [float(Stable(1.5).ppf(1e-9))], runner="Rscript"),
)  # fmt: skip
