"""High-precision values of univariate stable laws, from two methods that share nothing.

The laws are Nolan's S0, scale 1, location 0: the characteristic function is

    exp(-|t|^a (1 + i b sign(t) tan(pi a / 2) (|t|^(1 - a) - 1))),

and exp(-|t| (1 + i b sign(t) (2 / pi) log |t|)) at a = 1. Inputs are the exact values of the
floats in the table; pdf, cdf and sf (each tail to full relative accuracy), and the partial
derivatives of log pdf in x, alpha and beta, come with 20 digits.

Method A is Nolan's integral (Communications in Statistics, Stochastic Models 13, 1997): an
angle is integrated against g exp(-g), exp(-g) and 1 - exp(-g), all of one sign, by
Gauss-Legendre panels that end where log g takes given levels, halved where they must be.

Method B inverts the characteristic function along the ray t = r exp(-i psi): the integrand is
entire in log r, the trapezoid rule converges geometrically, and digits lost to cancellation are
replaced by working with more of them. The derivatives are B's, taken under the integral.

A row is kept where pdf, cdf and sf of the two methods agree to 1e-13 relative. The table is

    python tests/law_oracle.py tests/data/law_oracle.csv

and `--check N` compares the derivatives of N rows of a table with differences of method A.
"""

import argparse
import csv
import itertools
import math
import random
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
from mpmath import mp, mpc, mpf

COLUMNS = ["alpha", "beta", "x", "pdf", "cdf", "sf", "dx", "dalpha", "dbeta"]
AGREE = mpf(10) ** -13  # the two methods, relative
A_DIGITS = 95
LOG_G = [-60, -40, -25, -16, -11, -8, -6, -4.5, -3, -2, -1, 0, 0.7, 1.4, 2, 2.6, 3.2, 3.8, 4.4, 5]
ABOVE = [0.1, 0.4, 1, 2, 4, 8, 16, 32, 64, 110]  # levels of g above its least value
REACH = 112  # the angle comes within exp(-REACH) of its ends


# Parameters


def tangent(alpha):
    """tan(pi alpha / 2), exactly 0 at alpha = 2."""
    return mpf(0) if alpha == 2 else mp.cospi(mpf(1 - alpha) / 2) / mp.sinpi(mpf(1 - alpha) / 2)


def zeta(alpha, beta):
    """The point where Nolan's integral folds, -beta tan(pi alpha / 2); 0 at alpha = 1."""
    return mpf(0) if alpha == 1 else -beta * tangent(alpha)


# Method A


@lru_cache(maxsize=4)
def legendre(n):
    """Gauss-Legendre nodes and weights on [-1, 1], by Newton's method."""
    rule = []
    for k in range(1, n + 1):
        x = mp.cos(mp.pi * (k - mpf(1) / 4) / (n + mpf(1) / 2))
        for _ in range(9):
            low, p = mpf(1), x
            for j in range(2, n + 1):
                low, p = p, ((2 * j - 1) * x * p - (j - 1) * low) / j
            slope = n * (x * p - low) / (x * x - 1)
            x -= p / slope
        rule.append((x, 2 / ((1 - x * x) * slope * slope)))
    return rule


