"""Whether a fit's likelihood is the largest there is: on 1,000 samples, from many other starts.

python -m benchmarks.estimation_maxima [SAMPLES] [FIRST]     # 1,000 by default, from number 0

Samples of stable laws of all alpha and beta, of 30 to 2,000 values, and of laws that are not
stable, with ties and without.  Beside ``fit.stable`` stand: the same search from a grid of starts;
Nelder and Mead's of SciPy from the fit or one of two laws; levy-stable's fit, where it is
installed, for every tenth sample; and for as many what SciPy can fit, the laws of Gauss, Cauchy and
Levy.  All are compared by the exact density, ``law.logpdf``; a row is printed where one of them has
more than 1e-4 nats above the fit, or the fit did not leave its start, or did not converge.

Of equal values a likelihood has no bound: it grows with a peak of a small alpha on the commonest.
Where more than a twentieth of the values are one, it is therefore only asked whether the fit
converged.
"""

import os
import sys
import warnings
from collections import Counter
from functools import partial
from itertools import product

os.environ["NUMBA_NUM_THREADS"] = "1"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402 - after the number of threads
from scipy import optimize, stats  # noqa: E402

from stablenoise import Stable, fit, law  # noqa: E402
from stablenoise.fit.maximum import maximise  # noqa: E402
from stablenoise.fit.parameters import HIGHEST, LOWEST  # noqa: E402
from stablenoise.fit.univariate import first_guess  # noqa: E402
from stablenoise.law import table  # noqa: E402

try:
    from levy.fitting import fit_levy
except ImportError:
    fit_levy = None

NATS = 1e-4  # by which no other likelihood may be above the fit's
FREE = np.full(4, np.nan)
STABLE_SHARE = 0.6
ALPHAS = (0.2, 0.5, 0.8, 1.1, 1.5, 1.9)
BETAS = (-0.9, 0.0, 0.9)
FEW = np.array([[1.5, 0.0, 1.0, 0.0], [0.8, 0.0, 0.5, 0.0]])  # starts of Nelder and Mead
SPOTS = (0.5, 0.25, 0.75)  # probabilities of quantiles where a start may lie
MOST_EQUAL = 0.05  # share of a sample that may be one value, for others to be asked
EVERY = 10  # sample that levy-stable fits
CLOSED = {  # laws that SciPy fits: alpha and beta, and parameters of S0 from those of SciPy
    "gauss": (2.0, 0.0, stats.norm, lambda loc, scale: (scale / np.sqrt(2), loc)),
    "cauchy": (1.0, 0.0, stats.cauchy, lambda loc, scale: (scale, loc)),
    "levy": (0.5, 1.0, stats.levy, lambda loc, scale: (scale, loc + scale)),
}


def stable_sample(rng, n):
    """Half of these at an end or at a law with a form of its own."""
    alpha = rng.choice([rng.uniform(0.3, 2), rng.uniform(1, 2), rng.choice([0.5, 1.0, 1.98, 2.0])])
    beta = rng.choice([rng.uniform(-1, 1), rng.uniform(-1, 1), rng.choice([-1.0, 0.0, 1.0])])
    return f"stable {alpha:.3f} {beta:.3f}", Stable(alpha, beta).rvs(n, rng=rng)


def two_centres(rng, n):
    return rng.normal(size=n) + rng.choice([0.0, rng.uniform(2, 20)], n)


def two_scales(rng, n):
    return rng.normal(size=n) * np.where(rng.random(n) < 0.1, rng.uniform(3, 100), 1.0)


def rounded(rng, n):
    return np.round(Stable(rng.uniform(0.7, 2)).rvs(n, rng=rng) * rng.choice([1.0, 3.0, 10.0]))


def with_zeros(rng, n):
    return np.where(rng.random(n) < 0.07, 0.0, rng.standard_t(3, n))


OTHERS = {
    "t(3)": lambda rng, n: rng.standard_t(3, n),
    "t(1.5)": lambda rng, n: rng.standard_t(1.5, n),
    "laplace": lambda rng, n: rng.laplace(size=n),
    "uniform": lambda rng, n: rng.uniform(size=n),
    "exponential": lambda rng, n: rng.exponential(size=n),
    "pareto": lambda rng, n: rng.pareto(1.2, n),
    "lognormal": lambda rng, n: rng.lognormal(0, 1.5, n),
    "arcsine": lambda rng, n: rng.beta(0.5, 0.5, n),
    "two centres": two_centres,
    "two scales": two_scales,
    "rounded": rounded,
    "7% zeros": with_zeros,
}


def sample(number):
    """Name and values of a sample, by its number alone."""
    rng = np.random.default_rng([15, number])
    n = int(round(np.exp(rng.uniform(np.log(30), np.log(2000)))))
    if rng.random() < STABLE_SHARE:
        return stable_sample(rng, n)
    name = str(rng.choice(list(OTHERS)))
    return name, OTHERS[name](rng, n)


def by_table(data, theta):
    """Log likelihood of points and their weights by the table."""
    return -negative(data, np.r_[theta[:2], np.log(max(theta[2], 1e-300)), theta[3]])


