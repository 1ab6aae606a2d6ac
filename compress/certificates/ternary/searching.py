"""The lowest limit that several configurations, trainings and a polishing reach."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_kind, told
from stablenoise.data import files

from .certification import Certified, certified
from .descriptions import Description
from .grammar import Configuration
from .polishing import Polishing, polished
from .training import Training, check_notes, checked_examples, trained


def searched(
    configurations: Iterable[Configuration],
    images: np.ndarray,
    labels: ArrayLike,
    delta: float = 0.05,
    *,
    trainings: Iterable[Training] | None = None,
    polishing: Polishing | None = None,
    repeats: str | None = None,
    folder: str | os.PathLike | None = None,
    report: Callable[[str], object] | None = None,
) -> Certified:
    """Description with the lowest limit, of all configurations and trainings, with its certificate.

    Nothing is charged for the search: the limit holds for all descriptions at once, and which one
    it is, its bits say.  What is *not* in the bits (other data, another way to prepare them) would
    be an option of ``certified``.

    Parameters
    ----------
    configurations : iterable of Configuration
        At least one.
    images : ndarray of uint8
        At least 32, as for ``scores``.
    labels : array_like of int, shape (n,)
    delta : float
        Probability with which the certificate may fail, in (0, 1).
    trainings : iterable of Training, optional
        Each is done with each configuration; ``Training()`` alone by default.
    polishing : Polishing, optional
        Of every description; by default of the last layer alone.
    repeats : {None, "drawn"}
        Whether images that occur more than once were so drawn, as for ``compress.certify``.
    folder : path, optional
        Where states and descriptions are kept, so that a search that was interrupted goes on.
    report : callable, optional
        Told each description's limit in a line.

    Returns
    -------
    Certified

    Raises
    ------
    ValueError
        If an argument is out of range, or, before anything is trained, images repeat and
        ``repeats`` does not say "drawn".

    Examples
    --------
    >>> from compress.certificates.ternary import Configuration, Domain
    >>> images = np.random.default_rng(1).integers(0, 256, (2000, 1, 2), np.uint8)
    >>> linear = [Configuration(Domain(1, 2, 2), tables=tables) for tables in (True, False)]
    >>> searched(linear, images, images[:, 0].argmax(1), repeats="drawn").certificate.errors
    0

    """
    configurations = _several("configurations", configurations, Configuration)
    trainings = _several("trainings", (Training(),) if trainings is None else trainings, Training)
    polishing = Polishing(hidden=False) if polishing is None else polishing
    check_kind("polishing", polishing, Polishing)
    check_notes(folder, report)
    for chosen in configurations:
        checked_examples(chosen, images, labels, repeats)
    best: Certified | None = None
    for chosen, training in product(configurations, trainings):
        path = _path(folder, (chosen, delta, training, polishing), images, labels)
        if path is not None and path.exists():
            description = _kept(path, chosen)
        else:
            description = trained(chosen, images, labels, training, folder=folder)
            description = polished(description, images, labels, delta, polishing=polishing)
            _keep(path, description)
        proof = certified(description, (images, labels), delta, repeats=repeats)
        if report is not None:
            report(f"{training}: {proof}")
        if best is None or proof.certificate.value < best.certificate.value:
            best = proof
    assert best is not None
    return best


def _kept(path: Path, chosen: Configuration) -> Description:
    """The description of a file, or ValueError unless it is one of this configuration."""
    try:
        description = Description.from_bytes(path.read_bytes(), chosen.domain)
    except ValueError as error:
        raise ValueError(f"{path} must hold a description, or be removed, got: {error}") from None
    if description.configuration != chosen:
        seen = told(description.configuration)
        raise ValueError(f"{path} must hold what was searched for, or be removed, got {seen}")
    return description


def _keep(path: Path | None, description: Description) -> None:
    if path is not None:
        files.write(path, description.to_bytes())


def _path(
    folder: str | os.PathLike | None, settings: tuple, images: np.ndarray, labels: ArrayLike
) -> Path | None:
    """File in the folder, if there is one, named after all that a description follows from."""
    if folder is None:
        return None
    key = hashlib.sha256(str(settings).encode())
    for array in (images, labels):
        key.update(np.ascontiguousarray(array).tobytes())
    return Path(folder) / f"description-{key.hexdigest()[:32]}.bin"


def _several(name: str, given: Any, kind: type) -> list:
    values = list(given) if isinstance(given, list | tuple | Iterator) else []
    if not values:
        raise ValueError(f"{name} must be at least one {kind.__name__}, got {told(given)}")
    for value in values:
        check_kind(f"each of {name}", value, kind)
    return values