class Angle:
    """Nolan's integrand for x >= zeta (beta > 0 at alpha = 1); the angle is d from its low end."""

    def __init__(self, alpha, beta, x):
        self.alpha, self.beta = alpha, beta
        if alpha == 1:
            self.width, self.rest, self.offset = +mp.pi, mpf(0), -mp.pi * x / (2 * beta)
            self.scale = 1 / (2 * beta)
            return
        slope = beta * tangent(alpha)
        low = mp.atan(slope) / alpha
        if alpha < 1 and beta == 1:
            low = mp.pi / 2
        self.width = mp.pi / 2 + low
        self.rest = mpf(0) if alpha < 1 and beta == 1 else mp.pi / 2 - low
        y = x + slope
        self.power = alpha / (alpha - 1)
        self.offset = self.power * mp.log(y) - mp.log1p(slope * slope) / (2 * (alpha - 1))
        self.scale = alpha / (mp.pi * abs(alpha - 1) * y)

    def place(self, s):
        """The angle's distances from both ends, and its derivative, at the logistic place s."""
        e = mp.exp(-abs(s))
        near, far = self.width * e / (1 + e), self.width / (1 + e)
        return (near, far, near / (1 + e)) if s < 0 else (far, near, near / (1 + e))

    def log_g(self, d, e):
        """Log g at distances d and e from the two ends of the angle."""
        sin_e = mp.sin(e)
        if self.alpha == 1:
            c = mp.pi * (1 - self.beta) / 2 + self.beta * d
            return (
                self.offset + mp.log(2 * c / (mp.pi * sin_e)) + c * mp.cos(e) / (self.beta * sin_e)
            )
        ratio = sin_e / mp.sin(self.alpha * d)
        last = mp.sin(self.alpha * d + e) / sin_e
        return self.offset + self.power * mp.log(ratio) + mp.log(last)

    def at(self, s):
        """Log g at the logistic place s."""
        return self.log_g(*self.place(s)[:2])

    def values(self, s):
        """The integrands g exp(-g), exp(-g) and 1 - exp(-g) per unit of s."""
        d, e, jacobian = self.place(s)
        level = self.log_g(d, e)
        if level > 12:
            return mpf(0), mpf(0), jacobian
        g = mp.exp(level)
        decay = mp.exp(-g)
        rest = 1 - decay if level > -30 else g * (1 - g / 2 + g * g / 6)
        return jacobian * g * decay, jacobian * decay, jacobian * rest


def crossing(angle, level, ends):
    """The place where log g, monotone, takes a level, or None."""
    (low, at_low), (high, at_high) = ends
    if not min(at_low, at_high) < level < max(at_low, at_high):
        return None
    rises = at_high > at_low
    for _ in range(56):
        middle = (low + high) / 2
        if (angle.at(middle) < level) == rises:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def panels(angle):
    """Ends of the first panels: the levels of log g, and every few units between them."""
    ends = [(mpf(s), angle.at(mpf(s))) for s in (-REACH, REACH)]
    least = min(level for _, level in ends)
    levels = LOG_G + [mp.log(mp.exp(least) + more) for more in ABOVE if least > -3]
    cuts = {mpf(s) for s in range(-REACH, REACH + 1, 8)}
    cuts |= {crossing(angle, mpf(level), ends) for level in levels}
    return sorted(cuts - {None})


def gauss(angle, low, high, n):
    """The three integrals over one panel, by n points."""
    half, middle = (high - low) / 2, (high + low) / 2
    total = [mpf(0)] * 3
    for x, w in legendre(n):
        total = [a + w * b for a, b in zip(total, angle.values(middle + half * x), strict=True)]
    return [half * a for a in total]


def panel(angle, low, high):
    """A panel with its two estimates, of 14 and 28 points."""
    return low, high, gauss(angle, low, high, 14), gauss(angle, low, high, 28)


def integrals(angle, tolerance):
    """The integrals of g exp(-g), exp(-g), 1 - exp(-g): the square of tolerance is the aim."""
    kept, ends = [], panels(angle)
    todo = list(itertools.pairwise(ends))
    totals = None
    for _ in range(60):
        fresh = [panel(angle, *ends) for ends in todo]
        totals = [sum(p[3][k] for p in kept + fresh) for k in range(3)]
        todo = []
        for p in fresh:
            wrong = any(abs(p[2][k] - p[3][k]) > tolerance * totals[k] for k in range(3))
            if wrong and p[1] - p[0] > mpf(10) ** -30:
                middle = (p[0] + p[1]) / 2
                todo += [(p[0], middle), (middle, p[1])]
            else:
                kept.append(p)
        if not todo:
            return totals
    return totals


