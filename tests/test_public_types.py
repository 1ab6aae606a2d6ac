"""The main functions take and give the types that are written down: of all, names and defaults are.

``data/public_signatures.txt`` has no types, as those of NumPy are spelled by its versions.  Here
they are read from the source, as its author wrote them.
"""

import ast
import inspect
import textwrap
from pathlib import Path

import pytest
from public_callables import callables, signature

TYPES = Path(__file__).parent / "data" / "public_types.txt"
MAIN = (
    *("stablenoise.stable_probabilities.Probabilities.pdf", "stablenoise.stable.Stable.fit"),
    *("stablenoise.stable_probabilities.Probabilities.ppf", "stablenoise.stable.Stable.rvs"),
    *("stablenoise.law.evaluate.pdf", "stablenoise.law.evaluate.logpdf"),
    *("stablenoise.law.quantiles.ppf", "stablenoise.law.moments.moment"),
    *("stablenoise.law.scores.score", "stablenoise.field.NoiseField.at"),
    *("stablenoise.field.NoiseField.add_to", "stablenoise.field.NoiseField.layer"),
    *("stablenoise.path.StablePath.__call__", "stablenoise.path.StablePath.increments"),
    *("stablenoise.fit.univariate.stable", "stablenoise.fit.regression.linear"),
    *("stablenoise.fit.diagnosis.diagnose", "stablenoise.tails.hill.estimate"),
    *("stablenoise.tails.power_law.estimate", "stablenoise.tails.selection.select_k"),
    *("stablenoise.examine.samplers.sampler", "stablenoise.examine.densities.density"),
    *("stablenoise.data.by_name.load", "stablenoise.checkup.report.doctor"),
    *("chaos.training.loop.train", "chaos.particles.trajectory", "chaos.sgd.trajectory"),
    *("compress.pruning.magnitude.prune", "compress.coding.encoded_files.encode"),
    *("compress.coding.encoded_files.decode", "compress.certificates.search.certify"),
    *("paper_checks.run.check",),
)


def written(function):
    """Parameters and what comes back, with types and defaults, as the source has them."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function)))).body
    return f"({ast.unparse(node.args)}) -> {ast.unparse(node.returns)}"


def types():
    known = callables()
    return [f"{name}{written(known[name])}" for name in MAIN]


def test_a_change_of_these_types_is_one_of_the_changelog():
    assert types() == TYPES.read_text(encoding="utf-8").splitlines()
    assert len(MAIN) >= 30


def first(a: int, b: float = 1.0, *, c: str = "x") -> float: ...


CHANGED = {
    "default": "def first(a: int, b: float = 2.0, *, c: str = 'x') -> float: ...",
    "order": "def first(b: float = 1.0, a: int = 0, *, c: str = 'x') -> float: ...",
    "kind": "def first(a: int, b: float = 1.0, c: str = 'x') -> float: ...",
    "positional": "def first(a: int, /, b: float = 1.0, *, c: str = 'x') -> float: ...",
    "name": "def first(x: int, b: float = 1.0, *, c: str = 'x') -> float: ...",
}
RETYPED = {
    "type": "def first(a: float, b: float = 1.0, *, c: str = 'x') -> float: ...",
    "return": "def first(a: int, b: float = 1.0, *, c: str = 'x') -> int: ...",
}


@pytest.mark.parametrize("change", CHANGED)
def test_a_changed_signature_is_seen(change):
    space = {}
    exec(CHANGED[change], space)
    assert signature(space["first"]) != signature(first)


@pytest.mark.parametrize("change", RETYPED)
def test_a_changed_type_is_seen(change, tmp_path, monkeypatch):
    (tmp_path / f"retyped_{change}.py").write_text(RETYPED[change])
    monkeypatch.syspath_prepend(tmp_path)
    module = __import__(f"retyped_{change}")
    assert signature(module.first) == signature(first)  # which is why there is this test
    assert written(module.first) != written(first)


if __name__ == "__main__":
    print("\n".join(types()))
