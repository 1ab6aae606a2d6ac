"""Densities, tails and derivatives enclosed by a trapezoid rule on a rotated ray.

Along t = exp(s + i theta) every integral is one of an entire function of s, over the line:

    pi f(x)         = Re int e^psi t ds
    pi (sf(x) - 1/2) = theta + Im int e^psi ds
    pi df/dv        = Re int (dpsi/dv) e^psi t ds         v = x, alpha, beta.

The trapezoid sum h F(s + k h) over all k differs from int F by at most
(M+ + M-) / (e^(2 pi d / h) - 1) if F is analytic where |Im| <= d and dies away there, M+ and M-
being the integrals of |F| along the edges of that strip (Trefethen & Weideman 2014, SIAM Review 56,
theorem 5.1).  For the distribution function F is e^psi - k with k = exp(-e^(s - s1)), which is
real on the ray and takes away that e^psi tends to 1 at t = 0.

M+, M- and what a finite sum leaves out are bounded in balls.  On a ray Re psi is
a r - b r^alpha, or r (a - b log r) at alpha = 1: concave in r if b (alpha - 1) > 0 (b > 0 at
alpha = 1), convex if less than 0, falling if a <= 0 <= b.  So on a cell it is at most the larger of
its ends, or its one largest value where that may lie inside.  Beyond a point where it falls, unless
it is convex and turns, it is concave in s, so that a tangent bounds it.

Where the integrand grows again far out on the ray, as it does on one side of a skewed law with
alpha near 1, the ray ends at a radius where the integrand is tiny on the whole arc back to the real
axis: the arc, the axis beyond, and the end of the strip (half a step from the nodes) are charged as
errors.
"""

from flint import acb, arb

SUMS = ("sf", "pdf", "dx", "dalpha", "dbeta")
CELLS = 72
LAST_CELLS = 8
ARC_RATIO = 1.2
MOST_NODES = 100_000
MOST_EXTENSIONS = 400


class Refused(Exception):
    """A row that was not enclosed, and why."""


