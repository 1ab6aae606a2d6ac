"""Which arrays are weights, which their biases, and which belong to batch norms, by their names."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import chain, combinations, islice, permutations, product
from typing import NamedTuple

from .containers import Arrays
from .names import BIAS, COUNTER, MEAN, SCALE, SHIFT, VARIANCE, WEIGHTS, WORD, part_of

Shape = tuple[int, ...]
MAX_TURNED = 3  # flat arrays that are taken for matrices where others are biases
MAX_WAYS = 30  # to give biases of one length to layers of as many units


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
    """Arrays sorted out, all by name: weights in the order of the file, and biases.

    ``biases`` are those that names give to weights, ``loose`` the others, ``placed`` what the order
    of the file gives to weights, or None if it tells nothing.  ``units_last`` says how matrices
    must lie for it, or None; ``left_out`` are arrays that belong to no layer.
    """

    weights: tuple[str, ...]
    biases: dict[str, str]
    loose: tuple[str, ...]
    placed: dict[str, str] | None
    norms: tuple[Norm, ...]
    units_last: bool | None = None
    left_out: tuple[str, ...] = ()

    def chosen(
        self, order: tuple[str, ...], units: dict[str, int], arrays: Arrays
    ) -> Iterator[dict[str, str]]:
        """Yield the ways to give biases to weights in this order, those in ``units`` alone.

        Names count most.  Then the order of the file, if weights come in it and the lengths of
        biases are the units of their layers; else lengths alone.
        """
        fixed = {name: bias for name, bias in self.biases.items() if name in units}
        if not self.loose:
            yield fixed
            return
        placed = None if self.placed is None else self.placed | fixed
        if order == self.weights and placed and self._fits(placed, units, arrays):
            yield placed
            return
        free = {name: size for name, size in units.items() if name not in self.biases}
        for found in by_length({name: arrays[name].size for name in self.loose}, free):
            yield fixed | found

    def as_placed(self, biases: dict[str, str]) -> bool:
        """Whether biases that no name gives to weights are where their places say."""
        loose = {name: bias for name, bias in biases.items() if bias in self.loose}
        return loose.items() <= (self.placed or {}).items()

    def _fits(self, placed: dict[str, str], units: dict[str, int], arrays: Arrays) -> bool:
        loose = {name: bias for name, bias in placed.items() if bias in self.loose}
        return len(set(placed.values())) == len(placed) and all(
            units.get(name) == arrays[bias].size for name, bias in loose.items()
        )


def by_length(biases: dict[str, int], units: dict[str, int]) -> Iterator[dict[str, str]]:
    """Yield the ways to give each biases, by their lengths, to a layer of as many units."""
    ways = []
    for length in dict.fromkeys(biases.values()):
        names = [name for name, size in biases.items() if size == length]
        layers = [name for name, size in units.items() if size == length]
        orders = islice(permutations(layers, len(names)), MAX_WAYS)
        ways.append([dict(zip(order, names, strict=True)) for order in orders])
    for each in product(*ways):
        yield dict(chain.from_iterable(pairs.items() for pairs in each))


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


def pairings(arrays: Arrays, said: Collection[str] = ()) -> Iterator[list[Paired]]:
    """Yield the ways to tell weights from biases, the likeliest first.

    First what names tell; then all that lie as biases do, if each layer has some.  What is (1, 1)
    is a matrix only if nothing else fits.  Numbers and vectors of integers are left out, as sizes
    and counts that are kept with a network; if nothing fits, so are vectors of no layer's length.
    ``said`` are names that an architecture gives to batch norms and biases.
    """
    norms = norms_of({name: a for name, a in arrays.items() if name not in said})
    aside = {*counters(arrays), *said, *(name for norm in norms for name in norm.names)}
    shapes = {name: a.shape for name, a in arrays.items() if name not in aside}
    rows = {name: shape for name, shape in shapes.items() if len(shape) < 2}
    unnamed = [name for name in rows if part_of(name).part in (None, COUNTER)]
    whole = {name for name in unnamed if not rows[name] or arrays[name].dtype.kind in "iu"}
    lengths = {side for shape in shapes.values() if len(shape) > 1 for side in shape}
    strange = {name for name in unnamed if not lengths.intersection(rows[name])}
    if all(arrays[name].dtype.kind in "iu" for name in shapes.keys() - rows.keys()):
        whole -= {name for name in whole if rows[name]}  # integers are weights
    for left_out in [whole, whole | strange] if strange - whole else [whole]:
        kept = {name: shape for name, shape in shapes.items() if name not in left_out}
        for group in _groups(kept, norms):
            yield [replace(paired, left_out=tuple(sorted(left_out))) for paired in group]


def _groups(shapes: dict[str, Shape], norms: tuple[Norm, ...]) -> Iterator[list[Paired]]:
    rows = {n for n, shape in shapes.items() if len(shape) < 2}
    named = {n for n in _flat(shapes) if part_of(n).part in (BIAS, SHIFT)}
    if named:
        paired = _paired(shapes, rows | named, norms)
        if not paired.loose:
            yield [paired]
    single = {name for name in _flat(shapes) if max(shapes[name]) == 1}
    lying = [_paired(shapes, rows | single | way, norms, last) for way, last in _lying(shapes)]
    whole = [paired for paired in lying if len(paired.loose) == len(paired.weights)]
    if whole:
        yield whole
    if single:
        yield list(_nameless(shapes, rows | single, norms))
    yield list(_nameless(shapes, rows, norms))


def _flat(shapes: dict[str, Shape]) -> list[str]:
    """Arrays of two or more dimensions that may be biases."""
    return [name for name, shape in shapes.items() if len(shape) > 1 and is_row(shape)]


def _lying(shapes: dict[str, Shape]) -> list[tuple[set[str], bool]]:
    """What lies as biases do: columns in W x + b, and rows in x W + b, where units come last."""
    flat = _flat(shapes)
    columns = {name for name in flat if shapes[name][0] > 1}
    across = {name for name in flat if shapes[name][-1] > 1}
    return [(columns, False), (across, True)] if flat else []


def _nameless(
    shapes: dict[str, Shape], rows: set[str], norms: tuple[Norm, ...]
) -> Iterator[Paired]:
    """Yield what flat arrays may be: matrices of one unit or input, biases, or some of each."""
    flat = [name for name in _flat(shapes) if name not in rows]
    seen: set[tuple[frozenset[str], bool | None]] = set()
    ways: list[tuple[set[str], bool | None]] = [(set(), None), (set(flat), None)]
    ways += [(way - rows, last) for way, last in _lying(shapes)]
    for number in range(1, MAX_TURNED + 1):
        ways += [(set(flat).difference(some), None) for some in combinations(flat, number)]
    for turned, units_last in ways:
        key = frozenset(turned), units_last
        if key not in seen and (len(seen) < 2 or _likely(shapes, rows | turned)):
            yield _paired(shapes, rows | turned, norms, units_last)
        seen.add(key)


def _likely(shapes: dict[str, Shape], biases: set[str]) -> bool:
    """Whether names do not say the contrary, and each bias has a layer of its length, perhaps."""
    parts = {name: part_of(name).part for name in shapes}
    flat = _flat(shapes)
    if any(parts[n] == (WEIGHTS if n in biases else BIAS) for n in flat):
        return False
    weights = [shape for name, shape in shapes.items() if name not in biases]
    lengths = Counter(max(shapes[n], default=1) for n in biases)
    units = Counter(length for shape in weights for length in {shape[0], shape[-1]})
    return len(biases) <= len(weights) and all(units[n] >= lengths[n] for n in lengths)


def _paired(
    shapes: dict[str, Shape],
    rows: set[str],
    norms: tuple[Norm, ...],
    units_last: bool | None = None,
) -> Paired:
    weights = tuple(name for name in shapes if name not in rows)
    biases = [name for name in shapes if name in rows]
    by_name = _by_stem(weights, biases)
    loose = tuple(name for name in biases if name not in by_name.values())
    placed = _by_place(list(shapes), weights, biases)
    return Paired(weights, by_name, loose, placed, norms, units_last)


def _by_stem(weights: tuple[str, ...], biases: list[str]) -> dict[str, str]:
    """Biases whose stems, or names but for a word, are those of weights, and of one alone."""
    parts = {name: part_of(name) for name in (*weights, *biases)}
    stems = Counter(parts[name].stem for name in weights)
    owners = {" ".join(WORD.findall(name)): name for name in weights}
    owners |= {parts[name].stem: name for name in weights if stems[parts[name].stem] == 1}
    pairs = [
        (owners[parts[bias].stem], bias)
        for bias in biases
        if parts[bias].part in (BIAS, SHIFT) and parts[bias].stem in owners
    ]
    counts = Counter(owner for owner, _ in pairs)
    return {owner: bias for owner, bias in pairs if counts[owner] == 1}


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
