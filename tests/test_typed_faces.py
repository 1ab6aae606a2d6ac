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
import numpy.typing as npt

import stablenoise
from stablenoise import NoiseField, Stable, StablePath, examine, fit, law, multivariate, tails
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

Floats = npt.NDArray[np.float64]  # one whose own functions return what ours do


def layer_noise(field: NoiseField, n: int) -> Floats:
    return field.layer("b").at(range(n), 0, dim=())


def sample(of: Stable, n: int) -> Floats:
    return of.rvs(n, rng=1)


def vectors(n: int) -> Floats:
    return multivariate.Isotropic(1.5, 3).rvs(n, rng=1)


def laws() -> Floats:
    return Stable([1.2, 1.8], beta=np.zeros(2)).cdf(0.5) + law.ppf(0.5, [1.2, 1.8])


def means(of: Stable) -> Floats:
    return of.mean() + law.median(1.5, [0.1, 0.2])


def waves(t: Floats) -> npt.NDArray[np.complex128]:
    return multivariate.Isotropic(1.5, 3).cf(t) * Stable(1.5).cf(t)


def fitted(found: StableFit) -> Floats:
    return found.rvs(3, rng=1)


def width(of: Stable) -> float:
    return float(of.ppf(0.75) - of.ppf(0.25))
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
    "number": (
        "from stablenoise import Stable\nx: str = Stable(1.5).pdf(0.3)",
        "Incompatible types",
    ),
    "noise": (
        "from stablenoise import NoiseField\nx: str = NoiseField(1.5, 7).at([1], 0, 2)",
        "Incompatible types",
    ),
    "draws": ("from stablenoise import Stable\nx: str = Stable(1.5).rvs(3)", "Incompatible types"),
    "parameter": ("from stablenoise import Stable\nStable(print)", "incompatible type"),
    "law": (
        "from stablenoise import examine\nexamine.sampler(print, 'not a law')",
        'expected "Stable | Isotropic',
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