class Ray:
    """Re psi along one angle, and bounds of the integrands there."""

    def __init__(self, p, theta):
        self.p, self.theta = p, arb(theta)
        sine, cosine = self.theta.sin(), self.theta.cos()
        if p.at_one:
            turned = 2 * p.beta / arb.pi()
            self.a, self.b = p.x * sine - cosine + turned * self.theta * cosine, -turned * sine
        else:
            phase = p.alpha * self.theta
            self.a, self.b = p.y * sine, phase.cos() + p.beta * p.tangent * phase.sin()
        bend = self.b if p.at_one else self.b * p.from_one
        self.convex = bend <= 0
        self.falls = self.a <= 0 and self.b >= 0
        self.top = self.summit()

    def decays(self):
        """Whether the integrand surely dies away in the whole sector from the real axis."""
        p, turn = self.p, abs(self.theta)
        if p.at_one:
            skewed = p.beta > 0 and self.theta <= 0
            return turn < arb.pi() and (skewed or (p.beta == 0 and self.a < 0))
        if p.alpha < 1 and p.y > 0:
            return turn < arb.pi() and self.theta < 0
        phase = p.alpha * self.theta - (p.beta * p.tangent).atan()
        fine = abs(phase) < arb.pi() / 2 and self.b > 0 and turn < arb.pi()
        return fine and (p.alpha > 1 or self.theta <= 0)

    def summit(self):
        """Upper bound of Re psi where it is not convex, at least 0."""
        p, a, b = self.p, self.a, self.b
        if self.falls or self.convex:
            return arb(0)
        if p.at_one:
            return arb(0).max(b * (a / b - 1).exp())
        if not a * b > 0:
            return arb("inf")
        at = ((p.alpha * b / a).log() / (1 - p.alpha)).exp()
        return arb(0).max(a * at * (1 - 1 / p.alpha))

    def height(self, s):
        """Re psi and its derivative in s, at s."""
        r = s.exp()
        if self.p.at_one:
            return r * (self.a - self.b * s), r * (self.a - self.b * s - self.b)
        power = (self.p.alpha * s).exp()
        line, bent = self.a * r, self.b * power
        return line - bent, line - self.p.alpha * bent

    def weights(self, s, log_t):
        """Bounds of the five integrands over e^(Re psi), below s; log_t bounds abs(log t).

        The first bounds psi itself: |e^psi - 1| <= |psi| max(1, e^(Re psi)).
        """
        p, r = self.p, s.exp()
        power = (p.alpha * s).exp()
        larger = r.max(power)
        if p.at_one:
            beta = 2 / arb.pi() * log_t * r
            alpha = r * log_t * (1 + abs(p.beta) * log_t / arb.pi())
        else:
            bent = p.slope * p.from_one**2 * log_t**2 / 2 * larger
            beta = abs(p.tangent * p.from_one) * log_t * larger
            alpha = power * log_t * (1 + abs(p.beta) * p.left_over) + abs(p.beta) * bent
        level = abs(p.x) * r + power + p.drift * log_t * larger
        return level, r, r * r, r * alpha, r * beta

    def left(self, s):
        """Bounds of the five integrals of size below s, a negative number far out."""
        top, slope = self.height(s)
        rise = arb(0).max(top) if self.convex or slope > 0 else self.top
        size, k = abs(s) + abs(self.theta), arb(1).min(self.p.alpha)
        # Each weight over |log t|^2 is at most e^(k (s' - s)) of itself at s, s' < s, k or k + 1
        whole = [w * rise.exp() for w in self.weights(s, size)]
        return [w * log_moment(size, k if i == 0 else arb(1)) for i, w in enumerate(whole)]

    def right(self, s):
        """Bounds of the five integrals of size above s, where Re psi falls fast."""
        top, slope = self.height(s)
        size = abs(s) + abs(self.theta)
        most = arb(2).max(1 + self.p.alpha) + 2 / size  # exponents of the weights, logs included
        if not -slope > most:
            raise Refused("end")
        whole = [w * top.exp() / (-slope - most) for w in self.weights(s, size)]
        return [top.exp() / -slope, *whole[1:]]

    def cells(self, edges, high):
        """Bounds of the five integrals of size between the edges.

        The first is of |e^psi - 1| below ``high`` and of |e^psi| above.
        """
        totals = [arb(0)] * 5
        top, slope = self.height(edges[0])
        for start, end in zip(edges[:-1], edges[1:], strict=True):
            next_top, next_slope = self.height(end)
            level = top.max(next_top)
            if not (self.convex or slope <= 0 or next_slope >= 0):
                level = level.max(self.top)
            size, grown = abs(start).max(abs(end)) + abs(self.theta), level.exp()
            near, *others = self.weights(end, size)
            first = (near * arb(1).max(grown)).min(1 + grown) if end <= high else grown
            found = [first, *(w * grown for w in others)]
            totals = [t + (end - start) * w for t, w in zip(totals, found, strict=True)]
            top, slope = next_top, next_slope
        return totals


def log_moment(size, k):
    """int_0^inf ((size + v) / size)^2 e^(-k v) dv."""
    return 1 / k + 2 / (k * k * size) + 2 / (k**3 * size * size)


def edge_integrals(p, theta, low, high, cut=None):
    """Bounds of the five integrals of size along the line at angle theta, if need be to ``cut``."""
    ray, width = Ray(p, theta), (high - low) / CELLS
    edges = [low + width * k for k in range(CELLS)] + [high]
    if cut is not None:
        edges += [high + (cut - high) * k / LAST_CELLS for k in range(1, LAST_CELLS + 1)]
        return [a + b for a, b in zip(ray.left(low), ray.cells(edges, high), strict=True)]
    if not ray.decays():
        raise Refused("ray")
    for _ in range(MOST_EXTENSIONS):
        try:
            right = ray.right(edges[-1])
        except Refused:
            edges.append(edges[-1] + 2 * width)
            continue
        parts = ray.left(low), ray.cells(edges, high), right
        return [sum(each, arb(0)) for each in zip(*parts, strict=True)]
    raise Refused("end")


