"""A sampler examined inside a test of its own project."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .sampler_reports import SamplerReport
from .samplers import Law, sampler

__all__ = ["assert_stable_sampler"]


def assert_stable_sampler(
    draw: Callable[..., Any],
    law: Law,
    budget: str | int = "smoke",
    seed: int = 1,
    level: float = 1e-6,
    seconds: float | None = None,
) -> SamplerReport:
    """The report of a sampler that has no fault; a test that calls it fails where there is one.

    Parameters
    ----------
    draw : callable
        ``draw(size, rng)``, as for ``sampler``.
    law : Stable, Isotropic, Elliptical, Independent or DiscreteSpectral
        Of which the draws should be; parameters are numbers.
    budget : {"smoke", "standard", "deep"} or int
        Number of draws, as for ``sampler``: by default 2^17, in half a second with a fast sampler.
    seed : int
        In [0, 2^64).  It is the same each time, so that a test passes always or never.
    level : float
        Probability, in (0, 1), with which a sampler that is right fails, at most: of all seeds.
    seconds : float, optional
        Time after which no more is drawn.  With it a slow machine may see less.

    Returns
    -------
    SamplerReport
        Of grade "pass" or "suspicious".

    Raises
    ------
    AssertionError
        If the grade is "fail"; its text is the report's summary.
    ValueError
        If an argument is out of range.
    KeyboardInterrupt
        After Ctrl-C, which ends a run of tests: the report so far proves nothing.

    Notes
    -----
    Nothing of pytest is needed.  A file of tests is

    .. code-block:: python

        import pytest
        from stablenoise import Stable
        from stablenoise.examine import assert_stable_sampler

        from myproject import stable_noise

        @pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5, 2.0])
        def test_noise_has_the_law_that_it_claims(alpha):
            def draw(size, rng):
                return stable_noise(alpha, size=size, random_state=rng)

            assert_stable_sampler(draw, Stable(alpha))

    Examples
    --------
    >>> from stablenoise import Stable
    >>> law = Stable(1.5)
    >>> assert_stable_sampler(lambda size, rng: law.rvs(size, rng), law).grade
    'pass'
    >>> wrong = lambda size, rng: 2 * law.rvs(size, rng)
    >>> assert_stable_sampler(wrong, law)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    AssertionError: fail: sampler of Stable(alpha=1.5, beta=0.0, scale=1.0, loc=0.0)
    ...

    """
    __tracebackhide__ = True  # pytest then shows the line that calls this
    report = sampler(draw, law, budget, seed, level, seconds)
    if report.ended == "interrupted":
        raise KeyboardInterrupt
    if report.grade == "fail":
        raise AssertionError(report.summary())
    return report
