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

from .limits import printed_risk, printed_units, together
from .nulls import holdout
from .risks import RiskCertificate
from .sample import Sample, checked_arrays, checked_sample
from .subsets import preferent_compression
from .terms import Options, bits_of_choices
from .trial import answer, check_alone, checked_outputs

__all__ = ["Look", "Picked", "pick_to_learn"]

MAX_STEPS = 2**31
OF_EXAMPLES, OF_NETWORK = "examples and their labels", "a network and inputs"
Fit = Callable[[np.ndarray, np.ndarray], Any]
Predict = Callable[[Any, np.ndarray], np.ndarray]
Charges = list[tuple[str, float]]


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
    null : RiskCertificate, optional
        Hold-out limit of another network, made of a share of the examples that a seed chose.

    Examples
    --------
    >>> limit = preferent_compression(n=100, m=3, errors=0, delta=0.05)
    >>> Picked(None, np.arange(3), limit, (), holdout(2, 50, 0.05))
    Picked(3 examples, risk at most 0.1025, hold-out limit 0.1207)

    """

    network: Any
    indices: np.ndarray
    certificate: RiskCertificate
    course: tuple[Look, ...]
    null: RiskCertificate | None = None

    def __str__(self) -> str:
        return self.table()

    def _summary(self) -> str:
        told = [counted(len(self.indices), "example"), self.certificate.statement]
        if self.null is not None:
            told.append(f"hold-out limit {printed_risk(self.null.value)}")
        return ", ".join(told)

    def table(self) -> str:
        """The certificate, and below it the hold-out that it is to be read beside.

        Returns
        -------
        str

        Examples
        --------
        >>> limit = preferent_compression(n=100, m=3, errors=0, delta=0.05)
        >>> picked = Picked(None, np.arange(3), limit, (), holdout(2, 50, 0.05))
        >>> for line in picked.table().splitlines()[-2:]:
        ...     print(line)
        hold-out of other 50: risk at most 0.1207 (2 errors of 50), which is more
        both limits hold together at confidence 1 - 0.1

        """
        lines = [self.certificate.table()]
        if self.null is not None:
            made = self.certificate.n - self.null.n
            seen = f"{counted(self.null.errors, 'error')} of {self.null.n:,}"
            ours, its = (printed_units(limit.value) for limit in (self.certificate, self.null))
            more = "more" if ours < its else "less: it says more" if its < ours else "as much"
            said = f"{self.null.statement} ({seen}), which is {more}"
            lines.append(f"hold-out of other {made:,}: {said}")
            lines += together(self.certificate.delta, self.null.delta)
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
    null_share: float | None = 0.5,
    seed: int = 1,
    options: Options = 1,
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
        Examples that a step picks, at least 1, fixed before: another number is another rule, and
        what is tried must be counted in ``options``.
    steps : int
        Networks that may be looked at, at least 1: a number fixed before, the log of which is
        charged as one of them is chosen.
    patience : int
        The search ends when so many looks gave no smaller limit, or when all others are right.  It
        is free: all looks that there may be are charged.
    null_share : float, optional
        Share of the examples, in (0, 1), fixed before: another network is made of it, whose
        hold-out limit by the rest is told beside the certificate.  None leaves this out: it may
        take longer than all the picking.
    seed : int
        Of that share.
    options : int or mapping of str to int
        How many other rules were tried on the data (batches, learners, orders): each number is
        charged its log2, as by ``certify``.
    repeats : {None, "drawn"}
        As for ``certify``.

    Returns
    -------
    Picked

    Raises
    ------
    ValueError
        If an argument is out of range, ``fit`` makes another network of the same examples, or
        ``predict`` gives a row other outputs among other rows.

    Notes
    -----
    The rule "so many steps" has a preference: of a part of the sample that holds the picked
    examples and those that are wrong in the end, the first, and then each step's worst wrong ones,
    are the same.  A batch, the order for ties and the end where nothing is wrong keep this so; what
    looks at all others together, such as weighting by their mean loss, would not.

    No prior saw data here, so that no null is owed; but a hold-out spends the same data in another
    way, and what it would have said is told.  Its size is fixed before: a hold-out of as many
    examples as were picked would be one of a number that all examples chose.

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
    Picked(14 examples, risk at most 0.0211, hold-out limit 0.0170)

    """
    check_callable("fit", fit, OF_EXAMPLES)
    check_callable("predict", predict, OF_NETWORK)
    learner = Learner(fit, predict, checked_sample(*checked_arrays(data), repeats))
    size = check_integer("batch", batch, 1, MAX_STEPS)
    looks = check_integer("steps", steps, 1, MAX_STEPS)
    waits = check_integer("patience", patience, 1, MAX_STEPS)
    delta, seed = check_share("delta", delta), check_integer("seed", seed, 0, 2**64)
    made = _null_size(null_share, len(learner.sample.x))
    charged = [("steps", log2(looks)), *bits_of_choices(options)]
    limit = partial(learner.limit, options=charged, delta=delta)
    best, certificate, course = _smallest(islice(learner.picks(size), looks), limit, waits)
    learner.check_again(best)
    null = learner.held_out(made, seed, delta) if made else None
    return Picked(best.network, best.chosen, certificate, course, null)


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
        x, labels = self.sample.x, self.sample.labels
        network = answer("fit", OF_EXAMPLES, self.fit, x[chosen], labels[chosen])
        outputs = answer("predict", OF_NETWORK, self.predict, network, x)
        return network, checked_outputs(outputs, labels)

    def limit(self, seen: Seen, options: Charges, delta: float) -> RiskCertificate:
        """Its certificate, with what else there was to choose."""
        n, m = len(self.sample.x), len(seen.chosen)
        certificate = preferent_compression(n, m, seen.errors, delta, options=options)
        told = self.sample.assumption, *certificate.assumptions[1:]
        return replace(certificate, assumptions=told)

    def check_again(self, seen: Seen) -> None:
        """Raise ValueError unless outputs are those of the picked examples, row by row."""
        check_alone(partial(self.predict, seen.network), self.sample.x)
        again = self.made(seen.chosen)[1]
        if not np.array_equal(again, seen.outputs, equal_nan=True):
            rule = "fit must make the same network of the same examples"
            raise ValueError(f"{rule}, got other outputs the second time")

    def held_out(self, m: int, seed: int, delta: float) -> RiskCertificate:
        """Hold-out limit of the network of m examples, on all others."""
        drawn = np.random.default_rng(seed).permutation(len(self.sample.x))
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


def _null_size(share: float | None, n: int) -> int:
    """Examples that the network of the hold-out is made of, 0 if there is none."""
    if n < 2:
        raise ValueError(f"data must have 2 examples or more, got {n}")
    return 0 if share is None else min(max(round(check_share("null_share", share) * n), 1), n - 1)