def at_zeta(alpha, beta):
    """pdf, cdf and sf at x = zeta, where they are closed."""
    slope = beta * tangent(alpha)
    low = mp.atan(slope) / alpha
    root = mp.exp(-mp.log1p(slope * slope) / (2 * alpha))
    pdf = mp.gamma(1 + 1 / mpf(alpha)) * mp.cos(low) * root / mp.pi
    return pdf, mpf(1) / 2 - low / mp.pi, mpf(1) / 2 + low / mp.pi


def cauchy(x):
    """pdf, cdf and sf at alpha = 1, beta = 0."""
    small = mp.atan2(1, abs(x)) / mp.pi
    tails = (1 - small, small) if x >= 0 else (small, 1 - small)
    return 1 / (mp.pi * (1 + x * x)), *tails


def by_angle(alpha, beta, x, tolerance=1e-12):
    """pdf, cdf and sf by method A."""
    with mp.workdps(A_DIGITS):
        alpha, beta, x = mpf(alpha), mpf(beta), mpf(x)
        y = x - zeta(alpha, beta)
        if alpha == 1 and beta == 0:
            return cauchy(x)
        if alpha != 1 and y == 0:
            return at_zeta(alpha, beta)
        if (beta < 0) if alpha == 1 else (y < 0):
            pdf, cdf, sf = by_angle(alpha, -beta, -x, tolerance)
            return pdf, sf, cdf
        angle = Angle(alpha, beta, x)
        peak, decay, rise = integrals(angle, tolerance)
        if alpha <= 1:
            return angle.scale * peak, (angle.rest + decay) / mp.pi, rise / mp.pi
        return angle.scale * peak, (angle.rest + rise) / mp.pi, decay / mp.pi


# Method B


def exponent(alpha, beta, x, y, log_t):
    """The exponent -i x t + log cf at t = exp(log_t), in floats, to choose a ray by."""
    t = np.exp(log_t)
    if alpha == 1:
        return -1j * x * t - t - 2j * beta / math.pi * t * log_t
    slope = float(tangent(alpha))
    if abs(alpha - 1) > 0.1:
        return -1j * y * t - (1 - 1j * beta * slope) * np.exp(alpha * log_t)
    power = np.exp(alpha * log_t)
    return -1j * x * t - power + 1j * beta * slope * t * np.expm1((alpha - 1) * log_t)


def choose_ray(alpha, beta, x, digits):
    """Where to integrate: psi, the first and last log r that matter, and the growth on the ray.

    The ray ends where the integrand stays below 10^-digits, up to an r where a turn to the
    real axis costs no more than that either.
    """
    y = float(mpf(x) - zeta(alpha, mpf(beta)))
    floor = digits * math.log(10) + 5
    end = math.log(floor) / alpha + 0.1
    u = np.append(np.arange(-100, end, 0.05), end)
    best = None
    for psi in np.linspace(-1.56, 1.56, 79):
        with np.errstate(all="ignore"):
            e = exponent(alpha, beta, x, y, u - 1j * psi)
            turn = exponent(alpha, beta, x, y, end - 1j * np.linspace(0, psi, 25)).real
        alive = np.flatnonzero(~(e.real < -floor))
        if turn.max() > -floor + 1e-6 or not len(alive) or alive[-1] == len(u) - 1:
            continue
        last = alive[-1] + 1
        score = np.abs(e[:last]).max()
        if best is None or score < best[0]:
            first = u[np.flatnonzero(np.abs(e) > 0.3)[0]]
            best = score, float(psi), float(first), float(u[last]) + 0.05, float(e.real.max())
    return best[1:]


