"""Each line of the benchmark of devices has run, at tiny sizes and on the stand-in."""

import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from array_libraries import host

from chaos import Network

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def gpu(cupy):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        patch.delitem(sys.modules, "gpu", raising=False)
        module = import_module("gpu")
        patch.setattr(module, "REPEATS", 2)
        patch.setattr(module, "BATCHES", (5, 10))
        patch.setattr(module, "CHAIN_STEPS", 3)
        yield module
    sys.modules.pop("gpu", None)


def test_every_part_runs_and_tells_its_share_of_a_copy(gpu, capsys):
    assert gpu.main(["--bytes", "1e5"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[-1].endswith("no part failed")
    counts = {"copy": 2, "fill": 6, "fused add": 6, "pdf": 1, "cdf": 1, "particle step": 4}
    counts |= {"chains": 2, "network step": 4, "  in place": 4, "  products": 4, "largest": 2}
    for name, count in counts.items():
        assert sum(row.startswith(f"{name} ") for row in rows) == count, name
    assert rows[2].split()[-1] == "1.000" and "finite: True" in rows[-2]
    assert not any("does not fit" in row for row in rows)


def test_a_part_that_fails_is_told_and_the_others_go_on(gpu, capsys, monkeypatch):
    monkeypatch.setitem(gpu.PARTS, "law", lambda report, size: 1 / 0)
    assert gpu.main(["--bytes", "2e4", "--only", "law", "particles"]) == 1
    out = capsys.readouterr().out
    assert "ZeroDivisionError" in out and "particle step" in out
    assert out.splitlines()[-1].endswith("failed: law")


def test_when_its_time_is_over_the_parts_that_are_left_are_named(gpu, capsys):
    assert gpu.main(["--bytes", "2e4", "--seconds", "0"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert sum("passed over, 0 s are over" in row for row in rows) == len(gpu.PARTS)


def test_the_step_in_place_is_that_of_sgd(gpu, cupy):
    """In float64 to the rounding of sums over 10 examples; noise of 1e-6 times the unit."""
    rng = np.random.default_rng(1)
    x, y = cupy.asarray(rng.normal(size=(10, 784))), cupy.asarray(rng.integers(0, 10, 10))
    weights = tuple(cupy.asarray(rng.normal(size=shape) / 30) for shape in ((7, 784), (10, 7)))
    expected = [w.copy() for w in weights]
    for w, g in zip(expected, Network(scaling="standard").gradient(weights, x, y), strict=True):
        w -= 1e-6 * g
    gpu.FIELD.add_to(expected[0], 0, 1e-6)
    gpu.in_place(weights, x, y)()
    for w, e in zip(weights, expected, strict=True):
        np.testing.assert_allclose(host(w), host(e), rtol=1e-13)


def test_what_does_not_fit_is_said(gpu, capsys):
    report = gpu.Report()
    report.memory, report.copied = 1, {real: 1.0 for real in gpu.FORMATS}
    gpu.network(report, 1 << 26)
    assert capsys.readouterr().out.count("does not fit") == 8
