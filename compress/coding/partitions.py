"""Values in clusters of the least squared error: k-means in one dimension, exactly.

Clusters are intervals of the sorted values.  With a penalty for each interval the best partition
needs no number of intervals: the best way to the j-th value ends with an interval (i, j], and i
never moves back as j grows (the quadrangle inequality of the squared error, error(a, c] +
error(b, d] <= error(a, d] + error(b, c] for a <= b <= c <= d).  So beginnings that may still be the
best are kept in a queue, and one pass does it.  A partition that is best with its penalty has the
least error among all of as many intervals, as those have the same penalties; the penalty is moved
until there are as many as asked for.  A pass costs the same for two intervals as for thousands.

Where no penalty gives k intervals, one makes two partitions equally good, of fewer intervals and of
more.  Some interval (p, p'] of the first then contains one, (q, q'], of the second that comes as
many places later in it as the first lacks.  The second up to q, then (q, p'], then the first from
p' on has k intervals; by the quadrangle inequality it and what is left over, together, are no worse
than the two, so that it is as good as each (Gronlund, Larsen, Mathiasen, Nielsen, Schneider & Song
2017, arXiv 1701.07204, whose "interpolation search" moves the penalty).

Squared errors are differences of running sums, which would cancel: the sums are kept in two floats
each, some 32 digits.  Takes some 70 B for each different value.
"""

from typing import NamedTuple

import numpy as np

from stablenoise.kernels.compiler import fma, jit, scalar

PLACES = 1024  # fewest places of cuts at which the penalty is looked for before it is at all places
PLACES_PER_LEVEL = 16
CHORD_TURNS = 4


class Sums(NamedTuple):
    """Running sums of sorted values before each place: of weights, values and squares."""

    weights: np.ndarray
    values: np.ndarray
    values_rest: np.ndarray  # what the float above leaves of the sum
    squares: np.ndarray
    squares_rest: np.ndarray


class Queue(NamedTuple):
    """Places where the last interval of the best ways may begin."""

    least: np.ndarray  # squared error and penalties of the best way to each place
    before: np.ndarray  # where its last interval begins
    places: np.ndarray  # beginnings that are the best for some end, in order
    first_ends: np.ndarray  # the first end for which each is


class Partition(NamedTuple):
    """Bounds of intervals, from 0 to the number of values, and a penalty that leads to them."""

    bounds: np.ndarray
    penalty: float


def centres(values: np.ndarray, levels: int) -> np.ndarray:
    """Means of the clusters of the least squared error, in ascending order.

    As many as ``levels``, or all values if there are fewer.  The error is the least up to rounding,
    some 1e-15 of it; where several partitions have it, one is taken.  Values are finite and in any
    order.

    >>> centres(np.array([9.0, 1.0, 0.0, 10.0, 2.0]), levels=2)
    array([1. , 9.5])
    """
    different, counts = np.unique(values, return_counts=True)
    # In units of a power of two, which is exact: squares then neither overflow nor vanish.
    unit = np.frexp(np.abs(different).max(initial=0.0))[1]
    sums = _running(np.ldexp(different, -unit), counts)
    bounds = best_partition(sums, levels).bounds
    means = np.diff(sums.values[bounds]) + np.diff(sums.values_rest[bounds])
    return np.ldexp(means / np.diff(sums.weights[bounds]), unit)


def best_partition(sums: Sums, levels: int) -> Partition:
    """Partition of the least squared error into so many intervals, or one for each value."""
    size = len(sums.weights) - 1
    few, many = np.array([0, size]), np.arange(size + 1)
    if levels == 1 or levels >= size:
        return Partition(few if levels == 1 else many, 0.0)
    penalty, turn, is_chord = _first_penalty(sums, levels), 0, False
    while (count := len(bounds := _penalised(sums, penalty)) - 1) != levels:
        inside = len(few) - 1 < count < len(many) - 1
        # Where few and many are equally good and nothing is better both are best, and so is what
        # lies between them.
        if is_chord and not inside:
            return Partition(_between(few, many, levels), penalty)
        if inside:
            few, many = (bounds, many) if count < levels else (few, bounds)
        # The error falls as levels^-2 where values lie densely, and the penalty is its slope; now
        # and then it is the one that makes few and many equally good, which always leads on.
        turn += 1
        is_chord = not inside or turn % CHORD_TURNS == 0
        chord = (_error(sums, few) - _error(sums, many)) / (len(many) - len(few))
        penalty = chord if is_chord else penalty * (count / levels) ** 3
    return Partition(bounds, penalty)


def _first_penalty(sums: Sums, levels: int) -> float:
    """The penalty where cuts are allowed at some places only, or by the law for equal densities."""
    size = len(sums.weights) - 1
    places = PLACES + PLACES_PER_LEVEL * levels
    if size <= 2 * places:
        return 2 * _error(sums, np.array([0, size])) / levels**3
    some = np.linspace(0, size, places + 1).astype(int)
    return best_partition(Sums(*(part[some] for part in sums)), levels).penalty


def _between(few: np.ndarray, many: np.ndarray, levels: int) -> np.ndarray:
    """Bounds of so many intervals: the beginning of one partition and the end of another."""
    more = levels - (len(few) - 1)
    inside = many[more + 1 : more + len(few)] <= few[1:]
    i = int(np.argmax(inside))
    return np.concatenate([many[: i + more + 1], few[i + 1 :]])


