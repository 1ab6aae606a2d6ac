"""What is known of each bad sampler whose draws depend on each other, on calls or on seeds.

As ``zoo_facts``: questions on draws, which those that are right answer no.
"""

from collections.abc import Callable

import numpy as np
from zoo_facts import LAW, N, could_be, drawn, is_surely_not

from stablenoise import Stable
from stablenoise.examine.zoo import Fault
from stablenoise.examine.zoo.dependence import UNIT


def marginal(seen: Callable[[np.ndarray], bool], fault: Fault) -> bool:
    """The draws show what independent ones of the law do not, and each, alone, has the law."""
    first = np.array([drawn(fault, 32, seed)[-1] for seed in range(1000)])
    own = fault.law.rvs(N, rng=np.random.default_rng(1))
    return bool(seen(drawn(fault)) and not seen(own) and could_be(first, fault.law.cdf))


def autoregressive(rho: float, fault: Fault) -> bool:
    """What is left when rho times the draw before is taken off is the innovation, bit by bit."""
    own = LAW.rvs(N, rng=np.random.default_rng(1))
    x, size = drawn(fault), (1 - rho**1.5) ** (1 / 1.5)
    left = x[1:] - rho * x[:-1]
    return np.allclose(left, size * own[1:], rtol=1e-9, atol=1e-9) and could_be(x, LAW.cdf)


def comes_again(x: np.ndarray) -> bool:
    return len(np.unique(x)) < len(x)


def at_lag(lag: int, fault: Fault) -> bool:
    x = drawn(fault)
    return abs(int(np.count_nonzero(x[lag:] == -x[:-lag])) - N // 100) < 80


def grows(fault: Fault) -> bool:
    """By 2% of the scale in 2^20 draws: the 65th call of 2^14 draws is larger by that."""
    rng = np.random.default_rng(1)
    for _ in range(64):
        fault.draw(N, rng)
    own = np.random.default_rng(1)
    for _ in range(64):
        LAW.rvs(N, rng=own)
    return np.allclose(fault.draw(N, rng), 1.02 * LAW.rvs(N, rng=own), rtol=1e-14)


def changes(fault: Fault) -> bool:
    """After a million draws of one generator, and not for another one."""
    rng = np.random.default_rng(1)
    first = np.array_equal(fault.draw(N, rng), LAW.rvs(N, rng=np.random.default_rng(1)))
    rng.bit_generator.seed_seq.spawn(10**6 // UNIT)
    later = could_be(fault.draw(1 << 18, rng), Stable(1.6).cdf)
    return first and later and np.array_equal(drawn(fault), LAW.rvs(N, np.random.default_rng(1)))


def scales_alternate(fault: Fault) -> bool:
    x = drawn(fault)
    return could_be(x[::2], Stable(1.5, 0, 1.1).cdf) and could_be(
        x[1::2], Stable(1.5, 0, 1 / 1.1).cdf
    )


def narrowed(dtype: type, fault: Fault) -> bool:
    x = drawn(fault)
    own = fault.law.rvs(N, rng=np.random.default_rng(1))
    return x.dtype == np.float64 and np.array_equal(x, own.astype(dtype)) and (x != own).any()


def mantissa(bits: int, fault: Fault) -> bool:
    parts = np.ldexp(np.frexp(drawn(fault))[0], bits + 1)
    return np.array_equal(parts, np.trunc(parts))


def loses(value: float, share: float, fault: Fault) -> bool:
    n = int(8 / share)
    x = drawn(fault, n)
    lost = np.count_nonzero(np.isnan(x) if np.isnan(value) else x == value)
    return 0 < lost < 40  # 8 are expected


def zero_at(place: Callable[[int], list[int]], n: int, fault: Fault) -> bool:
    return np.flatnonzero(drawn(fault, n) == 0).tolist() == place(n)


def refused(shape: tuple[int, ...], kind: str, fault: Fault) -> bool:
    x = drawn(fault)
    return x.shape == shape and x.dtype.kind == kind


def calls(fault: Fault, n: int = N) -> tuple[np.ndarray, np.ndarray]:
    """Two calls with one generator; copies, as a buffer may be used again."""
    rng = np.random.default_rng(1)
    return fault.draw(n, rng).copy(), fault.draw(n, rng).copy()


def not_by_seed(fault: Fault) -> bool:
    a, b = calls(fault)
    return not np.array_equal(a, drawn(fault)) and could_be(np.append(a, b), LAW.cdf)


def same_calls(fault: Fault) -> bool:
    a, b = calls(fault)
    return np.array_equal(a, b) and could_be(a, LAW.cdf)


def few_streams(fault: Fault) -> bool:
    first = [drawn(fault, 1, seed)[0] for seed in range(1000)]
    return 200 < len(set(first)) <= 256  # all but 5 of 256 are expected


def overwritten(fault: Fault) -> bool:
    rng = np.random.default_rng(1)
    a = fault.draw(N, rng)
    kept = a.copy()
    fault.draw(N, rng)
    return not np.array_equal(a, kept) and np.array_equal(kept, LAW.rvs(N, rng=1))


def share_of_shared(fault: Fault) -> bool:
    a, b = drawn(fault, N, 1), drawn(fault, N, 2)
    return np.flatnonzero(a == b).tolist() == list(range(0, N, 4096))


def short_calls(fault: Fault) -> bool:
    short = np.concatenate([drawn(fault, 999, seed) for seed in range(40)])
    return (
        could_be(short, Stable(1.3).cdf)
        and is_surely_not(short, LAW)
        and could_be(drawn(fault, 1000), LAW.cdf)
    )


def pairs_in_order(fault: Fault) -> bool:
    x = drawn(fault)
    shuffled = np.random.default_rng(2).permutation(x)[: N // 4]
    return bool(np.all(x[::2] < x[1::2])) and could_be(shuffled, LAW.cdf)


def signs_alternate(fault: Fault) -> bool:
    x = drawn(fault)
    sizes = could_be(np.abs(x), lambda y: 2 * LAW.cdf(y) - 1)
    return bool(np.all(x[::2] > 0) and np.all(x[1::2] < 0)) and sizes


def sign_by_size(fault: Fault) -> bool:
    x = drawn(fault)
    sizes = could_be(np.abs(x), lambda y: 2 * LAW.cdf(y) - 1)
    return bool(np.all((x > 0) == (np.abs(x) > LAW.isf(0.25)))) and sizes


def sizes_in_order(fault: Fault) -> bool:
    sizes = np.abs(drawn(fault)).reshape(-1, 8)
    any_order = np.random.default_rng(2).permutation(drawn(fault))[: N // 8]
    return bool(np.all(np.diff(sizes, axis=1) > 0)) and could_be(any_order, LAW.cdf)


def on_grid(step: float, fault: Fault) -> bool:
    steps = drawn(fault) / step
    return bool(np.all(np.abs(steps - np.rint(steps)) <= 1e-9 * np.maximum(1, np.abs(steps))))
