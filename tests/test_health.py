"""Health sheets: a fault that is known is told, and how other libraries are asked."""

import json
import os
import re
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.health import calls, laws, runs, sheets, subjects, trials
from benchmarks.health.__main__ import main
from benchmarks.peers import scipy_law, shifts
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
    assert "the factor 1.2" in text
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


def test_a_library_of_the_s1_form_is_examined_in_that():
    module = library(2.0)
    module.FORM = "S1"
    module.rvs_s1 = lambda size, alpha, beta, rng: Stable.from_s1(alpha, beta).rvs(size, rng)
    assert outcome("sampler", module, 1 << 12).grade == "pass"


def test_a_density_that_is_off_is_told_with_its_error():
    wrong = library(pdf=lambda x, alpha, beta: 1.01 * Stable(alpha, beta).pdf(x))
    text = sheets.sheet(subject(outcome("density", wrong, 60.0)), None)
    assert ":functions: fail" in text
    assert re.search(r"relative errors of the density[^.]* 0\.01 at worst", text)


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


def test_errors_of_functions_are_told_by_what_they_are_and_then_by_size():
    found = outcome("density", library(pdf=lambda x, *law: 1.01 * Stable(*law).pdf(x)), 60.0)
    assert found.faults[0]["test"] == "pdf: bulk" and found.told.startswith("pdf: bulk: relative")


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_a_library_is_examined_once_kept_and_written_with_equal_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(laws, "LAWS", ((1.5, 0.5), (1 + 1e-9, 0.5)))
    monkeypatch.setattr(laws, "DRAWS", 1 << 12)
    module = library(1.5)
    module.FORM, module.version = "S1", lambda: "1.0"
    module.rvs_s1 = module.rvs
    for place in (runs, trials):
        monkeypatch.setattr(place, "peer", lambda name: module)
    runs.run("fake", tmp_path)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["about-fake.json", "calls-fake.json", "sampler-fake-1.5-0.5-4096.json"]
    before = (tmp_path / kept[2]).stat().st_mtime_ns
    runs.run("fake", tmp_path)
    assert (tmp_path / kept[2]).stat().st_mtime_ns == before
    for where in "first", "second":
        main(["write", str(tmp_path), str(tmp_path / where)])
    for name in "index.rst", "fake.rst", "fake.png":
        first = (tmp_path / "first" / name).read_bytes()
        assert first == (tmp_path / "second" / name).read_bytes() and len(first) > 100
    assert ":draws: fail" in (tmp_path / "first/fake.rst").read_text()
    assert ".. image:: fake.png" in (tmp_path / "first/fake.rst").read_text()


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_a_library_that_kills_its_process_or_hangs_is_told(tmp_path, monkeypatch):
    module = library()
    module.rvs = lambda size, alpha, beta, rng: os._exit(7)
    monkeypatch.setattr(trials, "peer", lambda name: module)
    trial = laws.Trial("fake", "sampler", 1.5, 0.5, 4096)
    trials.keep(trial, tmp_path)
    lost = json.loads((tmp_path / trial.file).read_text())
    assert lost == {"lost": "the process ended with 7"}
    assert subjects.Outcome(trial, lost).grade == "fail"
    assert "the process ended with 7" in sheets.sheet(subject(subjects.Outcome(trial, lost)), None)
    module.rvs = lambda size, alpha, beta, rng: __import__("time").sleep(60)
    monkeypatch.setattr(trials, "LIMIT", 0.5)
    other = trial._replace(alpha=1.2)
    trials.keep(other, tmp_path)
    assert json.loads((tmp_path / other.file).read_text()) == {"lost": "no answer within 0 seconds"}


def test_a_library_that_is_not_installed_is_named_with_the_reason(tmp_path):
    runs.run("none_such", tmp_path)
    (missing,) = subjects.read(tmp_path)
    text = sheets.index([missing])
    assert "none\\_such: ModuleNotFoundError: No module named" in text
    assert "none_such" not in text.partition("toctree")[2]


def test_a_call_that_is_wrong_is_told_with_its_line_and_the_truth():
    wrong = calls.Call("fake", "One and one", "print(1 + 1.5)", lambda: [2.0])
    right = wrong._replace(code="print(2.0001)")
    failing = wrong._replace(code="import no_such_module")
    answers = tuple(map(calls.answer, (wrong, right, failing)))
    assert [answer.is_right for answer in answers] == [False, True, False]
    text = sheets.sheet(subject(answers=answers), None)
    assert '    python -c "print(1 + 1.5)"' in text and "* it prints: 2.5\n* true: 2\n" in text
    assert "2.0001" not in text and "No module named" in text


def test_calls_can_be_pasted_into_a_shell():
    for call in calls.CALLS:
        assert not set(call.code) & set('"$`\\!'), call.code
        assert np.isfinite(call.true()).all() or "NaN" in call.subject


@pytest.mark.parametrize("alpha, beta", [(1.5, 0.5), (0.8, -0.3), (1.004, 0.5), (1.0, 0.5), (2, 1)])
def test_what_is_between_the_two_forms_is_ours(alpha, beta):
    expected = -float(s0_minus_s1(float(alpha), beta, 1.0))  # of locations, not of variates
    assert shifts.from_s1(alpha, beta) == pytest.approx(expected, rel=1e-13, abs=1e-15)


def test_scipy_asked_by_the_wrapper_agrees_with_ours_in_the_bulk():
    x, p = np.array([-3.0, -0.4, 1.0, 6.0]), np.array([0.05, 0.3, 0.9])
    for alpha, beta in (1.5, 0.5), (0.8, 0.3), (1.0, 0.5):
        law = Stable(alpha, beta)
        for name in "pdf", "cdf", "sf":
            seen = getattr(scipy_law, name)(x, alpha, beta)
            np.testing.assert_allclose(seen, getattr(law, name)(x), rtol=1e-8)
        np.testing.assert_allclose(scipy_law.ppf(p, alpha, beta), law.ppf(p), rtol=1e-8)
    # In the S0 form, and with the generator that is given
    drawn = scipy_law.rvs(4000, 1.5, 0.5, np.random.default_rng(1))
    again = scipy_law.rvs(4000, 1.5, 0.5, np.random.default_rng(1))
    np.testing.assert_array_equal(drawn, again)
    # 5 standard errors of the share below the median: a false alarm in 1.7 million
    assert abs(np.mean(drawn < Stable(1.5, 0.5).ppf(0.5)) - 0.5) < 5 * 0.5 / 4000**0.5
