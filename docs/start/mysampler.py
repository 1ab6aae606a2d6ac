"""Symmetric stable draws, by the formula of Chambers, Mallows and Stuck."""

import numpy as np


def draw(size, rng, alpha=1.5):
    angle = rng.uniform(-np.pi / 2, np.pi / 2, size)
    wait = rng.exponential(size=size)
    stable = np.sin(alpha * angle) / np.cos(angle) ** (1 / alpha)
    stable *= (np.cos((1 - alpha) * angle) / wait) ** ((1 - alpha) / alpha)
    return stable * 2 ** (-1 / alpha)  # exp(-abs(t) ** alpha / 2): alpha = 2 is standard normal
