"""Anybody's sampler of a stable law, run and looked at until its budget ends."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike

from ..checks import (
    check_callable,
    check_integer,
    check_kind,
    check_positive,
    check_share,
    check_truth,
    real_values,
    told,
)
from ..fit.progress import Progress, teller
from ..multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic
from ..stable import Stable
from .budgets import draws_of, look_sizes
from .drawing import Source
from .looks import Examination
from .runs import Limits, look_by_look, pieces
from .sampler_reports import SamplerReport, SamplerSetting, report_of

__all__ = ["reports", "sample", "sampler"]

Law = Stable | Isotropic | Elliptical | Independent | DiscreteSpectral
FEWEST = 32  # draws that a sample must have
SHUFFLE = 0  # seed of the order in which one looks at values that have none


def sampler(
    draw: Callable[..., Any],
    law: Law,
    budget: str | int = "standard",
    seed: int | None = None,
    level: float = 1e-6,
    seconds: float | None = None,
    *,
    stop_at_fault: bool = False,
    progress: bool | Progress | None = None,
) -> SamplerReport:
    """Whether a sampler draws from a stable law, and what is wrong if it does not.

    Parameters
    ----------
    draw : callable
        ``draw(size, rng)`` gives ``size`` draws as an array, of NumPy or of any library whose
        arrays NumPy can read.  ``size`` is an int, or (n, dim) for vectors; ``rng`` a NumPy
        Generator, or an integer seed below 2^31 where the parameter is called ``seed`` or ``key``
        or a Generator is refused.  ``size`` and ``rng``, ``generator``, ``random_state`` and the
        like are also given by keyword.  A function with other parameters is wrapped:
        ``lambda size, rng: f(1.5, 0.5, size, rng)``.
    law : Stable, Isotropic, Elliptical, Independent or DiscreteSpectral
        Of which the draws should be; parameters are numbers.
    budget : {"smoke", "standard", "deep"} or int
        Number of draws: 2^17, 2^29 or 2^33, or an int.  The first two take a third of a second and
        15 s with a sampler as fast as ours, once all is compiled, which the first run of a
        version does.  Of vectors as many fewer as they cost.
    seed : int, optional
        In [0, 2^64); by default another one each time, which the report tells.
    level : float
        Probability, in (0, 1), with which a sampler that is right fails, at most.
    seconds : float, optional
        Time after which no more is drawn; it is looked at between calls.
    stop_at_fault : bool
        Whether it ends at the first look that finds a fault.
    progress : bool or callable, optional
        True draws a bar on standard error; a function is called with (draws so far, draws in all)
        after each call.

    Returns
    -------
    SamplerReport
        Its ``grade`` is "pass", "suspicious" or "fail", its ``findings`` say why, its ``ended``
        says what ended it.  After Ctrl-C that of the draws so far.

    Raises
    ------
    ValueError
        If an argument is out of range.  What the sampler does wrong is a finding.

    Notes
    -----
    One looks at 1,024 draws, at twice as many, and so on.  Look k = 0, 1, ... may spend the share
    1 / ((k + 1)(k + 2)) of the level, in equal parts for each file of the battery: so a sampler
    that is right fails with a probability of at most ``level``, whatever ends it.  It is suspicious
    with at most 1,000 times that, and at most 0.05.

    Equal seeds and budgets give equal reports of samplers that depend on their seed alone.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> law = Stable(1.5, 0.5)
    >>> sampler(lambda size, rng: law.rvs(size, rng), law, "smoke", seed=1).grade
    'pass'
    >>> wrong = sampler(lambda size, rng: 1.1 * law.rvs(size, rng), law, "smoke", seed=1)
    >>> wrong.grade
    'fail'

    """
    run = _Run.of(draw, law, budget, seed, level)
    *_, ended = run.looks(seconds, stop_at_fault, progress)
    return run.report(ended)


def reports(
    draw: Callable[..., Any],
    law: Law,
    budget: str | int = "standard",
    seed: int | None = None,
    level: float = 1e-6,
    seconds: float | None = None,
    *,
    stop_at_fault: bool = False,
    progress: bool | Progress | None = None,
) -> Iterator[SamplerReport]:
    """The reports after each look, of which ``sampler`` returns the last."""
    run = _Run.of(draw, law, budget, seed, level)
    return map(run.report, run.looks(seconds, stop_at_fault, progress))


class _Run(NamedTuple):
    """A sampler and its examination."""

    source: Source
    setting: SamplerSetting
    examination: Examination

    @classmethod
    def of(
        cls, draw: Callable[..., Any], law: Law, budget: str | int, seed: int | None, level: float
    ) -> _Run:
        """What was asked for, checked."""
        _check_draw(draw)
        dim = _dim(law)
        draws = draws_of(budget, dim)
        seed = secrets.randbits(63) if seed is None else check_integer("seed", seed, 0, 2**64)
        level = check_share("level", level)
        setting = SamplerSetting(told(law), draws, seed, level)
        return cls(Source(draw, dim), setting, Examination(law, level))

    def looks(
        self, seconds: float | None, stop_at_fault: bool, progress: bool | Progress | None
    ) -> Iterator[str]:
        """Look after look, each with what ended it."""
        if seconds is not None:
            seconds = check_positive("seconds", seconds)
        check_truth("stop_at_fault", stop_at_fault)
        tell = teller(progress is not None and progress, "examined", "draws")
        limits = Limits(self.setting.budget, seconds, stop_at_fault)
        assert self.setting.seed is not None
        return look_by_look(self.source, self.examination, limits, self.setting.seed, tell)

    def report(self, ended: str) -> SamplerReport:
        """The report of what was seen so far."""
        return report_of(self.setting, self.examination, ended, tuple(self.source.remarks))


def sample(
    values: ArrayLike, law: Law, level: float = 1e-6, *, in_order: bool = True
) -> SamplerReport:
    """Whether draws made elsewhere are those of a stable law.

    Parameters
    ----------
    values : array_like, shape (n,) or (n, dim)
        32 draws or more, in the order in which they were made.
    law : Stable, Isotropic, Elliptical, Independent or DiscreteSpectral
        Of which they should be; parameters are numbers.
    level : float
        Probability, in (0, 1), with which draws that are right fail, at most.
    in_order : bool
        False if the order is not that of drawing, as of sorted values: then nothing that depends on
        it is asked.

    Returns
    -------
    SamplerReport

    Raises
    ------
    ValueError
        If an argument is out of range.  NaN and infinities are findings.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> law = Stable(1.5)
    >>> sample(law.rvs(10_000, rng=1), law).grade
    'pass'

    """
    dim = _dim(law)
    level = check_share("level", level)
    check_truth("in_order", in_order)
    drawn = real_values("values", values)
    shape = "(n,)" if dim is None else f"(n, {dim})"
    if drawn.ndim != 1 + (dim is not None) or drawn.shape[1:] != (() if dim is None else (dim,)):
        raise ValueError(f"values must have the shape {shape}, got {drawn.shape}")
    if len(drawn) < FEWEST:
        raise ValueError(f"values must be {FEWEST} or more, got {len(drawn)}")
    if not in_order:  # the first of the sorted values are no sample
        drawn = np.random.default_rng(SHUFFLE).permutation(drawn)
    examination = Examination(law, level, in_order)
    for size in look_sizes(len(drawn)):
        for piece in pieces(size - examination.draws, dim):
            examination.add(drawn[examination.draws :][:piece])
        examination.look()
    return report_of(SamplerSetting(told(law), len(drawn), None, level), examination, "budget")


def _check_draw(draw: Any) -> None:
    """ValueError unless it can be called; a frozen law's ``rvs`` is what is meant."""
    if not callable(draw) and callable(getattr(draw, "rvs", None)):
        raise ValueError(f"draw must be a function, perhaps its rvs, got {told(draw)}")
    check_callable("draw", draw, "(size, rng)")


def _dim(law: Any) -> int | None:
    """Dimension of the vectors of a law, None if it is one of numbers."""
    check_kind("law", law, *get_args(Law))
    if not isinstance(law, Stable):
        return int(law.rvs((0,), rng=0).shape[-1])
    if law.shape:
        raise ValueError(f"law must be one law, got parameters of shape {law.shape}")
    return None
