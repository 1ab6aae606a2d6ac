"""Anything in place of any argument of what prunes, samples, measures and compares is refused.

Every public callable of the four packages is handed the values of ``ANYTHING`` for each of its
parameters in turn: it works, or it says in one line what it wants and what it got.
"""

import inspect
import json
import pkgutil
import re
from dataclasses import fields
from importlib import import_module
from types import GeneratorType

import numpy as np
import pytest
from scipy.sparse import csr_array

from compress.comparison import methods
from compress.comparison.curves import Outcome
from compress.comparison.sizes import size_report
from compress.compressibility.limits import pareto
from compress.coresets import (
    Budget,
    Guarantee,
    ReluNetwork,
    baselines,
    bounds,
    corenet,
    diagnostics,
    sparsify,
)
from compress.coresets.bounds import constants
from compress.networks.model import recognised
from stablenoise import NoiseField
from stablenoise.results import Result

PACKAGES = "coresets", "pruning", "compressibility", "comparison"
ANYTHING = {
    "text": "a",
    "none": None,
    "truth": True,
    "negative": -1,
    "complex": 1j,
    "nan": np.nan,
    "array": np.array([0.1, 0.2]),
    "cube": np.full((2, 2, 2), 0.5),
    "list": [0.1, 0.2],
    "ragged": [[0.5], [0.5, 0.5]],
    "no list": [],
    "dict": {"a": 0.5},
    "object": object(),
    "zero": 0,
    "infinity": np.inf,
    "number as array": np.array(0.5),
    "matrix": np.full((3, 7), 0.5),
    "masked": np.ma.array([1.0, 2.0], mask=[False, True]),
    "texts": ["a", "b"],
    "nones": [None, None],
    "function": len,
    "class": dict,
    "generator": (x for x in ()),
    "bytes": b"ab",
    "huge": 10**400,
    "dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
}
LINE = re.compile(r"[^\n]+ must [^\n]+, got [^\n]*([^.\n]| \.\.\.)")

RNG = np.random.default_rng(1)
W, V = RNG.normal(size=(4, 3)), RNG.normal(size=(2, 4))
POINTS, OTHERS, THIRD = (abs(RNG.normal(size=(5, 3))) for _ in range(3))
NETWORK, RULE = ReluNetwork([W, V]), Budget(0.9)
CORESET = corenet(NETWORK, POINTS, RULE, seed=1)
THEOREM = constants([(4, 3), (2, 4)], 0.5, 0.1)
MODEL = recognised({"w": W, "v": V}, inputs=3)
TASK = methods.Task(MODEL, POINTS, OTHERS, THIRD, np.zeros(5, int))
OUTCOMES = [Outcome("magnitude", 0.1, 0.1, 0.25, 0.9)]
TERMS, KERNEL = np.array([3.0, -1.0, 0.5]), RNG.normal(size=(3, 2, 3, 3))
LAYERS = {"constants": THEOREM, "growth": [1.0, 2.0], "totals": [[1.0] * 4, [2.0] * 2]}
SAMPLED = {"weights": W, "keep": 0.5, "seed": 1, "layer": 0}
BY_MASS = {"weights": W, "sensitivities": abs(W), "keep": 0.5}
PRUNED = {"weights": [W, V], "keep": 0.5, "scope": "layer"}
LOST = {"weights": [W, V], "squared_error": 0.1, "scope": "layer"}
OF_MODEL = {"model": MODEL, "keep": 0.5, "method": "magnitude", "scope": "layer", "seed": 1}
COMPRESSED = {"network": NETWORK, "points": POINTS, "rule": RULE, "seed": 1}
CHOSEN = {"network": NETWORK, "points": POINTS, "seed": 1}
DIAGNOSED = {"coreset": CORESET, "points": OTHERS}
NULL = {"field": NoiseField(1.5, 1), "shape": (2, 9), "replicates": 2, "squared_error": 0.1}
EXACT = {"quantile": lambda keep: 1 - keep, "truncated": lambda t, q: min(t, 1.0) ** (q + 1)}

