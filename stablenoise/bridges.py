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

Unimodality alone does not give the first bound: beyond it are laws near 2, where a Gaussian middle
meets heavy tails, most of those with small alpha, and skewed laws whose light tail is not quite so.
``has_convex_reciprocal`` says where 1/f was found convex, by a grid that the tests go over.

References
----------
Yamazato (1978), Unimodality of infinitely divisible distribution functions of class L, Annals of
Probability 6, 523-531.

"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy import float64, int64, uint64

from .kernels import cms, random_words
from .kernels.addresses import Address
from .kernels.compiler import fma, jit, scalar
from .kernels.elementary import double
from .kernels.random_words import HALF_WORD, LOW
from .kernels.threads import in_threads
from .law.direct import direct_logs, law, workspace
from .law.lookup import evaluate
from .law.polynomials import ABOUT_ZETA, Panels, panels
from .sampling import is_near_one, kernel_scale_and_loc

BUFFER = 512  # proposals at a time: their words, variates and densities stay in the nearest cache
ENOUGH = 20_000  # variates that a thread must have to be worth its start
CANDIDATE, VERDICT = uint64(0), uint64(1)  # what the words of a node are for
TOP_BIT = uint64(63)
philox_block = random_words.philox
pair, block_words = random_words.double.pair, random_words.double.words
exp, log, exponential = double.exp, double.log, cms.double.exponential


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """Where the words of each path are: 64 bits of a key and 31 of a counter, looked up by Philox.

    The other parts of the counter are the node, 64 bits, the attempt, 32, and one bit for the use.
    So words of two addresses of one path never coincide, and those of two paths, or of a path and
    a field, do by chance alone.
    """

    k0: np.ndarray
    k1: np.ndarray
    salt: np.ndarray

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """All three, uint64, one element a path."""
        return self.k0, self.k1, self.salt


def keys(address: Address, particles: np.ndarray, blocks: np.ndarray) -> Keys:
    """Keys of the paths of (particle, block): they are the words at these addresses."""
    first, second = np.empty((2, particles.size), uint64)
    block_words(first, second, particles, blocks, address)
    return Keys(first & LOW, first >> HALF_WORD, second >> uint64(33) << uint64(1))


@jit
def words_at(first, second, held, use):
    """Pairs of words, each at the address that a column of ``held`` begins with."""
    k0, k1, salt, node, attempt = held[0], held[1], held[2], held[3], held[4]
    for i in range(len(first)):
        low, high = node[i] & LOW, node[i] >> HALF_WORD
        block = philox_block(k0[i], k1[i], low, high, attempt[i], salt[i] | use)
        first[i], second[i] = pair(block, 0)


@jit
def hold(held, i, place, nodes, k0, k1, salt):
    """Let column i of ``held`` be the address of a place's first attempt, and the place."""
    e, j = place // len(k0), place % len(k0)
    held[0, i], held[1, i], held[2, i], held[3, i] = k0[j], k1[j], salt[j], nodes[e]
    held[4, i], held[5, i] = 0, place


@scalar
def log_bound(middle, top):
    """Log of B(s) from those of f(s/2) and of F; ``top`` is -inf where 1/f is convex."""
    return middle + log(2.0 / (1.0 + min(1.0, exp(middle - top))))


@scalar
def log_mean(a, b):
    """Log of the harmonic mean of two numbers given by their logs, of which one may be -inf."""
    return min(a, b) + log(2.0 / (1.0 + exp(-abs(a - b))))


@jit
def log_density(x, parameters, panel, work, out):
    """Let ``out``, another array, be log f(x)."""
    alpha, beta = parameters
    evaluate(x, alpha <= ABOUT_ZETA, *panel, out)
    for i in range(x.size):
        if math.isnan(out[i]):
            out[i] = law(x[i], alpha, beta, work)[0]


@jit
def bounds(sums, parameters, panel, top, work, middle, out):
    """Let ``out`` be log B(s)."""
    for i in range(sums.size):
        middle[i] = 0.5 * sums[i]
    log_density(middle, parameters, panel, work, out)
    for i in range(sums.size):
        out[i] = log_bound(out[i], top)


@jit
def log_means(x, y, parameters, panel, light, end, work, spare, out):
    """Let ``out`` be log H(f(x), f(y)); from ``end`` on, on the side ``light``, f is taken as 0.

    There the panels end: as most proposals for a one-sided law are impossible, to find the density
    without them takes longer than all the rest.
    """
    log_y = np.empty(y.size)
    for i in range(y.size):
        spare[i] = y[i] if light * (y[i] - end) <= 0.0 else 0.0
    log_density(spare, parameters, panel, work, log_y)
    log_density(x, parameters, panel, work, out)
    for i in range(y.size):
        out[i] = log_mean(out[i], log_y[i] if light * (y[i] - end) <= 0.0 else -np.inf)


