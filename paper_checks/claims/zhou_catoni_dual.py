"""B-2: Catoni's bound, at the best lambda and without its union, is the inverse of kl."""

from math import log

import numpy as np
from scipy.optimize import minimize_scalar

from compress.certificates.inequalities import catoni_at, kl_upper
from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

POINTS, EXAMPLES = 30, 60_000
SLOPES = (1e-6, 60.0)  # lambda / n: its optimum is log odds of p less those of q
BRACKET = (1.0, 100.0)  # of lambda itself, in ``compute_catoni_bound`` (read)


def differences(slopes: tuple[float, float]) -> list[float]:
    """Largest distance of the infimum over these slopes from the inverse of kl, either way."""
    rng = np.random.default_rng(1)
    rates, nats = rng.uniform(0, 0.8, POINTS), np.exp(rng.uniform(log(1e-3), log(2), POINTS))
    least = np.array([_infimum(*pair, slopes) for pair in zip(rates, nats, strict=True)])
    excess = least - kl_upper(rates, nats)
    return [float(excess.max()), float(-excess.min())]


def _infimum(q: float, c: float, slopes: tuple[float, float]) -> float:
    """Of Catoni's limit, over the logarithm of the slope."""
    found = minimize_scalar(
        lambda x: float(catoni_at(q, c, np.exp(x))),
        bounds=(log(slopes[0]), log(slopes[1])),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return float(found.fun)


CLAIM = Claim(
    id="B-2",
    title="Catoni's bound at its best is the inverse of kl",
    aliases=("B02",),
    statement=(
        "The infimum over lambda of Catoni's limit of the risk, without a union over lambda, is "
        "the inverse of kl: at 30 random error rates and numbers of nats, to 1e-12. For a single "
        "network of a prior mass no union is needed, so that the inverse may be used as it is."
    ),
    source=(
        "Derived (duality); Catoni's bound as in Zhou et al., arXiv 1804.05862, theorem 2.1 (read)"
    ),
    quantities=(
        Quantity("infimum less the inverse, at most", below(1e-12), computed),
        Quantity("inverse less the infimum, at most", below(1e-12), computed),
    ),
    experiment=by_computing(differences, slopes=SLOPES),
    control=by_computing(differences, slopes=(BRACKET[0] / EXAMPLES, BRACKET[1] / EXAMPLES)),
    broken=(
        "lambda is sought in (1, 100) with 60,000 examples, as "
        "github.com/activatedgeek/tight-pac-bayes has it"
    ),
    unit="computations",
    smoke=1,
    full=1,
    kind="identity",
)
