"""Lower tails of the binomial law, decided in whole numbers, without a float."""

from fractions import Fraction
from math import ceil, comb, log

from ..inequalities import binomial_tail

FINE = 128, 1024  # bits after the point of sums; what they leave open is summed without a rounding


def tail_is_at_most(errors: int, n: int, p: Fraction, target: Fraction) -> bool:
    """Whether P(Bin(n, p) <= errors) <= target, for p in (0, 1] and a positive target."""
    if p == 1 or errors == n:
        return errors < n or target >= 1
    a, c, b = p.numerator, p.denominator - p.numerator, p.denominator
    common, room = c ** (n - errors) * target.denominator, target.numerator * b**n
    last = comb(n, errors) * a**errors * common
    for fine in FINE:
        low, high = _sums(errors, n, p, fine)
        if last * high <= room << fine:
            return True
        if last * low > room << fine:
            return False
    terms = (comb(n, i) * a**i * c ** (errors - i) for i in range(errors + 1))
    return sum(terms) * common <= room


def decimal_limit(errors: int, n: int, target: Fraction, digits: int = 4) -> str:
    """The smallest decimal p of so many digits with P(Bin(n, p) <= errors) <= target; else 1.0.

    Found by the limit in floats, and decided in whole numbers at its neighbours.
    """
    complexity = log(target.denominator) - log(target.numerator) - log(2)
    guess = float(binomial_tail(errors, n, max(complexity, 0.0), 0.5))
    unit = 10**digits
    # Up to the rate of errors k / n the median is at most k (np is, and k is whole): half or more.
    least = errors * unit // n + 1 if target < Fraction(1, 2) else 1

    def holds(p: int) -> bool:
        return p >= unit or (p >= least and tail_is_at_most(errors, n, Fraction(p, unit), target))

    reached = min(max(ceil(guess * unit), least), unit)
    while not holds(reached):
        reached += 1
    while holds(reached - 1):
        reached -= 1
    return "1.0" if reached == unit else f"0.{reached:0{digits}d}"


def _sums(errors: int, n: int, p: Fraction, fine: int) -> tuple[int, int]:
    """Limits of the tail over its last term, P(X <= k) / P(X = k), in units of 2^-fine.

    A term is the one above it times i c / ((n - i + 1) a), a ratio that falls with i.  Once it is
    r < 1, all terms that are left are together at most r / (1 - r) times the last one.
    """
    a, c = p.numerator, p.denominator - p.numerator
    low = high = down = up = 1 << fine  # sums, and terms, rounded either way
    for i in range(errors, 0, -1):
        above, below = i * c, (n - i + 1) * a
        if above < below and up * above < below - above:  # what is left is below one unit
            return low, high + 1
        down, up = down * above // below, -(-up * above // below)
        low, high = low + down, high + up
    return low, high
