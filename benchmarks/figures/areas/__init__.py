"""The figures, an area a file, in the order in which they are told."""

from __future__ import annotations

from benchmarks.figures.kinds import Figure

from . import (
    certificates,
    codec,
    draws,
    fits,
    law,
    ledger,
    noise,
    particles,
    path,
    pruning,
    quantising,
    start,
    tails,
    training,
)

__all__ = ["AREAS", "FIGURES", "READERS"]

AREAS = {
    "start": start,
    "law": law,
    "draws": draws,
    "noise": noise,
    "path": path,
    "fits": fits,
    "tails": tails,
    "particles": particles,
    "training": training,
    "pruning": pruning,
    "quantising": quantising,
    "codec": codec,
    "certificates": certificates,
    "ledger": ledger,
}
FIGURES: dict[str, Figure] = {
    figure.name: figure for area in AREAS.values() for figure in area.FIGURES
}
# What the README has
READERS = (
    *("first density", "pdf", "pdf error", "rvs", "noise added", "fit", "power law"),
    *("particles", "training", "decode"),
)