def discretisation(p, plan, step, cut=None):
    """Bounds of what the trapezoid rule, over all k, is off by."""
    theta, half, low, high = (arb(v) for v in plan[:4])
    both = [edge_integrals(p, theta + sign * half, low, high, cut) for sign in (-1, 1)]
    damp = (2 * arb.pi() * half / step).exp() - 1
    # k = exp(-e^(s - high)): its distance from 1 below high, and it above, integrate to these
    real = 2 * (1 + 1 / half.cos())
    first, *others = [(a + b) / damp for a, b in zip(*both, strict=True)]
    return [first + real / damp, *others]


def leftovers(p, plan, low, high):
    """Bounds of what the sums over nodes from low to high leave out, in units of the step."""
    ray = Ray(p, arb(plan.theta))
    return [a + b for a, b in zip(ray.left(low), ray.right(high), strict=True)]


def arc_height(p, s, angles):
    """Upper bound of Re psi at log t = s + i angle, for a ball of angles."""
    log_t = acb(s, angles)
    t = log_t.exp()
    if p.at_one:
        return (-t * (1 + acb(0, 1) * p.x + acb(0, 2) * p.beta / arb.pi() * log_t)).real
    bent = acb(0, 1) * p.beta * p.tangent * t * (p.from_one * log_t).expm1()
    return (-acb(0, 1) * p.x * t - (p.alpha * log_t).exp() + bent).real


def arc(plan, steepness):
    """Balls of angles that cover the strip and 0, finer and finer towards 0."""
    ends = min(0.0, plan.theta - plan.half), max(0.0, plan.theta + plan.half)
    balls = []
    for end in ends:
        size = abs(end) * 1.000001
        while size * steepness > 0.01:
            balls.append(arb(size).union(arb(size / ARC_RATIO)) * (1 if end > 0 else -1))
            size /= ARC_RATIO
        balls.append(arb(0, size))
    return balls


def joint(p, plan, cut):
    """Bounds of the arc at exp(cut) back to the real axis, the axis beyond and the strip's end."""
    half, top = arb(plan.half), arb("-inf")
    for ball in arc(plan, float(abs(p.x)) * float(cut.exp())):
        top = top.max(arc_height(p, cut, ball))
    # From theta to 0 and, for the strip's end, from theta - d to theta + d
    length, axis = abs(arb(plan.theta)) + 2 * half, Ray(p, arb(0))
    size = abs(cut) + arb.pi()
    found = [w * top.exp() * length for w in axis.weights(cut, size)]
    found[0] = top.exp() * length + 2 * half * (-(cut - arb(plan.high)).exp() * half.cos()).exp()
    return [a + b for a, b in zip(found, axis.right(cut), strict=True)]


def power_sums(p, log_t, step, count):
    """Sums of e^psi (1, t, t^2, t^(1 + a), t^(1 + a) log t, t^a, t^a log t); alpha is not 1."""
    ratio, grow = step.exp(), (p.alpha * step).exp()
    t, power = log_t.exp(), (p.alpha * log_t).exp()
    line, bent = -acb(0, 1) * p.y, -p.c
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = acb(0)
    for _ in range(count):
        value = (line * t + bent * power).exp()
        s0 += value
        bowed, value = value * power, value * t
        logs = bowed * log_t
        s1 += value
        s2 += value * t
        s3 += bowed * t
        s4 += logs * t
        s5 += bowed
        s6 += logs
        t, power, log_t = t * ratio, power * grow, log_t + step
    return s0, s1, s2, s3, s4, s5, s6


