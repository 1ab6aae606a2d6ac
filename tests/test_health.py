"""Health sheets: a fault that is known is told, and how other libraries are asked."""

from types import SimpleNamespace

import numpy as np
import pytest
from benchmarks.health import calls, laws, pictures, runs, sheets, subjects, trials
from benchmarks.health.__main__ import main
from benchmarks.peers import peer, scipy_law, shifts

from stablenoise import Stable
from stablenoise.law.characteristic import s0_minus_s1

SIZE = 1 << 14


def library(factor=1.0, **functions):
    """A library of one law, whose draws are off by a factor."""
    none = dict.fromkeys(("pdf", "cdf", "sf", "ppf"))

    def rvs(size, alpha, beta, rng):
        return factor * Stable(alpha, beta).rvs(size, rng)

    return SimpleNamespace(NAME="fake", FORM="S0", rvs=rvs, **(none | functions))


def outcome(kind, module, amount, alpha=1.5, beta=0.5):
    trial = laws.Trial("fake", kind, alpha, beta, amount)
    return subjects.Outcome(trial, trials.report(trial, module).to_dict())


def subject(*outcomes, answers=()):
    about = {"name": "fake", "form": "S0", "version": "1.0", "date": "2026-11-29"}
    return subjects.Subject("fake", about | {"processor": "none"}, outcomes, answers)


def test_a_scale_that_is_off_is_told_with_its_factor_its_draws_and_its_command():
    found = outcome("sampler", library(1.2), SIZE)
    text = sheets.sheet(subject(found), None)
    assert ":draws: fail" in text and ":functions: none" in text
    assert "wrong scale, by the factor 1.2" in text or "factor 1.2" in text
    assert "python -m benchmarks.health sampler fake 1.5 0.5 16384" in text
    assert f"first at {int(found.first):,}" in text
    assert f"from {int(found.first):,} draws on" in sheets.index([subject(found)])


def test_a_right_library_has_no_fault_in_its_sheet():
    law = Stable(1.5, 0.5)
    good = library(pdf=lambda x, alpha, beta: law.pdf(x), cdf=lambda x, alpha, beta: law.cdf(x))
    found = outcome("sampler", good, SIZE), outcome("density", good, 60.0)
    text = sheets.sheet(subject(*found), None)
    assert ":draws: pass" in text and ":functions: pass" in text
    assert "No fault was found by::" in text and "\n* " not in text


def test_a_density_that_is_off_is_told_with_its_error():
    wrong = library(pdf=lambda x, alpha, beta: 1.01 * Stable(alpha, beta).pdf(x))
    text = sheets.sheet(subject(outcome("density", wrong, 60.0)), None)
    assert ":functions: fail" in text
    assert "relative errors of the density are 0.01 at worst" in text


def test_a_law_that_a_library_says_it_does_not_have_is_no_fault():
    def refusing(size, alpha, beta, rng):
        raise ValueError("alpha must be at least 0.5")

    module = library()
    module.rvs = refusing
    found = outcome("sampler", module, SIZE)
    assert found.grade == "refuses" and subjects.gravest([found]) == "none"
    assert "alpha must be at least 0.5" in sheets.sheet(subject(found), None)
    module.rvs = lambda size, alpha, beta, rng: 1 / 0
    assert outcome("sampler", module, SIZE).grade == "fail"
