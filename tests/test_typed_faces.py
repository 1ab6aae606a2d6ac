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

USERS = """
# What three users write, under mypy --strict: each asks for types of what comes back.
from typing import assert_type

import numpy as np

import stablenoise
from stablenoise import NoiseField, Stable, StablePath, examine, fit, law, tails
from stablenoise.checkup.report import Checkup
from stablenoise.fit import StableFit


def draw(size: int, rng: np.random.Generator) -> np.ndarray:  # one who validates a sampler
    return np.asarray(Stable(1.5, beta=0.5).rvs(size, rng))


report = examine.sampler(draw, Stable(1.5, beta=0.5), "smoke", seed=1)
grade: str = report.grade
text: str = report.summary()
examine.assert_stable_sampler(draw, Stable(1.5))

result = fit.stable([0.1, -0.4, 2.0, 0.3])  # one who fits a law to data
assert_type(result, StableFit)
index: float = result.alpha
low, high = tails.hill.estimate([1.0, 2.0, 4.0], 2).conf_int(0.9)
sentence: str = fit.diagnose([0.1, -0.4, 2.0]).sentence

field = NoiseField(1.5, seed=7)  # one whose library depends on it
theta = np.zeros((4, 3))
field.add_to(theta, step=0, scale=0.1)
noise: np.ndarray = field.layer(1).at(range(4), step=0, dim=3)
parts: np.ndarray = StablePath(1.5, seed=7)(0.0, 0.5, particles=range(4), dim=3)
density = law.pdf(np.linspace(-1.0, 1.0, 5), 1.5)
machine = stablenoise.doctor()
assert_type(machine, Checkup)
assert_type(machine.amiss, tuple[str, ...])
"""

WRONG = {
    "name": ("from stablenoise import Stabel", 'has no attribute "Stabel"'),
    "type": ("from stablenoise import Stable\nx: str = Stable(1.5)", "Incompatible types"),
    "returned": (
        "from stablenoise import tails\nx: str = tails.hill.estimate([1.0, 2.0], 1).value",
        "Incompatible types",
    ),
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
    texts = {"consumer": CONSUMER, "users": USERS} | {
        name: line for name, (line, _) in WRONG.items()
    }
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text + "\n")
    options = [
        "--config-file",
        "",
        "--strict",
        "--follow-imports",
        "silent",
        "--ignore-missing-imports",
    ]
    printed, errors, _ = api.run([*options, "--cache-dir", str(folder / "cache"), str(folder)])
    assert errors == ""
    return {
        name: [line for line in printed.splitlines() if f"{name}.py:" in line] for name in texts
    }


@pytest.mark.parametrize("name", ["consumer", "users"])
def test_mypy_sees_what_a_user_imports(told, name):
    assert told[name] == []


@pytest.mark.parametrize("name", WRONG)
def test_mypy_sees_what_is_wrong(told, name):
    assert WRONG[name][1] in "".join(told[name])