class Ray:
    """The integrands of method B on one ray."""

    def __init__(self, alpha, beta, x, psi, first):
        self.alpha, self.beta, self.first, self.psi = alpha, beta, first, psi
        self.turn, self.turn_a = mp.expj(-psi), mp.expj(-alpha * psi)
        self.slope = tangent(alpha) if alpha != 1 else None
        if alpha == 1:
            self.linear, self.power = mpc(-1, -x), mpc(0, -2 * beta / mp.pi)
            return
        self.linear, self.power = mpc(0, -(x + beta * self.slope)), mpc(-1, beta * self.slope)
        self.slope_a = mp.pi / 2 * (1 + self.slope**2)

    def terms(self, v):
        """Terms of pdf, tail, and of the pdf's derivatives in x, alpha, beta, at node v."""
        shrink = mp.exp(self.first - v)
        u, jacobian = v - shrink, 1 + shrink
        r, log_t = mp.exp(u), mpc(u, -self.psi)
        t = r * self.turn
        if self.alpha == 1:
            ta = t * log_t
            by_b = mpc(0, -2 / mp.pi) * ta
            by_a = -ta + mpc(0, -self.beta / mp.pi) * ta * log_t
        else:
            ta = mp.exp(self.alpha * u) * self.turn_a
            gap = mpc(0, 1) * (ta - t)
            by_b = self.slope * gap
            by_a = self.beta * self.slope_a * gap + self.power * ta * log_t
        g = jacobian * mp.exp(self.linear * t + self.power * ta)
        f = t * g
        return [f.real, g.imag, (t * f).imag, (by_a * f).real, (by_b * f).real, abs(f)]


def settled(old, new):
    """Whether two trapezoid sums agree so far that the finer one is done."""
    for k in range(5):
        size = abs(new[k]) if k < 2 else max(abs(new[k]), abs(new[0]) / 1000)
        if abs(new[k] - old[k]) > mpf(10) ** -12 * size:
            return False
    return True


def trapezoid(ray, low, high):
    """Sums of the ray's terms, halving the step until they settle."""
    h = mpf(1) / 8
    k_low, k_high = math.floor(low / h), math.ceil(high / h)
    total = [mpf(0)] * 6
    for k in range(k_low, k_high + 1):
        total = [a + b for a, b in zip(total, ray.terms(k * h), strict=True)]
    old = [a * h for a in total]
    for _ in range(9):
        h, k_low, k_high = h / 2, 2 * k_low, 2 * k_high
        for k in range(k_low + 1, k_high, 2):
            total = [a + b for a, b in zip(total, ray.terms(k * h), strict=True)]
        new = [a * h for a in total]
        if settled(old, new):
            return new
        old = new
    return None


def on_ray(alpha, beta, x, digits):
    """pdf, cdf, sf, derivatives of log pdf, and the digits left after cancellation."""
    psi, first, last, growth = choose_ray(alpha, beta, x, digits)
    near = 0 if alpha == 1 else max(0, -2.2 * math.log10(abs(alpha - 1)))
    with mp.workdps(int(digits + near + growth / math.log(10))):
        reach = digits * math.log(10) / min(alpha, 1) + abs(first) + 10
        low, high = first - math.log(reach), last + math.exp(min(0, first - last))
        ray = Ray(mpf(alpha), mpf(beta), mpf(x), mpf(psi), mpf(first))
        sums = trapezoid(ray, low, high)
        if sums is None:
            return None
        sf = (mp.pi / 2 - ray.psi + sums[1]) / mp.pi
        pdf, cdf = sums[0] / mp.pi, 1 - sf
        slopes = [s / sums[0] for s in sums[2:5]]
        loss = max(sums[5] / abs(sums[0]), 1 / abs(sf), 1 / abs(cdf))
        return pdf, cdf, sf, slopes, digits - float(mp.log10(loss))


def by_ray(alpha, beta, x, hint=1):
    """pdf, cdf, sf and [dx, dalpha, dbeta] by method B; hint, a size to expect, saves work."""
    digits = 32 - int(math.log10(hint))
    for _ in range(6):
        result = on_ray(alpha, beta, x, digits)
        if result is None:
            return None
        if result[4] > 24:
            return result[:4]
        digits += max(4, 28 - int(result[4]))
    return None


# Rows


def row(alpha, beta, x):
    """One row of the table and the worst disagreement, or None where the law is too small."""
    values = by_angle(alpha, beta, x)
    if min(values) < mpf(10) ** -300:
        return None, None
    other = by_ray(alpha, beta, x, float(min(values)))
    if other is None:
        return None, mpf("inf")
    worst = max(abs(a - b) / abs(a) for a, b in zip(values, other[:3], strict=True))
    dx, dalpha, dbeta = other[3]
    slopes = [dx, dalpha if alpha < 2 else None, dbeta if alpha < 2 and abs(beta) < 1 else None]
    texts = ["" if v is None else mp.nstr(v, 20) for v in [*other[:3], *slopes]]
    return [repr(alpha), repr(beta), repr(x), *texts], worst


