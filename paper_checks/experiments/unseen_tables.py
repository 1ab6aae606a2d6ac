"""Tables of one half of the sample, with limits by the other: what B-7-unseen and B-8-unseen share.

Of 64 parts: a table of the labels that are most frequent in the first half of the sample is held
out; or it is the prior of tables in which some parts are changed, whichever the second half likes;
or of random tables that follow the second half.
"""

from functools import cache

import numpy as np
from scipy.special import expit, gammaln, logit

from compress.certificates.inequalities import binomial_tail, kl, maurer

from .known_risks import CELLS, DELTA, EXAMPLES, Outcome, Outcomes, drawn, errors, risk, smallest

PARTS, UNSEEN = 64, EXAMPLES // 2
TRUST = 0.9  # of the random prior in its table
SLOPES = (0.0, 0.5, 3.0)
LABELS = ("hold-out", "changes of a table", "a posterior around it")


def chosen(rng: np.random.Generator, charged: bool) -> Outcomes:
    """The three; without their charge the first counts what it saw, the others pay nothing."""
    seen, unseen = drawn(rng).halves()
    counts = seen.counts(PARTS)
    table = (counts[..., 1] > counts[..., 0]).astype(float)
    held = errors(table, unseen.counts(PARTS) if charged else counts)
    limits = _limits(charged=False)[0, held.astype(int)]  # those of one table, there before
    return {
        LABELS[0]: Outcome(limits, risk(table)),
        LABELS[1]: _changed(table, unseen.counts(PARTS), charged),
        LABELS[2]: _around(table, unseen.counts(CELLS), charged),
    }


def _changed(table: np.ndarray, counts: np.ndarray, charged: bool) -> Outcome:
    """The table with as many changed parts as make its limit smallest, the most useful first."""
    saved = np.diff(counts)[..., 0] * (1 - 2 * table)  # errors, by a change of the part
    ranks = saved.argsort(axis=-1)[:, ::-1].argsort(axis=-1)
    numbers = np.arange(PARTS + 1)
    changes = ranks < numbers[:, None, None]
    tables = np.where(changes, 1 - table, table)
    wrong = errors(tables, counts).astype(int)
    return smallest(np.take_along_axis(_limits(charged), wrong, axis=1), risk(tables))


@cache
def _limits(charged: bool) -> np.ndarray:
    """Limits by the number of changes, none to all, and of errors on what was not seen."""
    numbers = np.arange(PARTS + 1)
    ways = gammaln(PARTS + 1) - gammaln(numbers + 1) - gammaln(PARTS - numbers + 1)
    nats = (ways + np.log(PARTS + 1)) * charged
    return np.asarray(binomial_tail(np.arange(UNSEEN + 1), UNSEEN, nats[:, None], DELTA))


def _around(table: np.ndarray, counts: np.ndarray, charged: bool) -> Outcome:
    """The random table of the smallest limit, whose prior trusts the table in every cell."""
    prior = np.repeat(np.where(table > 0, TRUST, 1 - TRUST), CELLS // PARTS, axis=-1)
    follows = np.array(SLOPES)[:, None, None] * (counts[..., 1] - counts[..., 0])
    ones = expit(logit(prior) + follows)
    rates = np.clip(errors(ones, counts) / UNSEEN, 0, 1)
    nats = kl(ones, prior).sum(axis=-1) * charged
    return smallest(maurer(rates, UNSEEN, nats, DELTA), risk(ones))