def tail_sums(p, log_t, step, count):
    """As the others, but for all sums but the first, which are 0."""
    ratio, grow = step.exp(), (p.alpha * step).exp()
    t, power, total = log_t.exp(), (p.alpha * log_t).exp(), acb(0)
    if p.at_one:
        line, bent = -1 - acb(0, 1) * p.x, -acb(0, 2) * p.beta / arb.pi()
    else:
        line, bent = -acb(0, 1) * p.y, -p.c
    for _ in range(count):
        total += (t * (line + bent * log_t) if p.at_one else line * t + bent * power).exp()
        t, power, log_t = t * ratio, power * grow, log_t + step
    return total, *[acb(0)] * 6


def log_sums(p, log_t, step, count):
    """Sums of e^psi (1, t, t^2, t^2 log t, t^2 log^2 t, t log t, t log^2 t), for alpha = 1."""
    ratio, t = step.exp(), log_t.exp()
    line, bent = -1 - acb(0, 1) * p.x, -acb(0, 2) * p.beta / arb.pi()
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = acb(0)
    for _ in range(count):
        value = (t * (line + bent * log_t)).exp()
        s0 += value
        value = value * t
        logs = value * log_t
        squares = logs * log_t
        s1 += value
        s2 += value * t
        s3 += logs * t
        s4 += squares * t
        s5 += logs
        s6 += squares
        t, log_t = t * ratio, log_t + step
    return s0, s1, s2, s3, s4, s5, s6


def derivatives(p, found):
    """The integrals from the sums: of e^psi, of t e^psi times 1 and dpsi by x, alpha and beta.

    Then of e^psi times dpsi by alpha and beta.
    """
    s0, s1, s2, *bowed = found
    scores = [by_parameters(p, s2, *bowed[:2]), by_parameters(p, s1, *bowed[2:])]
    return s0, s1, -acb(0, 1) * s2, *scores[0], *scores[1]


def by_parameters(p, line, bowed, logs):
    """Sums of dpsi by alpha and by beta from those of t, and of t^a and t^a log t.

    At alpha = 1 from those of t log t and t log^2 t.
    """
    i = acb(0, 1)
    if p.at_one:
        return -bowed - i * p.beta / arb.pi() * logs, -i * 2 / arb.pi() * bowed
    gap = line - bowed
    return -p.c * logs - i * p.beta * p.slope * gap, -i * p.tangent * gap


def integrals(p, plan, nats, tails_alone=False):
    """sf, pdf and its derivatives in x, alpha and beta, as balls, along the ray of a plan.

    Then the derivatives of sf in alpha and beta, which are estimates: no error is charged to them.
    Where only the first is asked for, the others are of no use.
    """
    step, low, theta = arb(2 * 3.14159 * plan.half / nats), arb(plan.low), arb(plan.theta)
    end = plan.high if plan.cut is None else plan.cut
    count = int((end - plan.low) / float(step)) + 2
    if count > MOST_NODES:
        raise Refused("nodes")
    nodes = tail_sums if tails_alone else log_sums if p.at_one else power_sums
    found = derivatives(p, nodes(p, acb(low, theta), step, count))
    errors = error_bounds(p, plan, step, count)
    found = [step * s for s in found]
    values = [theta + found[0].imag, *(s.real for s in found[1:5])]
    values = [v + arb(0, e) for v, e in zip(values, errors, strict=True)]
    values += [s.imag for s in found[5:]]
    return [arb(1) / 2 + values[0] / arb.pi(), *(v / arb.pi() for v in values[1:])]


def error_bounds(p, plan, step, count):
    """Bounds of all that the five sums leave out."""
    low, last = arb(plan.low), arb(plan.low) + step * (count - 1)
    if plan.cut is None:
        parts = leftovers(p, plan, low, last), discretisation(p, plan, step)
    else:
        cut = last + step / 2
        left = Ray(p, arb(plan.theta)).left(low)
        parts = left, discretisation(p, plan, step, cut), joint(p, plan, cut)
    return [sum(each, arb(0)).abs_upper() for each in zip(*parts, strict=True)]
