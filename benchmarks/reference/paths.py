"""Which ray to integrate along, how far and how finely: floats, nothing rests on their being right.

On the ray t = exp(s + i theta) the integrand's logarithm is Re psi + k s.  ``plan`` looks for the
strip of angles in which it stays lowest for its width: the trapezoid rule needs a step that is
proportional to the width.
"""

from typing import NamedTuple

import numpy as np

ANGLES = 49
FARTHEST = 690.0  # log of the largest t
WIDEST = 1.45  # half a strip; below pi / 2


class Plan(NamedTuple):
    """A ray at angle ``theta`` in a strip of half width ``half``, from exp(low) to exp(high).

    ``peak`` is how high the integrand rises; a ray with a ``cut`` ends there, and beyond ``high``
    it is small.
    """

    theta: float
    half: float
    low: float
    high: float
    peak: float
    cut: float | None
    cost: float


def exponent(alpha, beta, x, y, log_t):
    """Psi at t = exp(log_t), complex."""
    u, t = alpha - 1, np.exp(log_t)
    if alpha == 1:
        return -1j * x * t - t - 2j * beta / np.pi * t * log_t
    slope = tangent(alpha)
    if abs(u) > 0.1:
        return -1j * y * t - (1 - 1j * beta * slope) * np.exp(alpha * log_t)
    return -1j * x * t - np.exp(alpha * log_t) + 1j * beta * slope * t * np.expm1(u * log_t)


def tangent(alpha):
    """tan(pi alpha / 2) of a float other than 1."""
    return 0.0 if alpha == 2 else -1 / np.tan(np.pi * (alpha - 1) / 2)


def allowed(alpha, beta, x):
    """Angles at which the integrand surely decays."""
    angles = np.linspace(-np.pi + 0.01, np.pi - 0.01, 8 * ANGLES)
    if alpha == 1:
        if beta == 0:
            return angles[x * np.sin(angles) < np.cos(angles)]
        return np.linspace(-np.pi + 0.01, -0.01, ANGLES)
    phase = -np.arctan(beta * tangent(alpha))
    ends = (np.array([-np.pi, np.pi]) / 2 - phase) / alpha
    if alpha < 1:
        return np.linspace(-np.pi + 0.01, -0.01, ANGLES)
    margin = 0.01 * (ends[1] - ends[0])
    return np.linspace(max(-3.1, ends[0] + margin), min(3.1, ends[1] - margin), ANGLES)


def summit(alpha, beta, x, y, angles):
    """Largest Re psi on each ray, at least 0, and the log t where it is."""
    if alpha == 1 or abs(alpha - 1) < 1e-6:
        a = x * np.sin(angles) - np.cos(angles) + 2 * beta / np.pi * angles * np.cos(angles)
        b = -2 * beta / np.pi * np.sin(angles)
        at = np.where(b > 0, a / np.where(b > 0, b, 1) - 1, np.where(a > 0, np.inf, -np.inf))
    else:
        phase = alpha * angles
        a = y * np.sin(angles)
        b = np.cos(phase) + beta * tangent(alpha) * np.sin(phase)
        ratio = np.where(a * b > 0, alpha * b / np.where(a == 0, 1, a), np.nan)
        concave = np.where(alpha > 1, b > 0, b < 0)
        at = np.where(concave & (ratio > 0), np.log(ratio) / (1 - alpha), -np.inf)
        # Of one sign with no summit: it grows for ever
        at = np.where((a >= 0) & (b <= 0), np.inf, at)
    inside = np.clip(at, -FARTHEST, FARTHEST)
    high = np.real(exponent(alpha, beta, x, y, inside + 1j * angles))
    high = np.where(np.isnan(high), np.inf, np.maximum(high, 0))
    return np.where(at == -np.inf, 0, np.where(at < FARTHEST, high, np.inf)), at


