"""Which arrays are weights, which their biases, and which belong to batch norms, by their names."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .containers import Arrays
from .names import BIAS, COUNTER, MEAN, SCALE, SHIFT, VARIANCE, WEIGHTS, WORD, Part, part_of

Shape = tuple[int, ...]


class Norm(NamedTuple):
    """Names of the arrays of a batch norm; its scale and shift may be missing."""

    stem: str
    mean: str
    variance: str
    scale: str | None
    shift: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are there."""
        return tuple(name for name in self[1:] if name is not None)

    @property
    def of_keras(self) -> bool:
        """Whether it is named as Keras does."""
        return "moving" in self.mean


@dataclass(frozen=True, slots=True)
class Paired:
    """Arrays sorted out, all by name: weights in the order of the file, the biases of each.

    ``reason`` says why biases do not belong to weights, or nothing.
    """

    weights: tuple[str, ...]
    biases: dict[str, str]
    norms: tuple[Norm, ...]
    reason: str = ""


def is_row(shape: Shape) -> bool:
    """Whether at most one side is longer than 1, as that of biases is: (n,), (n, 1), (1, n, 1)."""
    return sum(side > 1 for side in shape) <= 1


def counters(arrays: Arrays) -> set[str]:
    """Names of counters of batches, which nothing is computed with."""
    return {name for name, a in arrays.items() if part_of(name).part == COUNTER and a.size == 1}


def norms_of(arrays: Arrays) -> tuple[Norm, ...]:
    """Batch norms among the arrays: stems that have a mean and a variance."""
    members: dict[str, dict[str, str]] = {}
    for name, array in arrays.items():
        stem, part = part_of(name)
        if part is not None and array.ndim < 2:
            members.setdefault(stem, {})[_of_norm(part)] = name
    return tuple(
        Norm(stem, has[MEAN], has[VARIANCE], has.get(SCALE), has.get(SHIFT))
        for stem, has in members.items()
        if {MEAN, VARIANCE} <= has.keys()
    )


def _of_norm(part: str) -> str:
    """In a batch norm of PyTorch the scale is called weight, and the shift bias."""
    return {WEIGHTS: SCALE, BIAS: SHIFT}.get(part, part)


def pairings(arrays: Arrays, said: Collection[str] = ()) -> Iterator[Paired]:
    """Yield the ways to pair weights with biases, the likeliest first.

    ``said`` are names that an architecture gives to batch norms and biases: they are left out.
    """
    norms = norms_of({name: a for name, a in arrays.items() if name not in said})
    aside = {*counters(arrays), *said, *(name for norm in norms for name in norm.names)}
    shapes = {name: a.shape for name, a in arrays.items() if name not in aside}
    parts = {name: part_of(name) for name in shapes}
    rows = {n for n, shape in shapes.items() if len(shape) < 2}
    flat = {n for n, shape in shapes.items() if is_row(shape)} - rows
    named = {n for n in flat if parts[n].part in (BIAS, SHIFT)}
    if named:
        by_name = _by_stem(*_split(shapes, rows | named), parts)
        if by_name is not None:
            yield Paired(_split(shapes, rows | named)[0], by_name, norms)
    yield _paired(shapes, parts, rows, norms)
    # What is flat and no name pairs with anything is a matrix first, of one unit or one input.
    if flat:
        yield _paired(shapes, parts, rows | flat, norms)


def _split(shapes: dict[str, Shape], rows: set[str]) -> tuple[tuple[str, ...], list[str]]:
    """Names of weights, and of what is taken for biases."""
    return tuple(n for n in shapes if n not in rows), [n for n in shapes if n in rows]


def _paired(
    shapes: dict[str, Shape],
    parts: dict[str, Part],
    rows: set[str],
    norms: tuple[Norm, ...],
) -> Paired:
    weights, biases = _split(shapes, rows)
    by_name = _by_stem(weights, biases, parts)
    if by_name is None:
        by_name = _by_place(list(shapes), weights, biases)
    if by_name is None:
        return Paired(weights, {}, norms, f"{len(biases)} biases for {len(weights)} layers")
    return Paired(weights, by_name, norms)


def _by_stem(
    weights: tuple[str, ...], biases: list[str], parts: dict[str, Part]
) -> dict[str, str] | None:
    """Biases whose stems, or names but for a word, are those of weights; None if one's is not."""
    stems = Counter(parts[name].stem for name in weights)
    owners = {" ".join(WORD.findall(name)): name for name in weights}
    owners |= {parts[name].stem: name for name in weights if stems[parts[name].stem] == 1}
    pairs = {owners.get(parts[b].stem): b for b in biases if parts[b].part in (BIAS, SHIFT)}
    if len(pairs) < len(biases) or None in pairs:
        return None
    return {str(weight): bias for weight, bias in pairs.items()}


def _by_place(
    names: list[str], weights: tuple[str, ...], biases: list[str]
) -> dict[str, str] | None:
    """Biases in the order of the weights, or each right after its weights."""
    if len(biases) == len(weights):
        return dict(zip(weights, biases, strict=True))
    after = {bias: names[names.index(bias) - 1] for bias in biases if names[0] != bias}
    if len(after) == len(biases) and set(after.values()) <= set(weights):
        return {weight: bias for bias, weight in after.items()}
    return None