GOOD = {
    "comparison.curves.notes": {"outcomes": OUTCOMES},
    "comparison.curves.table": {"outcomes": OUTCOMES, "quantity": "change"},
    "comparison.curves.to_csv": {"outcomes": OUTCOMES},
    "comparison.curves.to_svg": {"outcomes": OUTCOMES, "accuracy": 0.5},
    "comparison.losses.accuracy": {"logits": [[0.0, 1.0]], "labels": [1]},
    "comparison.losses.outcomes": {"task": TASK, "keeps": [0.5], "methods": {}},
    "comparison.losses.relative_change": {"exact": [1.0, 2.0], "logits": [1.0, 3.0]},
    "comparison.methods.Task": {
        "model": MODEL, "points": POINTS, "held_out": OTHERS, "x": THIRD, "labels": np.zeros(5),
        "seed": 1,
    },
    "comparison.methods.available": {"model": MODEL},
    "comparison.methods.of_coreset": {"model": MODEL, "coreset": CORESET},
    "comparison.methods.relu_network": {"model": MODEL},
    "comparison.pruned_models.keep_for_error": {
        "model": MODEL, "squared_error": 0.1, "method": "magnitude", "scope": "layer", "seed": 1,
    },
    "comparison.pruned_models.prune": OF_MODEL,
    "comparison.pruned_models.prune_to": OF_MODEL,
    "comparison.sizes.size_report": {"weights": [W, V], "pruned": [W, V]},
    "comparison.sizes.to_csr": {"weights": [W, V]},
    "comparison.sizes.without_dead_units": {"weights": [W, V], "fold": True},
    "compressibility.best_terms.count_kept": {"keep": 0.5, "size": 3},
    "compressibility.best_terms.keep_for_error": {
        "energies": abs(TERMS), "squared_error": 0.1, "p": 2,
    },
    "compressibility.best_terms.relative_error": {"x": TERMS, "keep": 0.5, "p": 1},
    "compressibility.best_terms.relative_errors": {"x": TERMS, "p": 1, "kept": [0, 2]},
    "compressibility.term_bounds.term_constant": {"p": 1, "q": 2},
    "compressibility.term_bounds.term_error_bound": {"x": TERMS, "kept": 2, "p": 1, "q": 2},
    "compressibility.best_terms.terms_within": {"sizes": abs(TERMS), "share": 0.1, "p": 2},
    "compressibility.laws.Sizes": {**EXACT, "tail": (1.5, 1.0)},
    "compressibility.laws.pareto": {"index": 1.5},
    "compressibility.limits.limit_error": {"law": pareto(3.0), "keep": 0.5, "q": 1.0},
    "compressibility.limits.pq_index_limit": {"law": pareto(3.0), "p": 0.5, "q": 1.0},
    "compressibility.limits.rate_constant": {"law": pareto(1.5), "keep": 0.5},
    "compressibility.limits.width_for_error": {"squared_error": 0.1, "keep": 0.1, "alpha": 1.5},
    "compressibility.norms.least_kept": {"size": 9, "index": 0.5, "slack": 0.1, "p": 0.5, "q": 1},
    "compressibility.norms.least_kept_of": {"x": TERMS, "slack": 0.1, "p": 0.5, "q": 1},
    "compressibility.norms.norm": {"x": TERMS, "p": 1},
    "compressibility.norms.pq_index": {"x": TERMS, "p": 0.5, "q": 1},
    "compressibility.norms.weak_norm": {"x": TERMS, "p": 1},
    "compressibility.pruned_columns.gaussian_pruned_share": {"dim": 3, "squared_error": 0.1},
    "compressibility.pruned_columns.pruned_shares": NULL,
    "coresets.algorithm.corenet": COMPRESSED,
    "coresets.algorithm.corenet_plus": COMPRESSED,
    "coresets.algorithm.corenet_plus_plus": {**COMPRESSED, "held_out": OTHERS, "trials": 2},
    "coresets.baselines.hybrid": SAMPLED,
    "coresets.baselines.l1": SAMPLED,
    "coresets.baselines.l2": SAMPLED,
    "coresets.baselines.uniform": SAMPLED,
    "coresets.bounds.dropping_risk": {"points": 3},
    "coresets.bounds.generalization_bound": {
        **LAYERS, "largest_output": 1.0, "margin": 1.0, "examples": 9,
    },
    "coresets.bounds.size_bound": {**LAYERS, "edges": 20, "sides": [1, 2]},
    "coresets.coreset.compacted": {"weights": [W, V], "biases": [np.ones(4), np.ones(2)]},
    "coresets.diagnostics.coverage": DIAGNOSED,
    "coresets.diagnostics.errors": DIAGNOSED,
    "coresets.diagnostics.output_change": DIAGNOSED,
    "coresets.diagnostics.variances": DIAGNOSED,
    "coresets.diagnostics.zero_shares": {"coreset": CORESET},
    "coresets.independent.inclusions": BY_MASS,
    "coresets.independent.poisson": {**BY_MASS, "seed": 1, "layer": 0},
    "coresets.network.ReluNetwork": {"weights": [W, V], "biases": None, "embed": False},
    "coresets.rules.Budget": {"keep": 0.5, "shares": "network"},
    "coresets.rules.Guarantee": {"epsilon": 0.5, "delta": 0.1},
    "coresets.sampling.sparsify": {"weights": W, "mass": abs(W), "draws": 3, "seed": 1, "layer": 0},
    "coresets.sensitivity.cancellations": {"weights": W, "inputs": POINTS, "offset": np.ones(4)},
    "coresets.sensitivity.sensitivities": {"weights": W, "inputs": POINTS},
    "coresets.theorem.Constants": {
        "epsilon": 0.5, "delta": 0.1, "matrices": 2, "neurons": 6, "widest": 4,
    },
    "coresets.theorem.constants": {"shapes": [(4, 3)], "epsilon": 0.5, "delta": 0.1},
    "coresets.theorem.sample_size": {
        "total": 1.0, "epsilon": 0.5, "delta": 0.1, "neurons": 1, "k": 1.0, "sides": 1,
    },
    "coresets.theorem.tight_sample_size": {
        "total": 1.0, "epsilon": 0.5, "failure": 0.1, "k": 1.0,
    },
    "coresets.truncations.svd": {"weights": W, "keep": 0.5},
    "coresets.truncations.top_magnitude": {"weights": W, "keep": 0.5},
    "coresets.truncations.top_sensitivity": BY_MASS,
    "pruning.column.keep_for_error": {**LOST, "network": False},
    "pruning.column.prune": {**PRUNED, "network": False},
    "pruning.dead_unit.keep_for_error": {**LOST, "fold": True},
    "pruning.dead_unit.prune": {**PRUNED, "fold": True},
    "pruning.filter.keep_for_error": {**LOST, "weights": KERNEL, "network": False, "axis": 0},
    "pruning.filter.prune": {**PRUNED, "weights": KERNEL, "network": False, "axis": 0},
    "pruning.magnitude.keep_for_error": LOST,
    "pruning.magnitude.prune": PRUNED,
    "pruning.random.keep_for_error": {**LOST, "seed": 1},
    "pruning.random.prune": {**PRUNED, "seed": 1},
    "pruning.sap.keep_for_error": LOST,
    "pruning.sap.prune": {**PRUNED, "p": 0.5, "q": 1, "slack": 0.1, "gamma": 1.2, "beta": 0.9},
    "pruning.singular_value.keep_for_error": LOST,
    "pruning.singular_value.prune": PRUNED,
}  # fmt: skip