@jit
def settle(x, y, margin, coins, held, sums, bound, out):
    """Write the halves whose margin is not negative, move the others forward; their number."""
    paths, left = out.shape[1], 0
    for i in range(x.size):
        if margin[i] >= 0.0:
            place, side = int64(held[5, i]), int64(coins[i] >> TOP_BIT)
            e, j = place // paths, place % paths
            out[2 * e + side, j], out[2 * e + 1 - side, j] = x[i], y[i]
        else:
            for row in range(6):
                held[row, left] = held[row, i]
            held[4, left] += uint64(1)
            sums[left], bound[left] = sums[i], bound[i]
            left += 1
    return left


def _draw(kind: cms.Law) -> Callable:
    """Loop that writes variates at (node, path), places low to high; rows are draws of a pair."""
    fill, draws = kind.fill[float64], kind.draws

    @jit(nogil=True)
    def draw(out, nodes, k0, k1, salt, constants, scale, loc, low, high):
        held, words = np.empty((6, BUFFER), uint64), np.empty((2, BUFFER), uint64)
        parts, values = np.empty((3, BUFFER)), np.empty(draws * BUFFER)
        for start in range(low, high, BUFFER):
            n = min(BUFFER, high - start)
            for i in range(n):
                hold(held, i, start + i, nodes, k0, k1, salt)
            first, second = words[0, :n], words[1, :n]
            words_at(first, second, held, CANDIDATE)
            fill(constants, first, second, parts, values[: draws * n])
            for y in range(draws):
                for i in range(n):
                    out[y, start + i] = fma(scale, values[y * n + i], loc)

    return draw


def _halve(kind: cms.Law) -> Callable:
    """Loop that splits the sums at (node, path), places low to high; it counts proposals.

    As many proposals as the buffers hold are on their way at any time: what is accepted makes room
    for the next sum, what is rejected proposes again at its next attempt.
    """
    fill = kind.fill[float64]

    @jit(nogil=True)
    def halve(
        whole, out, nodes, k0, k1, salt, constants, scale, loc, ratio, shift,
        parameters, panel, top, light, end, low, high,
    ):  # fmt: skip
        held, words = np.empty((6, BUFFER), uint64), np.empty((4, BUFFER), uint64)
        reals, parts, work = np.empty((6, BUFFER)), np.empty((3, BUFFER)), workspace()
        sums, bound, n, new, proposals = reals[0], reals[1], 0, low, 0
        while n or new < high:
            old, n = n, min(BUFFER, n + high - new)
            for i in range(old, n):
                hold(held, i, new, nodes, k0, k1, salt)
                sums[i] = fma(ratio, whole[new], shift)
                new += 1
            x, y, margin, spare = reals[2, :n], reals[3, :n], reals[4, :n], reals[5, :n]
            bounds(sums[old:n], parameters, panel, top, work, spare[old:n], bound[old:n])
            words_at(words[0, :n], words[1, :n], held, CANDIDATE)
            fill(constants, words[0, :n], words[1, :n], parts, x)
            for i in range(n):
                x[i] = fma(scale, x[i], loc)
                y[i] = sums[i] - x[i]
            log_means(x, y, parameters, panel, light, end, work, spare, margin)
            words_at(words[2, :n], words[3, :n], held, VERDICT)
            for i in range(n):
                margin[i] += exponential(words[2, i], words[3, i]) - bound[i]
            proposals += n
            n = settle(x, y, margin, words[3, :n], held, sums, bound, out)
        return proposals

    return halve


LAWS = cms.stable, cms.near_one, cms.at_one
DRAWS = {kind.name: _draw(kind) for kind in (*LAWS, cms.normal)}
HALVES = {kind.name: _halve(kind) for kind in LAWS}


