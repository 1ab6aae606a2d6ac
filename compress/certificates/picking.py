r"""A network of few examples, picked worst first, with the certificate that this preference has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from math import inf, log2
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_callable, check_integer, check_share
from stablenoise.results import Result
from stablenoise.text_table import counted

from .nulls import holdout
from .risks import RiskCertificate, printed_risk
from .sample import Sample, checked_arrays, checked_sample
from .subsets import preferent_compression
from .trial import checked_outputs

__all__ = ["Look", "Picked", "pick_to_learn"]

MAX_STEPS = 2**31
Fit = Callable[[np.ndarray, np.ndarray], Any]
Predict = Callable[[Any, np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True, repr=False)
class Look(Result):
    """A network that was looked at while examples were picked.

    Parameters
    ----------
    m : int
        Examples that it was made of.
    errors : int
        Its errors among the others.
    limit : float
        Of its risk, with all looks charged.

    Examples
    --------
    >>> Look(m=20, errors=3, limit=0.05)
    Look(m=20, errors=3, limit=0.05)

    """

    m: int
    errors: int
    limit: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Picked(Result):
    """A network of picked examples, its certificate, and what a hold-out would have said.

    Parameters
    ----------
    network : object
        What ``fit`` made of the picked examples.
    indices : ndarray of int
        Which they are, rising.
    certificate : RiskCertificate
        By ``preferent_compression``.
    course : tuple of Look
        All that were looked at.
    null : RiskCertificate
        Hold-out limit of the network of as many examples, chosen by the seed.
    half : RiskCertificate
        Hold-out limit of the network of half of the examples, chosen by the seed.

    Examples
    --------
    >>> limit = preferent_compression(n=100, m=3, errors=0, delta=0.05)
    >>> Picked(None, np.arange(3), limit, (), holdout(20, 97, 0.05), holdout(2, 50, 0.05))
    Picked(3 examples, risk at most 0.1025, null 0.2854, half 0.1207)

    """

    network: Any
    indices: np.ndarray
    certificate: RiskCertificate
    course: tuple[Look, ...]
    null: RiskCertificate
    half: RiskCertificate

    def __str__(self) -> str:
        return self.table()

    def _summary(self) -> str:
        told = [counted(len(self.indices), "example"), self.certificate.statement]
        told += [f"null {printed_risk(self.null.value)}", f"half {printed_risk(self.half.value)}"]
        return ", ".join(told)

    def table(self) -> str:
        """The certificate, and below it the two hold-outs that it is to be read beside.

        Returns
        -------
        str

        Examples
        --------
        >>> limit = preferent_compression(n=100, m=3, errors=0, delta=0.05)
        >>> null, half = holdout(20, 97, 0.05), holdout(2, 50, 0.05)
        >>> picked = Picked(None, np.arange(3), limit, (), null, half)
        >>> for line in picked.table().splitlines()[-3:]:
        ...     print(line)
        hold-out, as many examples at random: risk at most 0.2854 (20 errors of 97)
        hold-out, half of the examples at random: risk at most 0.1207 (2 errors of 50)
        below both hold-outs

        """
        lines = [self.certificate.table()]
        for chosen, part in ("as many", self.null), ("half of the", self.half):
            seen = f"{counted(part.errors, 'error')} of {part.n:,}"
            lines.append(f"hold-out, {chosen} examples at random: {part.statement} ({seen})")
        below = self.certificate.value < min(self.null.value, self.half.value)
        lines.append("below both hold-outs" if below else "not below both: a hold-out says more")
        return "\n".join(lines)


class Seen(NamedTuple):
    """A network of some examples, its outputs for all, and its errors among the others."""

    network: Any
    chosen: np.ndarray
    outputs: np.ndarray
    errors: int


def pick_to_learn(
    fit: Fit,
    predict: Predict,
    data: tuple[ArrayLike, ArrayLike],
    delta: float = 0.05,
    *,
    batch: int = 1,
    steps: int = 100,
    patience: int = 10,
    seed: int = 1,
    repeats: str | None = None,
) -> Picked:
    """Network of few examples, picked for how wrong the network of those before is on them.

    The first network is made of the first ``batch`` examples.  Each step adds the ``batch`` worst
    of the wrong ones among the others, or all if they are fewer, and makes a network anew of all
    that were picked.  The network with the smallest certificate is kept.  All n examples serve:
    those that were not picked are counted, and no choice of examples is charged, as the picking has
    a preference (``preferent_compression``).

    Parameters
    ----------
    fit : callable
        (x, labels) -> network, of any kind, the same for the same examples: a seed of its own is
        fixed.  **It must see nothing else of the data**: what it closes over (a network to begin
        with, means that scale inputs, a number of epochs) was fixed before the data were seen.
    predict : callable
        (network, x) -> outputs, shape (n, classes), each row by itself; the largest is the class.
    data : tuple of x, shape (n, inputs), and labels, shape (n,)
        At least two examples, in an order that says nothing, as they were drawn.
    delta : float
        Probability with which the certificate may fail, in (0, 1).
    batch : int
        Examples that a step picks, at least 1.
    steps : int
        Networks that may be looked at, at least 1: a number fixed before, the log of which is
        charged as one of them is chosen.
    patience : int
        The search ends when so many looks gave no smaller limit, or when all others are right.
    seed : int
        Of the examples of the two hold-outs.
    repeats : {None, "drawn"}
        As for ``certify``.

    Returns
    -------
    Picked

    Raises
    ------
    ValueError
        If an argument is out of range, or ``fit`` makes another network of the same examples.

    Notes
    -----
    The rule "so many steps" has a preference: of a part of the sample that holds the picked
    examples and those that are wrong in the end, the first, and then each step's worst wrong ones,
    are the same.  A batch, the order for ties and the end where nothing is wrong keep this so; what
    looks at all others together, such as weighting by their mean loss, would not.

    No prior saw data here, so that no null is owed; but a hold-out spends data in another way, and
    what it would have given is told: for as many examples chosen at random, and for half of them.

    References
    ----------
    Paccagnan, Campi & Garatti (2023), "The Pick-to-Learn algorithm", NeurIPS 36; its abstract was
    read, and the loop in ``p2l.py`` of github.com/GRAAL-Research/pick-to-learn.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(2000, 2))
    >>> def fit(x, labels):
    ...     return np.linalg.lstsq(np.c_[x, np.ones(len(x))], np.eye(2)[labels], rcond=1e-9)[0]
    >>> def predict(weights, x):
    ...     return x @ weights[:2] + weights[2]
    >>> pick_to_learn(fit, predict, (x, (x[:, 0] > 0).astype(int)), batch=2)
    Picked(14 examples, risk at most 0.0211, null 0.0307, half 0.0170)

    """
    learner = Learner(*_checked(fit, predict), checked_sample(*checked_arrays(data), repeats))
    size = check_integer("batch", batch, 1, MAX_STEPS)
    looks = check_integer("steps", steps, 1, MAX_STEPS)
    waits = check_integer("patience", patience, 1, MAX_STEPS)
    delta, seed = check_share("delta", delta), check_integer("seed", seed, 0, 2**64)
    if len(learner.sample.x) < 2:
        raise ValueError(f"data must have 2 examples or more, got {len(learner.sample.x)}")
    limit = partial(learner.limit, steps=looks, delta=delta)
    best, certificate, course = _smallest(islice(learner.picks(size), looks), limit, waits)
    learner.check_the_same(best)
    drawn = np.random.default_rng(seed).permutation(len(learner.sample.x))
    nulls = [learner.held_out(drawn, m, delta) for m in (len(best.chosen), len(drawn) // 2)]
    return Picked(best.network, best.chosen, certificate, course, *nulls)


@dataclass(frozen=True, slots=True)
class Learner:
    """How networks are made of examples, how they predict, and the sample."""

    fit: Fit
    predict: Predict
    sample: Sample

    def picks(self, batch: int) -> Iterator[Seen]:
        """Networks of ever more examples, until no other is wrong."""
        chosen = np.arange(min(batch, len(self.sample.x)))
        while True:
            network, outputs = self.made(chosen)
            margins = _margins(outputs, self.sample.labels)
            margins[chosen] = inf  # they count as chosen, whether they are wrong or not
            errors = int(np.count_nonzero(margins < inf))
            yield Seen(network, chosen, outputs, errors)
            if not errors:
                return
            worst = np.argsort(margins, kind="stable")[: min(batch, errors)]
            chosen = np.sort(np.concatenate([chosen, worst]))

    def made(self, chosen: np.ndarray) -> tuple[Any, np.ndarray]:
        """The network of these examples, in the order of the sample, and its outputs for all."""
        network = self.fit(self.sample.x[chosen], self.sample.labels[chosen])
        return network, checked_outputs(self.predict(network, self.sample.x), self.sample.labels)

    def limit(self, seen: Seen, steps: int, delta: float) -> RiskCertificate:
        """Its certificate, if one of so many looks is taken."""
        n, m = len(self.sample.x), len(seen.chosen)
        options = {"steps": log2(steps)}
        found = preferent_compression(n, m, seen.errors, delta, options=options)
        return replace(found, assumptions=(self.sample.assumption, *found.assumptions[1:]))

    def check_the_same(self, seen: Seen) -> None:
        """Raise ValueError unless the same examples make a network of the same outputs."""
        again = self.made(seen.chosen)[1]
        if not np.array_equal(again, seen.outputs, equal_nan=True):
            rule = "fit must make the same network of the same examples"
            raise ValueError(f"{rule}, got other outputs the second time")

    def held_out(self, drawn: np.ndarray, m: int, delta: float) -> RiskCertificate:
        """Hold-out limit of the network of the first m of some order, on all others."""
        m = min(m, len(drawn) - 1)
        outputs = self.made(np.sort(drawn[:m]))[1][drawn[m:]]
        wrong = _margins(outputs, self.sample.labels[drawn[m:]]) < inf
        return holdout(int(np.count_nonzero(wrong)), len(wrong), delta)


def _smallest(
    looks: Iterator[Seen], limit: Callable[[Seen], RiskCertificate], patience: int
) -> tuple[Seen, RiskCertificate, tuple[Look, ...]]:
    """The first of the smallest limit, and the course until none was smaller so many times."""
    course: list[Look] = []
    least, since = inf, 0
    for seen in looks:
        certificate = limit(seen)
        course.append(Look(len(seen.chosen), seen.errors, certificate.value))
        if certificate.value < least:
            best, least, since = (seen, certificate), certificate.value, -1
        since += 1
        if since >= patience:
            break
    return *best, tuple(course)


def _margins(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Output of the label less the largest other one where it is wrong, -inf for NaN; inf else."""
    rows = np.arange(len(labels))
    others = outputs.astype(float)
    own = others[rows, labels]
    others[rows, labels] = -inf
    with np.errstate(invalid="ignore"):  # of infinite outputs
        margins = own - others.max(axis=1)
    broken = np.isnan(outputs).any(axis=1)
    wrong = broken | (outputs.argmax(axis=1) != labels)
    return np.where(wrong, np.where(np.isnan(margins), -inf, margins), inf)


def _checked(fit: Fit, predict: Predict) -> tuple[Fit, Predict]:
    """Both, or ValueError unless they can be called."""
    check_callable("fit", fit, "examples and their labels")
    check_callable("predict", predict, "a network and inputs")
    return fit, predict