def public():
    """Callables with a section of parameters, by module: functions, and values to be made."""
    for package in PACKAGES:
        folder = import_module(f"compress.{package}")
        for info in pkgutil.iter_modules(folder.__path__):
            module = import_module(f"compress.{package}.{info.name}")
            for name, value in vars(module).items():
                own = getattr(value, "__module__", None) == module.__name__
                documented = "\nParameters\n----" in (inspect.getdoc(value) or "")
                if own and callable(value) and documented and not name.startswith("_"):
                    yield f"{package}.{info.name}.{name}", value


PUBLIC = dict(public())
MADE = {  # by computations alone, which check what they are given
    name for name, value in PUBLIC.items()
    if isinstance(value, type) and (issubclass(value, Result | tuple)) and name not in GOOD
}  # fmt: skip
BY_METHOD = {
    "ReluNetwork": (NETWORK, {"points": POINTS}),
    "ReluNetwork.checked": (NETWORK.checked, {"points": POINTS}),
    "ReluNetwork.inputs": (NETWORK.inputs, {"points": POINTS}),
    "Coreset": (CORESET, {"points": POINTS}),
    "Compact": (CORESET.compact(), {"points": POINTS}),
    "Constants.layer_epsilons": (THEOREM.layer_epsilons, {"growth": [1.0, 2.0]}),
    "Guarantee.constants": (Guarantee(0.5, 0.1).constants, {"network": NETWORK}),
    "Guarantee.chosen": (Guarantee(0.5, 0.1).chosen, CHOSEN),
    "Guarantee.plans": (Guarantee(0.5, 0.1).plans, {"network": NETWORK, "points": POINTS}),
    "Budget.chosen": (RULE.chosen, CHOSEN),
    "Budget.plans": (RULE.plans, {"network": NETWORK, "points": POINTS}),
    "Budget.groups": (RULE.groups, {"layers": 2}),
}
CALLS = {name: (PUBLIC[name], GOOD[name]) for name in GOOD if name in PUBLIC} | BY_METHOD
EACH = [(name, parameter) for name, (_, good) in CALLS.items() for parameter in good]


