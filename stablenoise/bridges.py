r"""Halves of a stable sum: two independent variates of one law, given what they add up to.

With x and y of density f and x + y = s, x has density f(x) f(s - x) / f2(s), f2 that of the sum.
Propose a variate of f for the left or for the right half, by a fair coin: its density as a left
half is the mean of f(x) and f(s - x).  Accept it with probability H(f(x), f(s - x)) / B(s), where
H(a, b) = 2ab / (a + b) is the harmonic mean and B(s) a bound of it for this s (DERIVED here).

- 1/f convex: H is at most B = f(s/2), which is Jensen's inequality, and the number of proposals
  has mean exactly 2, the integral of f(s/2).
- f unimodal, as every stable density is (Yamazato 1978): the smaller of the two is at most
  f(s/2) and the larger at most the largest density F, so that H is at most
  B = 2 f(s/2) / (1 + f(s/2) / F); the mean number of proposals is then between 2 and 4.

Unimodality alone does not give the first bound: it fails near alpha = 2, where a Gaussian middle
meets heavy tails, for most small alpha, and for skewed laws whose light tail is not quite light.
``has_convex_reciprocal`` says where 1/f is convex, on a grid that the tests go over.

References
----------
Yamazato (1978), Unimodality of infinitely divisible distribution functions of class L, Annals of
Probability 6, 523-531.

"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy import float64, int64, uint64

from .kernels import cms, random_words
from .kernels.addresses import Address
from .kernels.compiler import fma, jit, scalar
from .kernels.elementary import double
from .kernels.random_words import HALF_WORD, LOW
from .kernels.threads import in_threads
from .law.direct import law, workspace
from .law.landmarks import has_convex_reciprocal, light_end, log_largest
from .law.lookup import evaluate
from .law.polynomials import ABOUT_ZETA, panels
from .sampling import is_near_one, kernel_scale_and_loc

BUFFER = 512  # proposals at a time: their words, variates and densities stay in the nearest cache
VARIATES_PER_THREAD = 20_000  # fewer are not worth the start of a thread
CANDIDATE, VERDICT = uint64(0), uint64(1)  # what the words of a node are for
TOP_BIT = uint64(63)
philox_block = random_words.philox
pair, block_words = random_words.double.pair, random_words.double.words
exp, log, exponential = double.exp, double.log, cms.double.exponential


class Keys(NamedTuple):
    """Where the words of each path are: 64 bits of a key and 31 of a counter, looked up by Philox.

    All three are arrays of uint64, one element a path.  The other parts of the counter are the
    node, 64 bits, the attempt, 32, and one bit for the use.  So words of two addresses of one path
    never coincide, and those of two paths, or of a path and a field, do by chance alone.
    """

    k0: np.ndarray
    k1: np.ndarray
    salt: np.ndarray


class Attempts(NamedTuple):
    """Attempts at variates, arrays of uint64: where the words of each are, and its number.

    Number i is that of node i // paths and path i % paths.
    """

    k0: np.ndarray
    k1: np.ndarray
    salt: np.ndarray
    node: np.ndarray
    attempt: np.ndarray
    number: np.ndarray


class Variate(NamedTuple):
    """A variate of the law is loc + scale x that of the kernel with these constants."""

    constants: tuple
    scale: float
    loc: float


class Density(NamedTuple):
    """What rejection asks of a density f: f itself, by ``panel`` or else by its parameters.

    ``log_top`` is the log of its largest value F, or -inf where 1/f is convex.  ``light_side`` is
    the sign of the light tail, 0 if there is none, and ``light_limit`` a point from which on f is
    below e^-700 there: less than any uniform would have to be.
    """

    alpha: float
    beta: float
    panel: tuple
    log_top: float
    light_side: float
    light_limit: float


def keys(address: Address, particles: np.ndarray, blocks: np.ndarray) -> Keys:
    """Keys of the paths of (particle, block): they are the words at these addresses."""
    first, second = np.empty((2, particles.size), uint64)
    block_words(first, second, particles, blocks, address)
    return Keys(first & LOW, first >> HALF_WORD, second >> uint64(33) << uint64(1))


@jit
def words_at(first, second, attempts, use):
    """Pairs of words of attempts, for one use."""
    for i in range(len(first)):
        low, high = attempts.node[i] & LOW, attempts.node[i] >> HALF_WORD
        # The last bit of the salt is free: there the use makes another address.
        last = attempts.salt[i] | use
        block = philox_block(attempts.k0[i], attempts.k1[i], low, high, attempts.attempt[i], last)
        first[i], second[i] = pair(block, 0)


@jit
def begin(attempts, i, number, nodes, keys):
    """Let element i of ``attempts`` be the first one at the variate of this number."""
    e, j = number // len(keys.k0), number % len(keys.k0)
    attempts.k0[i], attempts.k1[i], attempts.salt[i] = keys.k0[j], keys.k1[j], keys.salt[j]
    attempts.node[i], attempts.attempt[i], attempts.number[i] = nodes[e], 0, number


@scalar
def log_bound(middle, top):
    """Log of B(s) from those of f(s/2) and of F; ``top`` is -inf where 1/f is convex."""
    return middle + log(2.0 / (1.0 + min(1.0, exp(middle - top))))


@scalar
def log_mean(a, b):
    """Log of the harmonic mean of two numbers given by their logs, of which one may be -inf."""
    return min(a, b) + log(2.0 / (1.0 + exp(-abs(a - b))))


@jit
def log_density(x, density, work, out):
    """Let ``out``, another array, be log f(x)."""
    evaluate(x, density.alpha <= ABOUT_ZETA, *density.panel, out)
    for i in range(x.size):
        # Beyond the panels, and in deep tails, a point is evaluated by itself: few are there.
        if math.isnan(out[i]):
            out[i] = law(x[i], density.alpha, density.beta, work)[0]


@jit
def log_bounds(sums, density, work, middle, out):
    """Let ``out`` be log B(s)."""
    for i in range(sums.size):
        middle[i] = 0.5 * sums[i]
    log_density(middle, density, work, out)
    for i in range(sums.size):
        out[i] = log_bound(out[i], density.log_top)


@jit
def log_means(x, y, density, work, spare, out):
    """Let ``out`` be log H(f(x), f(y)); from ``light_limit`` on f is taken as 0.

    There the panels end: as most proposals for a one-sided law are impossible, to find the density
    without them takes longer than all the rest.
    """
    log_y, side, end = np.empty(y.size), density.light_side, density.light_limit
    for i in range(y.size):
        # Where f is 0 the density is asked at 0, a cheap point, and not used.
        spare[i] = y[i] if side * (y[i] - end) <= 0.0 else 0.0
    log_density(spare, density, work, log_y)
    log_density(x, density, work, out)
    for i in range(y.size):
        out[i] = log_mean(out[i], log_y[i] if side * (y[i] - end) <= 0.0 else -np.inf)


@jit
def settle(x, y, margin, coins, attempts, sums, bound, out):
    """Write the halves whose margin is not negative, move the others forward; their number."""
    paths, left = out.shape[1], 0
    for i in range(x.size):
        if margin[i] >= 0.0:
            number = int64(attempts.number[i])
            e, j = number // paths, number % paths
            # The fair coin is the top bit of a word whose other bits made the uniform's digits.
            side = int64(coins[i] >> TOP_BIT)
            out[2 * e + side, j], out[2 * e + 1 - side, j] = x[i], y[i]
        else:
            # Element ``left`` is free, as left <= i: the rejected close up, in their order.
            attempts.k0[left], attempts.k1[left] = attempts.k0[i], attempts.k1[i]
            attempts.salt[left], attempts.node[left] = attempts.salt[i], attempts.node[i]
            attempts.attempt[left] = attempts.attempt[i] + uint64(1)
            attempts.number[left] = attempts.number[i]
            sums[left], bound[left] = sums[i], bound[i]
            left += 1
    return left


def _draw(kind: cms.Law) -> Callable:
    """Loop that writes variates number low to high; rows are the draws of a pair of words."""
    fill, draws = kind.fill[float64], kind.draws

    @jit(nogil=True)
    def draw(out, nodes, keys, variate, low, high):
        a, words = np.empty((6, BUFFER), uint64), np.empty((2, BUFFER), uint64)
        attempts = Attempts(a[0], a[1], a[2], a[3], a[4], a[5])
        parts, values = np.empty((3, BUFFER)), np.empty(draws * BUFFER)
        for start in range(low, high, BUFFER):
            n = min(BUFFER, high - start)
            for i in range(n):
                begin(attempts, i, start + i, nodes, keys)
            first, second = words[0, :n], words[1, :n]
            words_at(first, second, attempts, CANDIDATE)
            fill(variate.constants, first, second, parts, values[: draws * n])
            # Kinds of draws lie one after the other in ``values``, one below the other in ``out``.
            for y in range(draws):
                for i in range(n):
                    out[y, start + i] = fma(variate.scale, values[y * n + i], variate.loc)

    return draw


def _halve(kind: cms.Law) -> Callable:
    """Loop that splits the sums number low to high; it counts proposals.

    As many proposals as the buffers hold are on their way at any time: what is accepted makes room
    for the next sum, what is rejected proposes again at its next attempt.
    """
    fill = kind.fill[float64]

    @jit(nogil=True)
    def halve(whole, out, nodes, keys, variate, ratio, shift, density, low, high):
        a, words = np.empty((6, BUFFER), uint64), np.empty((4, BUFFER), uint64)
        attempts = Attempts(a[0], a[1], a[2], a[3], a[4], a[5])
        reals, parts, work = np.empty((6, BUFFER)), np.empty((3, BUFFER)), workspace()
        sums, bound, n, new, proposals = reals[0], reals[1], 0, low, 0
        while n or new < high:
            # Elements 0 to old are rejected ones: new sums fill the buffers behind them, so that
            # the vectorised loops below are always long, until no sum is left.
            old, n = n, min(BUFFER, n + high - new)
            for i in range(old, n):
                begin(attempts, i, new, nodes, keys)
                sums[i] = fma(ratio, whole[new], shift)
                new += 1
            x, y, margin, spare = reals[2, :n], reals[3, :n], reals[4, :n], reals[5, :n]
            # The bound of a sum is the same at all its attempts, and kept beside it.
            log_bounds(sums[old:n], density, work, spare[old:n], bound[old:n])
            words_at(words[0, :n], words[1, :n], attempts, CANDIDATE)
            fill(variate.constants, words[0, :n], words[1, :n], parts, x)
            for i in range(n):
                x[i] = fma(variate.scale, x[i], variate.loc)
                y[i] = sums[i] - x[i]
            log_means(x, y, density, work, spare, margin)
            # u <= H / B, in logarithms: -log u is an exponential variable, and no u is 0.
            words_at(words[2, :n], words[3, :n], attempts, VERDICT)
            for i in range(n):
                margin[i] += exponential(words[2, i], words[3, i]) - bound[i]
            proposals += n
            n = settle(x, y, margin, words[3, :n], attempts, sums, bound, out)
        return proposals

    return halve


LAWS = cms.stable, cms.near_one, cms.at_one
DRAWS = {kind.name: _draw(kind) for kind in (*LAWS, cms.normal)}
HALVES = {kind.name: _halve(kind) for kind in LAWS}


@dataclass(frozen=True, slots=True, eq=False)
class Bridge:
    """One stable law of scale 1 and location 0 in S0, whose variates can be split.

    The sum of two variates is ``ratio`` times a variate, plus ``shift``; ``kind`` names the kernel.
    """

    kind: str
    variate: Variate
    ratio: float
    shift: float
    density: Density

    def draw(self, nodes: np.ndarray, where: Keys) -> np.ndarray:
        """Variates at nodes and paths, of shape (nodes, paths)."""
        out = np.empty((nodes.size, where.k0.size))
        _run(DRAWS[self.kind], out.size, out.reshape(1, -1), nodes, where, self.variate)
        return out

    def halve(self, whole: np.ndarray, nodes: np.ndarray, where: Keys) -> tuple[np.ndarray, int]:
        """Both halves of variates of shape (nodes, paths), and the number of proposals.

        Row 2 i is the left half of row i and row 2 i + 1 the right one, each of scale 1.  The half
        that was proposed is kept as it is, and the other is what is left of the sum: a small one
        beside a large one has then all its digits.
        """
        out, flat = np.empty((2 * len(whole), whole.shape[1])), np.ascontiguousarray(whole).ravel()
        how = self.variate, self.ratio, self.shift, self.density
        proposals = _run(HALVES[self.kind], whole.size, flat, out, nodes, where, *how)
        return out, sum(proposals)


def normals(nodes: np.ndarray, where: Keys) -> np.ndarray:
    """Standard normal variates of shape (nodes, paths, 2)."""
    out = np.empty((2, nodes.size * where.k0.size))
    variate = Variate(cms.normal.constants[float64](0.0, 0.0), 1.0, 0.0)
    _run(DRAWS["normal"], out.shape[1], out, nodes, where, variate)
    return out.T.reshape(nodes.size, where.k0.size, 2)


@lru_cache(maxsize=32)
def bridge(alpha: float, beta: float) -> Bridge:
    """The law of these parameters, alpha in [0.2, 2); made in some 10 ms, the last 32 are kept."""
    near = cms.at_one if alpha == 1 else cms.near_one
    kind = near if is_near_one(alpha, beta) else cms.stable
    scale, loc = kernel_scale_and_loc(alpha, beta, 1.0, 0.0)
    variate = Variate(kind.constants[float64](alpha, beta), scale, loc)
    p = panels(alpha, beta)
    panel = p.shift, p.edges, p.cells, p.middle, p.stretch, p.powers[0]
    log_top = -math.inf if has_convex_reciprocal(alpha, beta) else log_largest(p)
    density = Density(alpha, beta, panel, log_top, *light_end(alpha, beta))
    return Bridge(kind.name, variate, 2.0 ** (1.0 / alpha), drift(alpha, beta, 2.0), density)


def drift(alpha: float, beta: float, t: float) -> float:
    r"""Location of the process at time t, whose law at time 1 is that of scale 1 and location 0.

    .. math:: m(t) = -\beta \tan\tfrac{\pi\alpha}{2} (t - t^{1/\alpha}),

    with its limit (2 / pi) beta t log(t) at alpha = 1.  DERIVED here: at scale
    :math:`t^{1/\alpha}` the exponent in S0 has the imaginary part :math:`-\beta
    \operatorname{sign}(u) \tan\tfrac{\pi\alpha}{2} (t^{1/\alpha} |u| - t |u|^\alpha) + m(t) u`,
    which must be t times that at t = 1.
    """
    if alpha == 1:
        return 2.0 / math.pi * beta * t * math.log(t)
    turn = math.tan(0.5 * math.pi * (1.0 - alpha))
    return beta * t * math.expm1((1.0 - alpha) / alpha * math.log(t)) / turn


def _run(loop: Callable, size: int, *arguments: Any) -> list[Any]:
    """Results of ``loop`` over the parts of its work that threads get."""
    results: list[Any] = []
    in_threads(lambda *part: results.append(loop(*arguments, *part)), size, VARIATES_PER_THREAD)
    return results
