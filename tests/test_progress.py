"""How far long work is, on a terminal and elsewhere."""

import sys

import pytest

from stablenoise import Stable, examine
from stablenoise.fit import progress


@pytest.mark.parametrize(("done", "full"), [(0, 0), (99, 9), (100, 10), (299, 29), (900, 30)])
def test_a_bar_is_as_full_as_the_work(done, full):
    assert progress.bar(done, 300) == f"[{'#' * full}{'.' * (30 - full)}]"


def test_a_bar_is_drawn_ten_times_a_second_and_at_the_end(capsys, monkeypatch):
    times = iter([0.0, 0.05, 0.11, 0.12, 5.0])
    monkeypatch.setattr(progress, "monotonic", lambda: next(times, 5.0))
    tell = progress.teller(True, "examined", "draws")
    for done in (100, 200, 1300, 1400, 2000):
        tell(done, 2000)
    lines = capsys.readouterr().err.split("\r")[1:]
    ends = "] 100 of 2,000 draws", "] 1,300 of 2,000 draws", "] 2,000 of 2,000 draws\n"
    assert all(line.endswith(end) for line, end in zip(lines, ends, strict=True))
    assert all(line.startswith("examined [") for line in lines)


def test_without_a_place_to_write_nothing_is_written(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    progress.teller(True, "examined", "draws")(5, 5)


def test_samplers_and_estimators_tell_how_far_they_are(capsys):
    law, told = Stable(1.5), []
    examine.sampler(law.rvs, law, 2048, 1, progress=True)
    assert capsys.readouterr().err.endswith("2,048 of 2,048 draws\n")
    examine.sampler(law.rvs, law, 2048, 1, progress=lambda *n: told.append(n))
    assert told == [(1024, 2048), (2048, 2048)]
    examine.estimator(max, law, 10, 3, 1, progress=True)
    assert capsys.readouterr().err.endswith("3 of 3 replicates\n")
    examine.estimator(max, law, 10, 3, 1)
    examine.estimator(max, law, 10, 3, 1, progress=False)
    assert capsys.readouterr().err == ""
