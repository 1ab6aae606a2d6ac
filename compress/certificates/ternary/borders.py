"""Where classes meet: scores of the last layer, by how much they differ, and errors counted.

``last`` are weights, (classes, features); ``seen`` is what they are given, (features, examples).
"""

import numpy as np

from stablenoise.kernels.compiler import jit

from .products import LANES


def flat(total: np.ndarray) -> np.ndarray:
    """Values of blocks as (features, examples)."""
    blocks = len(total)
    return np.ascontiguousarray(total.reshape(blocks, -1, LANES).transpose(1, 0, 2)).reshape(
        -1, blocks * LANES
    )


@jit
def all_scores(last, seen):
    """Scores of the last layer, (classes, examples): one order of sums."""
    out = np.zeros((len(last), seen.shape[1]), np.float32)
    for k, f in np.ndindex(last.shape):
        weight = last[k, f]
        if weight != 0:
            for e in range(seen.shape[1]):
                out[k, e] += weight * seen[f, e]
    return out


@jit
def wrong(last, seen, labels):
    """Number of examples whose largest score, the first of equals, is not their label's."""
    scores = all_scores(last, seen)
    errors = 0
    for e in range(labels.size):
        best = 0
        for k in range(1, len(scores)):
            if scores[k, e] > scores[best, e]:
                best = k
        errors += best != labels[e]
    return errors


@jit
def margins(last, seen, labels):
    """Share of what is seen by which the label's score exceeds all others; at most 0 of errors."""
    scores = all_scores(last, seen)
    out = np.empty(labels.size, np.float32)
    for e in range(labels.size):
        label, rival, size = labels[e], -1, np.float32(1e-30)
        for k in range(len(scores)):
            if k != label and (rival < 0 or scores[k, e] > scores[rival, e]):
                rival = k
        for f in range(len(seen)):
            size += abs(seen[f, e])
        out[e] = (scores[label, e] - scores[rival, e]) / size
        if out[e] == 0 and label < rival:  # the first of equals wins
            out[e] = np.float32(1e-30)
    return out


@jit
def rivals(scores, labels, row):
    """What a row's score must exceed to win, and the errors, 0 or 1, if it does and does not."""
    n = labels.size
    rival, won, lost = np.empty(n, np.float32), np.empty(n, np.int32), np.empty(n, np.int32)
    for e in range(n):
        best = -1
        for k in range(len(scores)):
            if k != row and (best < 0 or scores[k, e] > scores[best, e]):
                best = k
        rival[e] = scores[best, e]
        if row < best:  # the first of equals wins
            rival[e] = np.nextafter(rival[e], np.float32(-np.inf))
        won[e], lost[e] = labels[e] != row, labels[e] != best
    return rival, won, lost


@jit
def errors_with(own, a, b, f, g, rival, won, lost):
    """Errors if a row's scores were own + a f + b g."""
    errors = np.int32(0)
    for e in range(own.size):
        errors += won[e] if own[e] + a * f[e] + b * g[e] > rival[e] else lost[e]
    return errors
