"""A bundle computed again from the data, by the code of this package."""

from __future__ import annotations

from dataclasses import fields, replace
from math import log2
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_kind, told

from ..certificate import occam
from ..nulls import holdout
from ..risks import SEEN_BY_PRIOR, RiskCertificate
from ..ternary.grammar import FAMILIES
from ..ternary.networks import predictions as ternary_predictions
from . import mistakes
from .samples import NamedSample, as_stored, checked_classes, named_sample
from .values import Bundle, description_of


def verified(
    bundle: Bundle,
    inputs: np.ndarray,
    labels: ArrayLike,
    predictions: ArrayLike | None = None,
) -> RiskCertificate:
    """Certificate of a bundle, computed again from the data that it names.

    The data are compared by their sha256, a network of the family ternary-1 is decoded and its
    errors are counted in whole numbers.  ``benchmarks/certificates/verify.py`` does the same
    without this package.

    Parameters
    ----------
    bundle : Bundle
    inputs : ndarray, shape (n, inputs), (n, rows, columns) or (n, channels, rows, columns)
        Of the sample, as the data set holds them.
    labels : array_like of int, shape (n,)
    predictions : array_like of int, shape (n,), optional
        Of the decoded classifier, where its code is another than ternary-1.

    Returns
    -------
    RiskCertificate
        Its limit in floats, rounded upwards, which is not above the bundle's by more than its last
        digit.  If a prior saw data, with its null: the hold-out limit of the prior by the
        mistakes that are listed, as the prior is not decoded.

    Raises
    ------
    ValueError
        If the data, or the predictions, are others than those of the bundle, or a listed mistake
        of a prior is the label.

    Examples
    --------
    >>> from compress.certificates import bundled
    >>> from compress.certificates.ternary import Configuration, Description, Domain
    >>> brighter = Description(Configuration(Domain(1, 2, 2)), [np.eye(2)[:, None, None]])
    >>> images = np.random.default_rng(1).integers(0, 256, (2000, 1, 2), np.uint8)
    >>> labels = images[:, 0].argmax(1)
    >>> sample = named_sample("pairs", images, labels, 2, repeats="drawn")
    >>> verified(bundled(brighter, sample, labels, labels), images, labels).statement
    'risk at most 0.0074'

    """
    check_kind("bundle", bundle, Bundle)
    sample = bundle.sample
    _check_same(sample, inputs, labels)
    truth = checked_classes("labels", labels, sample)
    given = _predictions(bundle, inputs, predictions)
    if mistakes.of(truth, given) != bundle.mistakes:
        others = int(np.count_nonzero(given != mistakes.predictions(bundle.mistakes, truth)))
        raise ValueError(f"predictions must be those of the bundle, got {others} others")
    if mistakes.digest(given) != bundle.predictions_sha256:
        raise ValueError("predictions must have the sha256 of the bundle, got another")
    bits = {name: float(count) for name, count in bundle.charges.items()}
    options = {name: log2(count) for name, count in bundle.options.items()}
    delta = float(bundle.delta)
    certificate = occam(bundle.errors, sample.n, bits, delta, options=options, prefix=None)
    return replace(certificate, **_beside(bundle, truth))


def _beside(bundle: Bundle, truth: np.ndarray) -> dict[str, Any]:
    """What is assumed, and the null of a prior that saw data, by the mistakes that are listed."""
    prior = bundle.prior
    if prior is None:
        return {"assumptions": bundle.statements}
    right = sum(truth[index] == wrong for index, wrong in prior.mistakes)
    if right:
        raise ValueError(f"mistakes of prior must be none of the labels, got {right} that are")
    seen = f"{SEEN_BY_PRIOR} {len(prior.rows):,} other examples, and its mistakes are those listed"
    null = holdout(len(prior.mistakes), bundle.sample.n, float(bundle.delta))
    return {"assumptions": (*bundle.statements, seen), "null": null}


def _check_same(sample: NamedSample, inputs: np.ndarray, labels: ArrayLike) -> None:
    """Raise ValueError unless data are those of a sample."""
    known = {"part": sample.part, "rows": sample.rows, "repeats": sample.repeats}
    n = len(as_stored(inputs))
    if n != sample.n:
        raise ValueError(f"inputs must be n = {sample.n} of them, got {n}")
    seen = named_sample(sample.name, inputs, labels, sample.classes, **known)  # type: ignore[arg-type]
    for field in fields(sample):
        wanted, got = (getattr(each, field.name) for each in (sample, seen))
        if wanted != got:
            what, digest, _ = field.name.partition("_sha256")
            others = f"{what} are others than the bundle's: " if digest else ""
            raise ValueError(f"{others}{field.name} must be {told(wanted)}, got {told(got)}")


def _predictions(bundle: Bundle, inputs: np.ndarray, given: ArrayLike | None) -> np.ndarray:
    """Classes by the decoded network, or those that are given of another code."""
    if bundle.codec in FAMILIES:
        if given is not None:
            rule = f"predictions must be None where {bundle.codec} is decoded"
            raise ValueError(f"{rule}, got {told(given)}")
        description = description_of(bundle.payload, bundle.sample)
        return ternary_predictions(description, as_stored(inputs))
    if given is None:
        raise ValueError(f"predictions must be given for the codec {bundle.codec}, got None")
    return checked_classes("predictions", given, bundle.sample)
