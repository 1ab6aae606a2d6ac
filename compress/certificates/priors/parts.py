"""A checked sample in two parts, and what every certificate of a prior from data has beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stablenoise.checks import check_integer, check_kind
from stablenoise.results import Result

from ..charges import MAX_COUNT
from ..nulls import CHOICE_OF_PRIOR, CHOICE_OF_SHARE, chosen_null
from ..risks import SEEN_BY_PRIOR, RiskCertificate
from ..sample import Sample, checked_arrays, checked_sample
from ..terms import PRIOR_CHOICES
from ..trial import Trial
from .differences import network_arrays
from .splits import Split

OF_ANOTHER = "that network is not the prior, and saw the share alone"
OBSERVED = "error on the rest"
SEEN_ALONE = (
    f"{SEEN_BY_PRIOR} {{rows:,}} examples of the sample and no other, and which these are was "
    "chosen without a look at the examples"
)
FIXED_BEFORE_REST = PRIOR_CHOICES.replace("the sample was", "the rest was")


class FromPrior(Result):
    """What certificates of a prior from data have in common: the limit, and its null."""

    __slots__ = ()
    certificate: RiskCertificate

    @property
    def null(self) -> RiskCertificate:
        """Hold-out limit of the prior network on the rows of the bound.

        Returns
        -------
        RiskCertificate

        """
        assert self.certificate.null is not None
        return self.certificate.null


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Parts:
    """How a sample was split, its rows of the bound, and what is assumed of how it was drawn."""

    split: Split
    rest: Sample
    assumption: str
    priors: int = 1
    null_errors: int | None = None

    @property
    def n(self) -> int:
        """Examples that errors are counted on."""
        return len(self.rest.x)

    @property
    def choices(self) -> tuple[tuple[str, int], ...]:
        """What was chosen by looking at the rest, among how many: both limits pay for it."""
        return (CHOICE_OF_SHARE, self.split.shares), (CHOICE_OF_PRIOR, self.priors)

    def null(self, prior: Trial, delta: float) -> RiskCertificate:
        """Hold-out limit of the prior network on the rest."""
        return self.null_of(count_errors("prior", prior, network_arrays(prior), self.rest), delta)

    def null_of(self, errors: int, delta: float) -> RiskCertificate:
        """The same from the prior's errors on the rest, or those of a network of one's own."""
        of_another = self.null_errors is not None
        errors = errors if self.null_errors is None else self.null_errors
        limit = chosen_null(errors, self.n, delta, self.split.shares, self.priors)
        told = (self.assumption, *limit.assumptions[1:], *(OF_ANOTHER,) * of_another)
        return replace(limit, assumptions=told)

    def beside(self, certificate: RiskCertificate, null: RiskCertificate) -> RiskCertificate:
        """A certificate of a prior from data, with its null and what it assumes."""
        seen = SEEN_ALONE.format(rows=self.split.prior.size)
        told = (self.assumption, seen, FIXED_BEFORE_REST)
        return replace(certificate, null=null, assumptions=told, observed=OBSERVED)


def parts_of(
    data: Any,
    split: Split,
    repeats: str | None,
    classes: int | None,
    of_prior: tuple[int, int | None],
) -> Parts:
    """Parts of a sample, or ValueError unless it can be split so.

    ``of_prior`` says how many priors were tried, and the errors that the null counts, if they are
    not those of the prior.
    """
    x, labels = checked_arrays(data)
    check_rows_of(split, len(x))
    # A copy of an example that the prior saw is no example of its own: all rows are looked at.
    used = np.concatenate([split.prior, split.bound])
    sample = checked_sample(x[used], labels[used], repeats, classes)
    bound, (priors, errors) = split.bound, of_prior
    check_integer("priors", priors, 1, MAX_COUNT)
    if errors is not None:
        check_integer("null_errors", errors, 0, bound.size + 1)
    rest = Sample(x[bound], labels[bound], sample.distinct)
    return Parts(split, rest, sample.assumption, priors, errors)


def check_rows_of(split: Split, n: int) -> None:
    """Raise ValueError unless it is a split of so many rows."""
    check_kind("split", split, Split)
    if split.rows > n:
        raise ValueError(f"split must be of the {n:,} rows of data, got row {split.rows - 1}")


def count_errors(name: str, trial: Trial, arrays: dict[str, np.ndarray], rest: Sample) -> int:
    """Errors of a network, or ValueError if its outputs are no numbers."""
    outputs = np.asarray(trial.outputs(arrays, rest.x))
    wrong = outputs.ndim == 2 and np.isnan(outputs).any(axis=1)
    if np.any(wrong):
        rule = f"outputs of {name} must be numbers"
        raise ValueError(f"{rule}, got NaN for {np.count_nonzero(wrong):,} of {len(outputs):,}")
    return trial.errors(arrays, rest.x, rest.labels)
