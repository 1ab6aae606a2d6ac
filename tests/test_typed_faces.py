"""A type checker sees through the lazy faces: what is imported has its type, no other name has."""

import pytest

api = pytest.importorskip("mypy.api")  # of the extra dev

CONSUMER = """
from typing import assert_type

import compress
import stablenoise
from chaos import Network, kesten, solvable
from compress import Budget, certify, coresets
from stablenoise import Estimate, NoiseField, Stable, law, tails

assert_type(Stable(1.5), Stable)
assert_type(stablenoise.NoiseField(1.5, seed=7), NoiseField)
assert_type(tails.hill.estimate([1.0, 2.0, 4.0], 2), Estimate)
assert_type(Network(), Network)
assert_type(solvable.Euler(0.1, 3), solvable.Euler)
assert_type(kesten.GaussianLeastSquares(0.1, 1, 2).critical_step(), float)
assert_type(Budget(keep=0.4), coresets.Budget)
assert_type(certify({}, ([], []), 0.05), compress.certificates.Encoded)
law.pdf(0.3, 1.5)
"""


WRONG = {
    "name": ("from stablenoise import Stabel", 'has no attribute "Stabel"'),
    "argument": (
        "from compress import certify\ncertify(weights={})",
        "Missing positional argument",
    ),
    "module": ("import chaos\nchaos.kesten.nothing", 'has no attribute "nothing"'),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What mypy says of the consumer and of each that is wrong, in one run."""
    folder = tmp_path_factory.mktemp("typed")
    texts = {"consumer": CONSUMER} | {name: line for name, (line, _) in WRONG.items()}
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text + "\n")
    options = ["--config-file", "", "--follow-imports", "silent", "--ignore-missing-imports"]
    printed, errors, _ = api.run([*options, "--cache-dir", str(folder / "cache"), str(folder)])
    assert errors == ""
    return {
        name: [line for line in printed.splitlines() if f"{name}.py:" in line] for name in texts
    }


def test_mypy_sees_what_a_user_imports(told):
    assert told["consumer"] == []


@pytest.mark.parametrize("name", WRONG)
def test_mypy_sees_what_is_wrong(told, name):
    assert WRONG[name][1] in "".join(told[name])
