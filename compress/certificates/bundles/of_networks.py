"""The bundle of a network that a command has certified."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...networks.model import Model
from ..certifiers import Certifier, Encoded
from . import spelling
from .data_sets import Stored
from .making import bundled
from .mistakes import MAX_CLASSES
from .samples import named_sample
from .values import POWERS, Bundle


def check_terms(delta: float, options: int) -> None:
    """Raise ValueError, before any work, unless a bundle has a spelling for what is asked."""
    spelling.as_decimal("--delta of a bundle", delta)
    spelling.counts("--options of a bundle", {"options": options}, POWERS["options"])


def bundle_of(encoded: Encoded, certifier: Certifier, model: Model, stored: Stored) -> Bundle:
    """Bundle of an encoded network, certified on the training sample that is stored."""
    if model.outputs >= MAX_CLASSES:
        raise ValueError(f"--bundle must be of fewer than {MAX_CLASSES}, got {model.outputs}")
    sample, terms = certifier.sample, certifier.terms
    named = named_sample(
        stored.name,
        stored.inputs,
        stored.labels,
        model.outputs,
        part=stored.part,
        rows=stored.rows,
        repeats=None if sample.distinct == len(sample.x) else "drawn",
    )
    outputs = model.logits(encoded.code.decoded, sample.x)
    given = _classes(outputs, sample.labels)
    lines = [*encoded.certificate.assumptions, *_how_decoded(encoded, model)]
    bundle = bundled(
        *(encoded.code, named, sample.labels, given, terms.delta),
        options=terms.options,
        statements=lines,
    )
    if bundle.errors != encoded.certificate.errors:
        wanted = f"{encoded.certificate.errors} errors"
        raise RuntimeError(
            f"a bundle must have the {wanted} of its certificate, got {bundle.errors}"
        )
    return bundle


def _classes(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The class of each row; a row with a NaN is an error, whichever class is named."""
    classes = outputs.argmax(axis=1)
    other = (labels + 1) % outputs.shape[1]
    return np.where(np.isnan(outputs).any(axis=1), other, classes)


def _how_decoded(encoded: Encoded, model: Model) -> Iterator[str]:
    """What a decoder must know besides: fixed before, and so not charged."""
    for name, array in encoded.code.decoded.items():
        yield _line(f"decoded: {name}, {array.dtype}, shape {array.shape}")
    yield _line(model.line)


def _line(text: str) -> str:
    """A line that needs no escape."""
    plain = text.encode("ascii", "replace").decode()
    kept = (c if c.isprintable() and c not in '"\\' else "?" for c in plain)
    return "".join(kept)[:999]
