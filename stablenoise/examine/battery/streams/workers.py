"""Workers: generators that were spawned, threads, copies for other processes, and memory.

Generators spawned from one have streams with nothing in common (values that come again; correlation
of a stream with the next).  Two threads, and a copy by ``pickle``, give what the sampler gives
alone.  An array that was given does not change when more is drawn.  None but the second is a matter
of chance.  Noted as odd, not as a fault: NumPy's or Python's global generator is moved.
No process is started: what a process gets is the copy.
"""

from __future__ import annotations

import pickle
import random
from typing import Any

import numpy as np

from ...calling import Style
from ...drawing import Refusal, Source
from ...statistics.few_draws import of_correlation, of_repetition, seen
from ...statistics.outcomes import Outcome

SPAWNED, SIZE = 16, 1024
COST = SPAWNED * SIZE + 8 * SIZE


def outcomes(source: Source, law: Any, seed: int) -> tuple[Outcome, ...]:
    """What workers change."""
    rng = np.random.default_rng([seed, 3])
    before = _globals()
    streams = [source.draw(SIZE, child) for child in rng.spawn(SPAWNED)]
    if source.style is not Style.NOTHING and _globals() != before:
        source.remark("it takes a generator or a seed, and moves a global generator on")
    draws = seen(np.concatenate(streams), law)
    told = [
        of_repetition("workers: repeats", draws.finite, f"{SPAWNED} spawned generators"),
        of_correlation(
            "workers: next generator", draws.levels.reshape(SPAWNED, SIZE), "a spawned generator"
        ),
        _memory(source, rng),
    ]
    if source.style is not Style.NOTHING:
        keys = [int(key) for key in rng.integers(1 << 31, size=2)]
        alone = [source.draw(SIZE, key) for key in keys]
        if all(_equal(a, source.draw(SIZE, k)) for a, k in zip(alone, keys, strict=True)):
            told += [_threads(source, keys, alone), *_copied(source, keys, alone)]
    return tuple(told)


def _globals() -> tuple[bytes, tuple]:
    """States of the generators that belong to nobody."""
    state: Any = np.random.get_state()  # noqa: NPY002 - it is the one that is asked about
    return state[1].tobytes() + bytes([state[2] % 256]), random.getstate()


def _memory(source: Source, rng: np.random.Generator) -> Outcome:
    """Whether draws change once they were given."""
    given = source.shown(SIZE, rng)
    kept = given.copy()
    source.shown(SIZE, rng)
    changed = int(np.count_nonzero((given != kept) & ~(np.isnan(given) & np.isnan(kept))))
    told = f"{changed:,} of {given.size:,} numbers change when more is drawn after they were given"
    return Outcome("workers: memory", float(changed), float(not changed), 2 * SIZE, told)


def _threads(source: Source, keys: list[int], alone: list[np.ndarray]) -> Outcome:
    """Whether two threads give what each gives alone."""
    together = source.in_threads(SIZE, keys)
    other = sum(not _equal(a, b) for a, b in zip(alone, together, strict=True))
    told = f"{other} of 2 threads give other draws than alone"
    return Outcome("workers: threads", float(other), float(not other), 4 * SIZE, told)


def _copied(source: Source, keys: list[int], alone: list[np.ndarray]) -> list[Outcome]:
    """Whether a copy, as another process gets it, gives the same; nothing if there can be none."""
    try:
        copy = Source(pickle.loads(pickle.dumps(source.callable)), source.dim)
        drawn = copy.draw(SIZE, keys[0])
    except Refusal as refusal:
        source.remark(f"a copy of it cannot be used: {refusal}")
        return []
    except Exception:  # a lambda, or what holds a lock or a file: common, and no fault
        return []
    other = not _equal(alone[0], drawn)
    told = f"a copy for another process gives {'other' if other else 'the same'} draws"
    return [Outcome("workers: copies", float(other), float(not other), 2 * SIZE, told)]


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    return a.tobytes() == b.tobytes()
