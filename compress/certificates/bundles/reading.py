"""Bundles as files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from stablenoise.checks import check_kind, check_path, told
from stablenoise.data import files

from . import mistakes, spelling
from .samples import NamedSample
from .values import KINDS, Bundle, PriorNull

KEYS = {
    *("format", "version", "kind", "codec", "payload", "data", "errors", "mistakes"),
    *("predictions_sha256", "charges", "options", "delta", "bits", "limit", "statements"),
}
DATA = {
    *("name", "part", "rows", "repeats", "n", "classes", "shape", "type"),
    *("inputs_sha256", "labels_sha256"),
}
PRIOR = {"payload", "rows", "errors", "mistakes", "limit"}


def write_bundle(path: str | os.PathLike, bundle: Bundle) -> None:
    """Write a bundle as a file, whole or not at all.

    Parameters
    ----------
    path : str or path
    bundle : Bundle

    Raises
    ------
    OSError
        If the file cannot be written.
    ValueError
        If an argument is of another kind, or the file would have 16 MiB or more.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> from compress import code_length
    >>> from compress.certificates import bundled, named_sample
    >>> x = np.random.default_rng(1).normal(size=(2000, 10))
    >>> labels = x.argmax(axis=1)
    >>> sample = named_sample("normal", x, labels, 10)
    >>> bundle = bundled(code_length({"w": np.eye(10)}), sample, labels, labels)
    >>> with TemporaryDirectory() as folder:
    ...     write_bundle(f"{folder}/eye.json", bundle)
    ...     read_bundle(f"{folder}/eye.json") == bundle
    True

    """
    check_path("path", path)
    check_kind("bundle", bundle, Bundle)
    text = bundle.to_text()
    if len(text) >= spelling.LARGEST:
        raise ValueError(f"bundle must be below 16 MiB, got {len(text):,} bytes")
    files.write(path, text)


def read_bundle(path: str | os.PathLike) -> Bundle:
    r"""Bundle of a file, from any source.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    Bundle
        Sound in itself; ``verified`` compares it with the data.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is no bundle of version 1, or one whose numbers contradict each other.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     files.write(f"{folder}/a.json", "{}\n")
    ...     read_bundle(f"{folder}/a.json")
    Traceback (most recent call last):
    ValueError: a bundle must be a certificate bundle of version 1, got (None, None)

    """
    check_path("path", path)
    size = Path(path).stat().st_size
    if not Path(path).is_file() or size >= spelling.LARGEST:
        raise ValueError(f"a bundle must be a file below 16 MiB, got {size:,} bytes")
    return from_content(spelling.from_text(Path(path).read_bytes()))


def from_content(content: dict[str, Any]) -> Bundle:
    """The bundle of what a text holds."""
    version = content.get("format"), content.get("version")
    if version != (spelling.FORMAT, spelling.VERSION) or content["version"] is True:
        rule = f"a bundle must be a {spelling.FORMAT} of version {spelling.VERSION}"
        raise ValueError(f"{rule}, got {told(version)}")
    keys = KEYS | {"prior"} if content.get("kind") == KINDS[1] else KEYS
    spelling.check_keys("a bundle", content, keys)
    sample = _sample(content["data"])
    prior = _prior(content["prior"], sample.classes) if "prior" in content else None
    same = "codec", "predictions_sha256", "charges", "options", "delta", "limit"
    bundle = Bundle(
        payload=spelling.binary("payload", content["payload"]),
        sample=sample,
        mistakes=mistakes.from_numbers("mistakes", content["mistakes"], sample.classes),
        prior=prior,
        statements=_listed("statements", content["statements"]),
        **{name: content[name] for name in same},
    )
    # What a bundle says of itself and follows from the rest must be what follows.
    for name, follows in bundle.to_dict().items():
        if spelling.to_text({name: content[name]}) != spelling.to_text({name: follows}):
            raise ValueError(f"{name} must be {told(follows)}, got {told(content[name])}")
    return bundle


def _sample(data: Any) -> NamedSample:
    """The sample of what a text holds of it."""
    spelling.check_keys("data", data, DATA)
    same = "name", "part", "n", "classes", "inputs_sha256", "labels_sha256"
    return NamedSample(
        shape=_listed("shape", data["shape"]),
        dtype=data["type"],
        rows=spelling.numbers("rows", data["rows"]),
        repeats=None if data["repeats"] == "" else data["repeats"],
        **{name: data[name] for name in same},
    )


def _prior(prior: Any, classes: int) -> PriorNull:
    """The prior of what a text holds of it."""
    spelling.check_keys("prior", prior, PRIOR)
    return PriorNull(
        spelling.binary("payload of prior", prior["payload"]),
        spelling.numbers("rows of prior", prior["rows"]),
        mistakes.from_numbers("mistakes of prior", prior["mistakes"], classes),
        prior["limit"],
    )


def _listed(what: str, values: Any) -> tuple:
    """A list as a tuple."""
    check_kind(what, values, list)
    return tuple(values)