def negative(data, theta):
    """Less the log likelihood, of the logarithm of the scale: for searches without derivatives."""
    alpha, beta, log_scale, loc = theta
    if not (LOWEST[0] <= alpha <= HIGHEST[0] and abs(beta) <= 1 and abs(log_scale) < 25):
        return np.inf
    points, weights = data
    sums = table.log_and_score_sums((points - loc) / np.exp(log_scale), alpha, beta, weights)
    return -(sums.log - weights.sum() * log_scale) if np.isfinite(sums.log) else np.inf


def nelder_mead(data, start):
    there = start.copy()
    there[2] = np.log(there[2])
    options = {"xatol": 1e-7, "fatol": 1e-7, "maxiter": 600}
    best = optimize.minimize(
        partial(negative, data), there, method="Nelder-Mead", options=options
    ).x
    best[2] = np.exp(best[2])
    return best


def starts(points):
    """A grid of laws about the middle, and of small alphas about other quantiles."""
    middle, *spots = np.quantile(points, SPOTS)
    for alpha, beta in product(ALPHAS, BETAS):
        yield np.array([alpha, beta, 1.0, middle])
    for alpha, spot in product(ALPHAS[:2], spots):
        yield np.array([alpha, 0.0, 0.3, spot])


def rivals(number, data, theta):
    """Name and parameters of what others find."""
    points, weights = data
    for start in starts(points):
        try:
            there = maximise(points, weights, start, FREE)
        except np.linalg.LinAlgError:
            continue
        yield f"start {start.round(2).tolist()}", there.theta
    inner = np.clip(theta, [0.12, -0.98, 1e-9, -np.inf], [1.98, 0.98, np.inf, np.inf])
    yield "Nelder-Mead", nelder_mead(data, [inner, *FEW][number % (1 + len(FEW))])
    if fit_levy is not None and number % EVERY == 0:
        found = fit_levy(np.repeat(points, weights.astype(int)))[0].get("0")
        yield "levy-stable", np.array(found)[[0, 1, 3, 2]]


def exact(data, theta):
    """Log likelihood by the exact density."""
    points, weights = data
    return float(weights @ law.logpdf(points, *map(float, theta))) if theta[2] > 0 else -np.inf


def closed_failures(x):
    """Laws whose own fit of SciPy is likelier than ours with alpha and beta held."""
    for name, (alpha, beta, peer, to_s0) in CLOSED.items():
        theirs = to_s0(*peer.fit(x))
        ours = fit.stable(x, alpha=alpha, beta=beta)
        there, here = (
            law.logpdf(x, alpha, beta, *map(float, pair)).sum()
            for pair in (theirs, (ours.scale, ours.loc))
        )
        if there > here + NATS:
            yield f"SciPy's {name}", there - here, (alpha, beta, *theirs)


def failures(number, x):
    """What is above the fit: (rival, nats, its parameters), the worst first; the fit's."""
    result = fit.stable(x)
    data, theta = (result.problem.points, result.problem.weights), result.problem.top.theta
    ours, mine = exact(data, theta), by_table(data, theta)
    above = list(closed_failures(x)) if number % EVERY == 1 else []
    equal = data[1].max() / x.size
    for name, there in rivals(number, data, theta) if equal <= MOST_EQUAL else ():
        if by_table(data, there) > mine + NATS / 2 or name == "levy-stable":
            gain = exact(data, there) - ours
            if gain > NATS:
                above.append((name, gain, tuple(there)))
    stuck = np.array_equal(first_guess(*data, FREE), theta)
    if stuck or not result.converged:
        above.append(("stuck" if stuck else "not converged", 0.0, tuple(theta)))
    return sorted(above, key=lambda row: -row[1]), theta


def main(samples, first):
    """A row for each sample where the fit is not the best; their number by kind at the end."""
    warnings.simplefilter("ignore")
    failed, worst = Counter(), 0.0
    print(f"| number | sample | n | fit | other | nats | its parameters |\n|{'---|' * 7}")
    for number in range(first, first + samples):
        name, x = sample(number)
        above, theta = failures(number, x)
        seen = set()
        for rival, gain, there in above:
            kind = rival.split(" ")[0]
            if kind in seen:
                continue
            seen.add(kind)
            failed[name.split(" ")[0], rival.split(" ")[0]] += 1
            worst = max(worst, gain)
            told = " ".join(f"{v:.4g}" for v in theta), " ".join(f"{v:.4g}" for v in there)
            print(
                f"| {number} | {name} | {x.size} | {told[0]} | {rival} | {gain:.5f} | {told[1]} |"
            )
            sys.stdout.flush()
        if (number + 1) % 100 == 0:
            print(f"<!-- {number + 1 - first} samples, {sum(failed.values())} rows -->", flush=True)
    print(f"\n{samples} samples, {sum(failed.values())} rows, most {worst:.5f} nats")
    for (kind, rival), count in failed.most_common():
        print(f"- {kind}, {rival}: {count}")


if __name__ == "__main__":
    main(*(int(v) for v in (sys.argv[1:] + ["1000", "0"][len(sys.argv) - 1 :])))