def _penalised(sums: Sums, penalty: float) -> np.ndarray:
    """Bounds of the partition of the least squared error and penalties."""
    size = len(sums.weights) - 1
    queue = Queue(np.zeros(size + 1), *(np.zeros(size + 1, np.int32) for _ in range(3)))
    _fill(sums, penalty, queue)
    return _bounds(queue.before)


@jit(nogil=True)
def _running(values, counts):
    """Running sums of values that occur so often."""
    sums = np.zeros((5, values.size + 1))
    for i in range(values.size):
        weight, square = np.float64(counts[i]), values[i] * values[i]
        sums[0, i + 1] = sums[0, i] + weight
        sums[1, i + 1], sums[2, i + 1] = _added(sums[1, i], sums[2, i], weight, values[i], 0.0)
        rest = fma(values[i], values[i], -square)
        sums[3, i + 1], sums[4, i + 1] = _added(sums[3, i], sums[4, i], weight, square, rest)
    return Sums(sums[0], sums[1], sums[2], sums[3], sums[4])


@scalar
def _added(high, low, weight, value, rest):
    """A number of two floats, plus weight times another one."""
    product = weight * value
    total, lost = _sum(high, product)
    low += lost + (fma(weight, value, -product) + weight * rest)
    return _sum(total, low)


@scalar
def _sum(a, b):
    """Sum of two floats, and what its rounding lost (Knuth's exact sum)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@scalar
def _cost(i, j, sums):
    """Squared error of the values after the i-th up to the j-th about their mean."""
    weight = sums.weights[j] - sums.weights[i]
    total, rest = _sum(sums.values[j], -sums.values[i])
    rest += sums.values_rest[j] - sums.values_rest[i]
    # About c, the mean in a float, the squares are q - c (s + (s - c w)): s - c w is small, and c s
    # is subtracted from q without loss.
    mean = total / weight
    away = fma(-mean, weight, total) + rest
    squares, squares_rest = _sum(sums.squares[j], -sums.squares[i])
    squares_rest += sums.squares_rest[j] - sums.squares_rest[i]
    product = mean * total
    lost = fma(mean, total, -product)
    return max(((squares - product) - lost) + (squares_rest - mean * (rest + away)), 0.0)


@scalar
def _is_better(later, earlier, end, sums, least):
    """Whether the last interval to ``end`` had better begin at the later of two places."""
    return least[later] + _cost(later, end, sums) < least[earlier] + _cost(earlier, end, sums)


@jit(nogil=True)
def _fill(sums, penalty, queue):
    """Best ways to all places, from the first place on."""
    size, head, tail, near = sums.weights.size - 1, 0, 1, 1
    queue.first_ends[0] = 1
    for end in range(1, size + 1):
        while head + 1 < tail and queue.first_ends[head + 1] <= end:
            head += 1
        begin = queue.places[head]
        queue.before[end] = begin
        queue.least[end] = queue.least[begin] + _cost(begin, end, sums) + penalty
        # From here on the place itself may begin an interval.  The later of two beginnings gains on
        # the earlier one as the end moves on, so it is the best from some end on, if at all; those
        # before it that are not the best anywhere now are dropped.
        first = end + 1
        while head < tail and first <= size:
            first = max(queue.first_ends[tail - 1], end + 1)
            if not _is_better(end, queue.places[tail - 1], first, sums, queue.least):
                near = _crossing(end, queue.places[tail - 1], first, near, sums, queue.least)
                first = near
                break
            tail -= 1
        if first <= size:
            queue.places[tail], queue.first_ends[tail] = end, first
            tail += 1


@scalar
def _crossing(later, earlier, low, near, sums, least):
    """First end for which the later beginning is better, one past the last if there is none.

    At ``low`` it is not.  Looked for from ``near`` on, as neighbours cross at neighbouring ends.
    """
    high, step = sums.weights.size, 1
    near = min(max(near, low + 1), high - 1)
    if near <= low:
        return high
    if _is_better(later, earlier, near, sums, least):
        high = near
        while high - step > low and _is_better(later, earlier, high - step, sums, least):
            high -= step
            step *= 2
        low = max(low, high - step)
    else:
        low = near
        while low + step < high and not _is_better(later, earlier, low + step, sums, least):
            low += step
            step *= 2
        high = min(high, low + step)
    while high - low > 1:
        middle = (low + high) // 2
        if _is_better(later, earlier, middle, sums, least):
            high = middle
        else:
            low = middle
    return high


@jit(nogil=True)
def _bounds(before):
    """Bounds of the intervals of the best way to the last place."""
    count, place = 0, before.size - 1
    while place:
        count, place = count + 1, before[place]
    bounds = np.zeros(count + 1, np.int64)
    place = before.size - 1
    for i in range(count, 0, -1):
        bounds[i], place = place, before[place]
    return bounds


@jit(nogil=True)
def _error(sums, bounds):
    """Squared error of the intervals about their means."""
    total = 0.0
    for i in range(bounds.size - 1):
        total += _cost(bounds[i], bounds[i + 1], sums)
    return total