@dataclass(frozen=True, slots=True, eq=False)
class Bridge:
    """One stable law of scale 1 and location 0 in S0, whose variates can be split.

    The sum of two variates is ``ratio`` times a variate, plus ``shift``.  ``variate`` are the
    constants of the kernel, its scale and its location; ``top`` is as in ``log_bound``.  ``end``
    are the sign of the light tail, 0 if there is none, and a point from which on its density is
    below e^-700: less than any uniform would have to be.
    """

    kind: str
    variate: tuple[tuple, float, float]
    ratio: float
    shift: float
    parameters: tuple[float, float]
    panels: Panels
    top: float
    end: tuple[float, float]

    def draw(self, nodes: np.ndarray, where: Keys) -> np.ndarray:
        """Variates at nodes and paths, of shape (nodes, paths)."""
        out = np.empty((nodes.size, where.k0.size))
        _run(DRAWS[self.kind], out.size, out.reshape(1, -1), nodes, *where.arrays, *self.variate)
        return out

    def halve(self, whole: np.ndarray, nodes: np.ndarray, where: Keys) -> tuple[np.ndarray, int]:
        """Both halves of variates of shape (nodes, paths), and the number of proposals.

        Row 2 i is the left half of row i and row 2 i + 1 the right one, each of scale 1.  The half
        that was proposed is kept as it is, and the other is what is left of the sum: a small one
        beside a large one has then all its digits.
        """
        p, out = self.panels, np.empty((2 * len(whole), whole.shape[1]))
        panel = p.shift, p.edges, p.cells, p.middle, p.stretch, p.powers[0]
        found = _run(
            HALVES[self.kind], whole.size, np.ascontiguousarray(whole).ravel(), out, nodes,
            *where.arrays, *self.variate, self.ratio, self.shift, self.parameters, panel, self.top,
            *self.end,
        )  # fmt: skip
        return out, sum(found)


def normals(nodes: np.ndarray, where: Keys) -> np.ndarray:
    """Standard normal variates of shape (nodes, paths, 2)."""
    out = np.empty((2, nodes.size * where.k0.size))
    constants = cms.normal.constants[float64](0.0, 0.0)
    _run(DRAWS["normal"], out.shape[1], out, nodes, *where.arrays, constants, 1.0, 0.0)
    return out.T.reshape(nodes.size, where.k0.size, 2)


@lru_cache(maxsize=32)
def bridge(alpha: float, beta: float) -> Bridge:
    """The law of these parameters, alpha in [0.2, 2); made in some 10 ms, the last 32 are kept."""
    near = cms.at_one if alpha == 1 else cms.near_one
    kind = near if is_near_one(alpha, beta) else cms.stable
    scale, loc = kernel_scale_and_loc(alpha, beta, 1.0, 0.0)
    found = panels(alpha, beta)
    return Bridge(
        kind.name,
        (kind.constants[float64](alpha, beta), scale, loc),
        2.0 ** (1.0 / alpha),
        drift(alpha, beta, 2.0),
        (alpha, beta),
        found,
        -math.inf if has_convex_reciprocal(alpha, beta) else log_largest(found),
        light_end(alpha, beta),
    )


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


def has_convex_reciprocal(alpha: float, beta: float) -> bool:
    """Whether 1/f is known to be convex: MEASURED on a grid, in a region that leaves a margin."""
    special = beta in (-1, 0, 1) and 0.4 <= alpha
    return alpha <= 1.95 and (special or (abs(beta) <= 0.5 and 0.6 <= alpha))


def log_largest(found: Panels) -> float:
    """Log of a bound of the density, 1e-6 above its largest value."""
    alpha, beta = found.alpha, found.beta
    zeta = -beta * math.tan(0.5 * math.pi * alpha) if alpha <= ABOUT_ZETA else 0.0
    x = zeta + np.sinh(np.linspace(-40.0, 40.0, 4001))
    for _ in range(12):  # a unimodal density is largest next to the largest of the grid
        best = int(np.argmax(found.log(0, x)))
        x = np.linspace(x[max(best - 1, 0)], x[min(best + 1, x.size - 1)], 101)
    return float(found.log(0, x).max()) + 1e-6


def light_end(alpha: float, beta: float) -> tuple[float, float]:
    """Side of the light tail, or 0, and where the log density falls to -700, by bisection."""
    if abs(beta) != 1:
        return 0.0, 0.0
    near, far = 0.0, -1000.0 * beta
    for _ in range(60):
        middle = 0.5 * (near + far)
        deep = direct_logs(np.array(middle), alpha, beta)[0] < -700
        near, far = (near, middle) if deep else (middle, far)
    return -beta, far


def _run(loop: Callable, size: int, *arguments: Any) -> list[Any]:
    """Results of ``loop`` over the parts of its work that threads get."""
    found: list[Any] = []
    in_threads(lambda *part: found.append(loop(*arguments, *part)), size, ENOUGH)
    return found