def where_below(level, alpha, beta, x, y, angles, at):
    """First log t beyond ``at`` where Re psi + 3 max(log t, 0) is below -level, by halving."""
    shape = np.broadcast(level, angles).shape
    low = np.broadcast_to(np.clip(at, -FARTHEST, FARTHEST), shape).copy()
    high = np.full(shape, FARTHEST / max(1, alpha))
    for _ in range(44):
        middle = (low + high) / 2
        value = np.real(exponent(alpha, beta, x, y, middle + 1j * angles))
        over = value + 3 * np.maximum(middle, 0) > -level
        over &= ~np.isnan(value)
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    return high


def widest(angles, costs):
    """The strip of least cost for its width: the first and last index, and the cost."""
    widths = (angles[None, :] - angles[:, None]) / 2
    cost = np.maximum(costs[None, :], costs[:, None]) / np.minimum(widths, WIDEST)
    cost = np.where((widths > 0) & ~np.isnan(cost), cost, np.inf)
    i, j = np.unravel_index(np.argmin(cost), cost.shape)
    return i, j, float(cost[i, j])


def whole_plan(alpha, beta, x, y, nats):
    """``Plan`` of a ray on which the integrand dies away."""
    angles = allowed(alpha, beta, x)
    heights, at = summit(alpha, beta, x, y, angles)
    reach = where_below(2.0, alpha, beta, x, y, angles, at)
    i, j, cost = widest(angles, heights + 3 * (reach - reach.min()) + nats + 5)
    theta, half = (angles[i] + angles[j]) / 2, min((angles[j] - angles[i]) / 2, WIDEST)
    one = np.array([theta])
    height, at = summit(alpha, beta, x, y, one)
    level = nats + 8 + 3 * max(0.0, float(-at[0] if np.isfinite(at[0]) else 0.0))
    high = float(where_below(min(level, nats + 300), alpha, beta, x, y, one, at)[0])
    low = lowest(alpha, beta, x, nats)
    peak = float(height[0])
    return Plan(float(theta), float(half), low, max(high, low + 5), peak, None, cost)


def cut_plan(alpha, beta, x, y, nats):
    """``Plan`` of a ray that ends where the integrand is small from it to the real axis."""
    level = nats + 40 + 3 * np.log1p(abs(x))
    cut = float(np.log(level) / alpha)
    angles = np.linspace(-1.45, 1.45, 2 * ANGLES + 1)
    ends = np.real(exponent(alpha, beta, x, y, cut + 1j * angles))
    fine = ~(ends > -level + 30) & ~np.isnan(ends)
    fine[ANGLES] = True
    heights, at = summit(alpha, beta, x, y, angles)
    heights = np.where(at < cut, heights, 0)
    for way in (slice(ANGLES, None), slice(ANGLES, None, -1)):
        fine[way] = np.logical_and.accumulate(fine[way])
    i, j, cost = widest(angles, np.where(fine, heights + nats + 5, np.inf))
    theta, half = (angles[i] + angles[j]) / 2, min((angles[j] - angles[i]) / 2, WIDEST)
    one = np.array([theta])
    height, at = summit(alpha, beta, x, y, one)
    low = lowest(alpha, beta, x, nats)
    high = max(low + 5, cut - float(np.log(2 * level / np.cos(half))))
    peak = float(height[0]) if at[0] < cut else 0.0
    return Plan(float(theta), float(half), low, high, peak, cut, cost)


def plan(alpha, beta, x, y, nats):
    """``Plan`` for errors of exp(-nats) of the integrand's size."""
    with np.errstate(all="ignore"):
        found = [whole_plan(alpha, beta, x, y, nats)]
        if alpha == 1 or 0.9 < alpha < 2:
            found.append(cut_plan(alpha, beta, x, y, nats))
        return min(found, key=lambda way: way.cost)


def lowest(alpha, beta, x, nats):
    """Log t below which the distribution function's integrand is below exp(-nats)."""
    by_power = -(nats + 5 + np.log(2 + nats)) / min(alpha, 1)
    by_point = -(nats + 8 + np.log1p(abs(x)) + np.log(2 + nats))
    return float(min(by_power, by_point))