def used(call, arguments):
    result = call(**arguments)
    return list(result) if isinstance(result, GeneratorType) else result


def test_every_public_callable_is_asked():
    plain = {name for name, value in PUBLIC.items() if name not in MADE}
    assert plain == GOOD.keys()


@pytest.mark.filterwarnings("ignore:S has .* points:UserWarning")
@pytest.mark.parametrize("name", CALLS)
def test_the_arguments_that_are_replaced_are_all_and_good(name):
    call, good = CALLS[name]
    signature = inspect.signature(call)
    taken = {n for n, p in signature.parameters.items() if p.kind is not p.VAR_KEYWORD}
    assert good.keys() == taken - ({"name"} if name == "ReluNetwork.checked" else set())
    used(call, good)


@pytest.mark.filterwarnings("ignore:S has .* points:UserWarning")  # of a void guarantee
@pytest.mark.parametrize(("name", "parameter"), EACH)
def test_anything_is_taken_or_refused_in_one_line(name, parameter):
    call, good = CALLS[name]
    unclear = []
    for kind, value in ANYTHING.items():
        try:
            used(call, {**good, parameter: value})
        except Exception as error:
            if not (isinstance(error, ValueError) and LINE.fullmatch(str(error))):
                unclear.append(f"{kind}: {type(error).__name__}: {error}")
    assert unclear == []


SECTIONS = "Parameters", "Returns", "Raises", "Examples"


@pytest.mark.parametrize("name", CALLS)
def test_docstrings_are_whole(name):
    call = CALLS[name][0]
    if name in BY_METHOD and not inspect.ismethod(call):
        call = call.__call__
    text = (inspect.getdoc(call) or "").replace("Yields\n------", "Returns\n-------")
    asked = [s for s in SECTIONS if s != "Returns"] if inspect.isclass(call) else SECTIONS
    assert [s for s in asked if f"\n{s}\n{'-' * len(s)}\n" not in f"\n{text}\n"] == []


@pytest.mark.parametrize("name", sorted(MADE))
def test_docstrings_of_results_have_an_example(name):
    assert "\nExamples\n--------\n" in inspect.getdoc(PUBLIC[name])


RESULTS = {
    "coreset": CORESET,
    "guaranteed": corenet(ReluNetwork([[[1.0, 2.0]]]), np.ones((6, 2)), Guarantee(0.5, 0.1), 1),
    "compact": CORESET.compact(),
    "plan": CORESET.plans[0],
    "layer": CORESET.plans[0].layer,
    "coverage": diagnostics.coverage(CORESET, OTHERS)[0],
    "layer error": diagnostics.errors(CORESET, OTHERS)[0],
    "draw": sparsify(W, abs(W), 3, seed=1),
    "factors": baselines.svd(W, 0.9),
    "constants": THEOREM,
    "bound": bounds.size_bound(**LAYERS, edges=20),
    "outcome": OUTCOMES[0],
    "sizes": size_report([W, V], [W, V]),
    "size": size_report([W, V], [W, V]).total,
}
RESULTS["certificate"] = RESULTS["guaranteed"].certificate


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_prints_as_one_line_and_its_dict_is_json(name):
    result = RESULTS[name]
    assert len(repr(result)) <= 100 and "\n" not in repr(result)
    assert repr(result).startswith(f"{type(result).__name__}(")
    assert "\n" not in str(result)
    plain = result.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    names = result._fields if isinstance(result, tuple) else [f.name for f in fields(result)]
    assert list(plain) == list(names)


def test_a_matrix_of_a_coreset_is_in_its_dict():
    stored = CORESET.to_dict()["weights"][0]
    parts = stored["data"], stored["indices"], stored["indptr"]
    np.testing.assert_array_equal(csr_array(parts, stored["shape"]).toarray(), CORESET.dense()[0])
    assert CORESET.to_dict()["rule"] == {"keep": 0.9, "shares": "network"}


@pytest.mark.parametrize(
    "value", [Budget(0.4), Budget(np.float32(0.5), "layer"), Guarantee(0.5, np.float64(0.1))]
)
def test_a_rule_can_be_pasted(value):
    assert eval(repr(value)) == value


def test_tables_have_a_line_for_each_layer():
    assert len(CORESET.table().splitlines()) == 1 + len(CORESET.weights)
    assert len(RESULTS["certificate"].table().splitlines()) == 2
    heads = CORESET.table().splitlines()[0].split("  ")
    assert "kept" in "".join(heads) and "expected" in "".join(heads)
