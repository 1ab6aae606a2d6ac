"""Randomness of replicates: row r of an experiment depends on (seed, r) alone.

An experiment is a function of one replicate, made into one of many by what it draws from: a
generator, a seed of its own, or the number of the replicate.
"""

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from stablenoise.checks import check_callable, check_integer, told

Row = Callable[..., Sequence[float] | np.ndarray]
"""One replicate: what it draws from, and options -> one number for each quantity."""

Rows = Callable[[range, int], np.ndarray]
"""What a claim asks for: (replicates, seed) -> array of shape (len(replicates), quantities)."""


def replicate_rng(seed: int, replicate: int) -> np.random.Generator:
    """Generator of one replicate.

    Parameters
    ----------
    seed, replicate : int
        Seed of the run, in [0, 2^64), and number of the row, from 0 on.

    Returns
    -------
    numpy.random.Generator
        ``default_rng([seed, replicate])``.

    Raises
    ------
    ValueError
        If one of the two is not an integer in [0, 2^64).

    Examples
    --------
    >>> replicate_rng(1, 2).integers(100) == replicate_rng(1, 2).integers(100)
    np.True_

    """
    return np.random.default_rng(_entropy(seed, replicate))


def replicate_seed(seed: int, replicate: int) -> int:
    """Seed of one replicate, for noise that is looked up.

    Parameters
    ----------
    seed, replicate : int
        Seed of the run, in [0, 2^64), and number of the row, from 0 on.

    Returns
    -------
    int
        In [0, 2^64): a word of ``numpy.random.SeedSequence([seed, replicate])``.

    Raises
    ------
    ValueError
        If one of the two is not an integer in [0, 2^64).

    Examples
    --------
    >>> replicate_seed(1, 0), replicate_seed(1, 1)
    (7434755675892716031, 77803131892610477)

    """
    sequence = np.random.SeedSequence(_entropy(seed, replicate))
    return int(sequence.generate_state(1, np.uint64)[0])


def _entropy(seed: int, replicate: int) -> list[int]:
    return [check_integer("seed", seed, 0, 2**64), check_integer("replicate", replicate, 0, 2**64)]


def by_rng(row: Row, /, **options: Any) -> Rows:
    """Experiment whose rows are ``row(rng, **options)``, each with a generator of its own.

    Parameters
    ----------
    row : callable
        (generator of the replicate, options) -> one number for each quantity.
    **options
        Handed on to ``row``: a control breaks a hypothesis by one.

    Returns
    -------
    callable
        (replicates, seed) -> array of shape (len(replicates), quantities).

    Examples
    --------
    >>> rows = by_rng(lambda rng, shift: [rng.integers(9) + shift], shift=100)
    >>> rows(range(3), 1).shape
    (3, 1)

    """

    def rows(replicates: range, seed: int) -> np.ndarray:
        return np.array([row(replicate_rng(seed, r), **options) for r in replicates])

    return rows


def by_seed(row: Row, /, **options: Any) -> Rows:
    """Experiment whose rows are ``row(seed, **options)``, each with a seed of its own.

    Parameters
    ----------
    row : callable
        (seed of the replicate, options) -> one number for each quantity.
    **options
        Handed on to ``row``.

    Returns
    -------
    callable
        (replicates, seed) -> array of shape (len(replicates), quantities).

    Examples
    --------
    >>> rows = by_seed(lambda seed: [seed % 10])
    >>> rows(range(2), 1).tolist()
    [[1], [7]]

    """

    def rows(replicates: range, seed: int) -> np.ndarray:
        return np.array([row(replicate_seed(seed, r), **options) for r in replicates])

    return rows


def by_number(row: Row, /, **options: Any) -> Rows:
    """Experiment whose rows are ``row(seed, replicate, **options)``, on one noise for all.

    Parameters
    ----------
    row : callable
        (seed of the run, replicate, options) -> one number for each quantity.  The replicate is a
        part of the address at which noise is looked up, such as its step or first particle.
    **options
        Handed on to ``row``.

    Returns
    -------
    callable
        (replicates, seed) -> array of shape (len(replicates), quantities).

    Examples
    --------
    >>> rows = by_number(lambda seed, replicate: [seed, replicate])
    >>> rows(range(5, 7), 1).tolist()
    [[1, 5], [1, 6]]

    """

    def rows(replicates: range, seed: int) -> np.ndarray:
        return np.array([row(seed, r, **options) for r in replicates])

    return rows


class SharedRows:
    """Experiment that takes its columns of rows which other experiments take theirs of, too."""

    __slots__ = "function", "options", "run", "take"

    def __init__(self, run: Rows, take: Callable[[np.ndarray], np.ndarray]) -> None:
        check_callable("run", run)
        check_callable("take", take)
        function, options = (run.func, run.keywords) if isinstance(run, partial) else (run, {})
        self.run, self.take = run, take
        self.function, self.options = _name_of(function), dict(options)
        if isinstance(run, partial) and run.args:
            raise ValueError(f"options of {self.function} must have names, got {told(run.args)}")
        try:
            same = json.loads(json.dumps(self.options)) == self.options
        except (TypeError, ValueError):
            same = False
        if not same:
            rule = f"options of {self.function} must be values of JSON"
            raise ValueError(f"{rule}, got {told(self.options)}")

    def __call__(self, replicates: range, seed: int) -> np.ndarray:
        return self.take(self.run(replicates, seed))


def _name_of(function: Any) -> str:
    """Module and name, by which any process finds a function."""
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    if getattr(sys.modules.get(module), name, None) is not function:
        raise ValueError(f"run must be a function of a module, got {told(function)}")
    return f"{module}:{name}"


def shared(run: Rows, take: Callable[[np.ndarray], np.ndarray]) -> SharedRows:
    """Experiment whose raw rows are computed once for all claims that take columns of them.

    Parameters
    ----------
    run : callable
        (replicates, seed) -> array of shape (len(replicates), raw columns) of finite numbers: a
        function of a module, or ``functools.partial`` of one with options that are values of
        JSON.  Row r depends on (r, seed) and the options alone.
    take : callable
        Raw rows -> array of shape (len(replicates), quantities), row by row.

    Returns
    -------
    callable
        (replicates, seed) -> array of shape (len(replicates), quantities).

    Raises
    ------
    ValueError
        If ``run`` cannot be found by its name, or its options are no values of JSON.

    Notes
    -----
    Claims share what has one function, one set of options and one size of ``chunk``.  Rows are
    computed again when the source of the function changes, or of one that an option names as
    "module:name".

    Examples
    --------
    >>> from paper_checks.claims.wan_smaller_index_prunes_more_digits import CLAIM
    >>> CLAIM.experiment.function
    'paper_checks.experiments.indices_compared:networks_and_noise'

    """
    return SharedRows(run, take)