def signed(rng, low, high):
    """Ten to a uniform power, of either sign."""
    return rng.choice([-1, 1]) * 10 ** rng.uniform(low, high)


def bulk(rng):
    """Generic laws, some of them near zeta."""
    for k in itertools.count():
        alpha, beta = rng.uniform(0.1, 2), rng.uniform(-1, 1)
        if k % 3:
            yield alpha, beta, signed(rng, -3, 7)
        else:
            yield alpha, beta, float(zeta(alpha, mpf(beta)) + signed(rng, -10, -1))


def near_one(rng):
    """Laws with alpha at and about 1."""
    steps = [1e-2, 2e-2, 5e-3, 1e-3, 1e-5, 1e-8, 1e-12]
    alphas = [1.0] * 3 + [1 + s * h for h in steps for s in (-1, 1)]
    betas = [0.0, 1e-12, 1e-6, 1e-4, 1e-3, 0.01, 0.1, 0.5, -0.9, 0.999999, 1.0, -1.0]
    sizes = [lambda: 0.0, lambda: signed(rng, -3, 0), lambda: signed(rng, 0, 1)]
    sizes += [lambda: rng.uniform(-5, 5), lambda: signed(rng, 1, 3), lambda: signed(rng, 3, 7)]
    while True:
        yield rng.choice(alphas), rng.choice(betas), rng.choice(sizes)()


def near_two(rng):
    """Laws with alpha at and below 2, from the core to the far tail."""
    alphas = [1.9, 1.95, 1.99, 1.999, 2 - 1e-4, 2 - 1e-6, 2 - 1e-8, 2 - 1e-12, 2.0]
    betas = [0.0, 0.3, -0.7, 0.999, 1.0, -1.0]
    while True:
        x = rng.choice([rng.uniform(0, 12), rng.uniform(0, 40), 10 ** rng.uniform(2, 6)])
        alpha = rng.choice(alphas)
        x = rng.uniform(0, 40) if alpha == 2 else x
        yield alpha, rng.choice(betas), x * rng.choice([1, 1, -1])


def light_place(alpha, level):
    """The x where the light tail of beta = 1 has decayed by about exp(-level)."""
    if alpha == 1:
        return -2 / math.pi * math.log(level * math.pi * math.e / 2)
    a = mpf(alpha)
    log_v = mp.log(abs(mp.cospi(a / 2))) / (a - 1) + a / (1 - a) * mp.log(a)
    y = mp.exp((a - 1) / a * (mp.log(level) - log_v - mp.log(abs(1 - a))))
    return float(zeta(alpha, 1) + (y if alpha < 1 else -y))


def light(rng):
    """Light tails of beta = 1, and of beta just short of it."""
    betas = [1.0, 1.0, 1.0, 1 - 1e-3, 1 - 1e-6, 1 - 1e-12]
    while True:
        choices = [1.0, rng.uniform(0.15, 0.98), rng.uniform(0.3, 1.9), rng.uniform(1.02, 1.98)]
        alpha, beta = rng.choice(choices), rng.choice(betas)
        level = rng.choice([10 ** rng.uniform(-0.3, 2), rng.uniform(1, 640)])
        x = light_place(alpha, level)
        yield (alpha, beta, x) if rng.random() < 0.8 else (alpha, -beta, -x)


def small_alpha(rng):
    """Small alpha, from next to zeta to the far tail."""
    while True:
        alpha, beta = rng.choice([0.1, 0.15, 0.2, 0.3]), rng.uniform(-1, 1)
        beta = rng.choice([beta, beta, 0.0, 1.0, -1.0])
        if rng.random() < 0.6:
            yield alpha, beta, float(zeta(alpha, mpf(beta)) + signed(rng, -14, 0))
        else:
            yield alpha, beta, signed(rng, 0, 30)


REGIONS = {
    "bulk": (bulk, 4),
    "near one": (near_one, 5),
    "near two": (near_two, 3),
    "light": (light, 2),
    "small alpha": (small_alpha, 2),
}


def outside(alpha, beta, x):
    """Whether x lies outside, or on the edge of, the support, or is a light tail gone to 0."""
    if abs(beta) < 1:
        return False
    side = x if beta == 1 else -x
    if alpha < 1 and side <= zeta(alpha, 1):
        return True
    if alpha == 2:
        return abs(x) > 51
    edge = light_place(alpha, 655)
    return side < edge if alpha != 1 else side < -4.6


def cases(seed):
    """Cases without end, the regions in turn: (region, alpha, beta, x)."""
    streams = {
        name: (make(random.Random(f"{seed} {name}")), share)
        for name, (make, share) in REGIONS.items()
    }
    while True:
        for name, (stream, share) in streams.items():
            for case in itertools.islice(stream, share):
                if not outside(*case):
                    yield name, *case


def write_table(path, rows, seed):
    """Write the table row by row; tell of every row on standard error."""
    seen, kept = set(), 0
    with Path(path).open("w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(COLUMNS)
        for region, *case in cases(seed):
            if kept >= rows:
                return
            if tuple(case) in seen:
                continue
            seen.add(tuple(case))
            line, worst = row(*case)
            verdict = "small" if worst is None else mp.nstr(worst, 3)
            if line and worst <= AGREE:
                table.writerow(line)
                out.flush()
                kept += 1
            else:
                verdict += " dropped"
            print(region, *case, verdict, sep=",", file=sys.stderr, flush=True)


# Differences of method A, against the derivatives of method B


def difference(f, at, h):
    """The derivative of f by the central formula of six points."""
    weights = [(1, mpf(3) / 4), (2, -mpf(3) / 20), (3, mpf(1) / 60)]
    return sum(w * (f(at + k * h) - f(at - k * h)) for k, w in weights) / h


def differences(alpha, beta, x):
    """Derivatives of log pdf in x, alpha and beta by differences of method A."""
    with mp.workdps(A_DIGITS):
        a, b, x = mpf(alpha), mpf(beta), mpf(x)
        y = abs(x - zeta(alpha, b))

        def log_pdf(a, b, x):
            return mp.log(by_angle(a, b, x)[0])

        spread = 1 + abs(mp.log(y)) if y else 1
        step_x = min(y, 1 + abs(x)) / 10000
        near = min(1, 10 * y) if a < 1 else 1  # zeta moves with alpha and beta
        step_a = near * min(a, (2 - a) / 4) / (1000 * spread)
        step_b = near * (1 - abs(b)) / 4000
        return (
            difference(lambda v: log_pdf(a, b, v), x, step_x) if y else None,
            difference(lambda v: log_pdf(v, b, x), a, step_a) if step_a else None,
            difference(lambda v: log_pdf(a, v, x), b, step_b) if step_b else None,
        )


def check_table(path, count, seed):
    """Print, for some rows, how far the table's derivatives are from differences."""
    with Path(path).open() as table:
        lines = list(csv.DictReader(table))
    for line in random.Random(seed).sample(lines, min(count, len(lines))):
        case = [float(line[name]) for name in COLUMNS[:3]]
        found = differences(*case)
        gaps = [
            mp.nstr(abs(d - mpf(line[name])) / (1 + abs(d)), 3)
            if d is not None and line[name]
            else ""
            for d, name in zip(found, COLUMNS[6:], strict=True)
        ]
        print(*case, *gaps, sep=",", flush=True)


def main():
    """Make the table, or check one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", help="the table")
    parser.add_argument("--rows", type=int, default=700)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", type=int, metavar="N", help="check N rows instead")
    options = parser.parse_args()
    if options.check:
        check_table(options.path, options.check, options.seed)
    else:
        write_table(options.path, options.rows, options.seed)


if __name__ == "__main__":
    main()
