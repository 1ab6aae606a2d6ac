"""Doors of what prunes, samples, measures and compares."""

import numpy as np
import pytest
from doors import Door, asked_of

from compress import pruning
from compress.comparison import curves, losses, methods, pruned_models, sizes
from compress.comparison.curves import Outcome
from compress.compressibility import best_terms, laws, limits, norms, pruned_columns, term_bounds
from compress.compressibility.limits import pareto
from compress.coresets import (
    Budget,
    Guarantee,
    ReluNetwork,
    algorithm,
    baselines,
    bounds,
    corenet,
    coreset,
    diagnostics,
    independent,
    network,
    rules,
    sampling,
    sensitivity,
    theorem,
    truncations,
    unit_sampling,
)
from compress.coresets.bounds import constants
from compress.networks.model import recognised
from stablenoise import NoiseField

RNG = np.random.default_rng(1)
W, V = RNG.normal(size=(4, 3)), RNG.normal(size=(2, 4))
POINTS, OTHERS, THIRD = (abs(RNG.normal(size=(5, 3))) for _ in range(3))
NETWORK, RULE = ReluNetwork([W, V]), Budget(0.9)
CORESET = corenet(NETWORK, POINTS, RULE, seed=1)
UNITS = unit_sampling.corenet_units(NETWORK, POINTS, Budget(0.5), seed=1)
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

DOORS = [
    Door(curves.notes, {"outcomes": OUTCOMES}, {"outcomes": "empty"}, {"outcomes": "an outcome"}),
    Door(
        curves.table,
        {"outcomes": OUTCOMES, "quantity": "change"},
        {"outcomes": "empty"},
        {"outcomes": "an outcome"},
    ),
    Door(curves.to_csv, {"outcomes": OUTCOMES}, {"outcomes": "empty"}, {"outcomes": "an outcome"}),
    Door(
        curves.to_svg,
        {"outcomes": OUTCOMES, "accuracy": 0.5},
        {"outcomes": "empty", "accuracy": "zero"},
        {"outcomes": "an outcome"},
    ),
    Door(losses.accuracy, {"logits": [[0.0, 1.0]], "labels": [1]}, {}, {"labels": "logits"}),
    Door(
        losses.outcomes,
        {"task": TASK, "keeps": [0.5], "methods": {}},
        {"keeps": "shares empty generator", "methods": "none"},
        {"keeps": "keep"},
    ),
    Door(
        losses.relative_change,
        {"exact": [1.0, 2.0], "logits": [1.0, 3.0]},
        {"exact": "pairs", "logits": "pairs"},
        {"exact": "logits"},
    ),
    Door(
        methods.Task,
        {
            "model": MODEL,
            "points": POINTS,
            "held_out": OTHERS,
            "x": THIRD,
            "labels": np.zeros(5),
            "seed": 1,
        },
        {"seed": "zero"},
    ),
    Door(methods.available, {"model": MODEL}),
    Door(methods.of_coreset, {"model": MODEL, "coreset": CORESET}),
    Door(methods.network_points, {"model": MODEL, "points": POINTS}),
    Door(methods.relu_network, {"model": MODEL}),
    Door(
        pruned_models.keep_for_error,
        {"model": MODEL, "squared_error": 0.1, "method": "magnitude", "scope": "layer", "seed": 1},
        {"squared_error": "zero", "seed": "zero"},
    ),
    Door(pruned_models.prune, OF_MODEL, {"keep": "zero", "seed": "zero"}),
    Door(pruned_models.prune_to, OF_MODEL, {"keep": "zero", "seed": "zero"}),
    Door(sizes.size_report, {"weights": [W, V], "pruned": [W, V]}),
    Door(
        sizes.to_csr,
        {"weights": [W, V]},
        {"weights": "array array_to_2 three equals eye matrix cube"},
    ),
    Door(
        sizes.without_dead_units,
        {"weights": [W, V], "fold": True},
        {"weights": "eye matrix", "fold": "truth"},
    ),
    Door(best_terms.count_kept, {"keep": 0.5, "size": 3}, {"keep": "zero", "size": "zero"}),
    Door(
        best_terms.keep_for_error,
        {"energies": abs(TERMS), "squared_error": 0.1, "p": 2},
        {"energies": "arrays truth zero", "squared_error": "zero"},
    ),
    Door(
        best_terms.relative_error,
        {"x": TERMS, "keep": 0.5, "p": 1},
        {"x": "arrays truth negative", "keep": "zero"},
    ),
    Door(
        best_terms.relative_errors,
        {"x": TERMS, "p": 1, "kept": [0, 2]},
        {"x": "arrays", "kept": "none zero tuple"},
        {"x": "kept"},
    ),
    Door(term_bounds.term_constant, {"p": 1, "q": 2}),
    Door(
        term_bounds.term_error_bound,
        {"x": TERMS, "kept": 2, "p": 1, "q": 2},
        {"x": "arrays"},
        {"x": "kept"},
    ),
    Door(
        best_terms.terms_within,
        {"sizes": abs(TERMS), "share": 0.1, "p": 2},
        {"sizes": "arrays truth zero", "share": "zero"},
    ),
    Door(
        laws.Sizes,
        {**EXACT, "tail": (1.5, 1.0)},
        {
            "quantile": "function class",
            "truncated": "function class",
            "tail": "none list list_to_2 falling",
        },
    ),
    Door(laws.pareto, {"index": 1.5}),
    Door(limits.limit_error, {"law": pareto(3.0), "keep": 0.5, "q": 1.0}, {"keep": "zero"}),
    Door(limits.pq_index_limit, {"law": pareto(3.0), "p": 0.5, "q": 1.0}),
    Door(limits.rate_constant, {"law": pareto(1.5), "keep": 0.5}),
    Door(limits.width_for_error, {"squared_error": 0.1, "keep": 0.1, "alpha": 1.5}),
    Door(
        norms.least_kept,
        {"size": 9, "index": 0.5, "slack": 0.1, "p": 0.5, "q": 1},
        {"index": "zero", "slack": "zero"},
    ),
    Door(
        norms.least_kept_of,
        {"x": TERMS, "slack": 0.1, "p": 0.5, "q": 1},
        {"x": "arrays truth negative", "slack": "zero"},
    ),
    Door(norms.norm, {"x": TERMS, "p": 1}, {"x": "arrays truth zero negative", "p": "infinity"}),
    Door(norms.pq_index, {"x": TERMS, "p": 0.5, "q": 1}, {"x": "arrays truth negative"}),
    Door(norms.weak_norm, {"x": TERMS, "p": 1}, {"x": "arrays truth zero negative"}),
    Door(
        pruned_columns.gaussian_pruned_share,
        {"dim": 3, "squared_error": 0.1},
        {"squared_error": "zero"},
    ),
    Door(pruned_columns.pruned_shares, NULL, {"squared_error": "zero"}),
    Door(algorithm.corenet, COMPRESSED, {"seed": "zero"}),
    Door(algorithm.corenet_plus, COMPRESSED, {"seed": "zero"}),
    Door(
        algorithm.corenet_plus_plus,
        {**COMPRESSED, "held_out": OTHERS, "trials": 2},
        {"seed": "zero"},
    ),
    Door(
        baselines.hybrid, SAMPLED, {"weights": "nested eye matrix", "seed": "zero", "layer": "zero"}
    ),
    Door(baselines.l1, SAMPLED, {"weights": "nested eye matrix", "seed": "zero", "layer": "zero"}),
    Door(baselines.l2, SAMPLED, {"weights": "nested eye matrix", "seed": "zero", "layer": "zero"}),
    Door(
        baselines.uniform,
        SAMPLED,
        {"weights": "nested eye matrix", "seed": "zero", "layer": "zero"},
    ),
    Door(bounds.dropping_risk, {"points": 3}),
    Door(
        bounds.generalization_bound,
        {**LAYERS, "largest_output": 1.0, "margin": 1.0, "examples": 9},
        {"growth": "pairs", "totals": "pairs nested ragged eye cube", "largest_output": "zero"},
    ),
    Door(
        bounds.size_bound,
        {**LAYERS, "edges": 20, "sides": [1, 2]},
        {
            "growth": "array_to_2 equals list_to_2",
            "totals": "pairs nested ragged eye cube",
            "sides": "none",
        },
        {"growth": "epsilon", "totals": "total"},
    ),
    Door(
        coreset.compacted,
        {"weights": [W, V], "biases": [np.ones(4), np.ones(2)]},
        {"biases": "none"},
    ),
    Door(diagnostics.coverage, DIAGNOSED),
    Door(diagnostics.errors, DIAGNOSED),
    Door(diagnostics.output_change, DIAGNOSED),
    Door(diagnostics.variances, DIAGNOSED),
    Door(diagnostics.zero_shares, {"coreset": CORESET}),
    Door(independent.inclusions, BY_MASS, {}, {"weights": "sensitivities"}),
    Door(
        independent.poisson,
        {**BY_MASS, "seed": 1, "layer": 0},
        {"seed": "zero", "layer": "zero"},
        {"weights": "sensitivities"},
    ),
    Door(
        network.ReluNetwork,
        {"weights": [W, V], "biases": None, "embed": False},
        {"weights": "cube", "biases": "none", "embed": "truth"}
        | dict.fromkeys(("between", "architecture"), "none"),
    ),
    Door(rules.Budget, {"keep": 0.5, "shares": "network"}),
    Door(rules.Guarantee, {"epsilon": 0.5, "delta": 0.1}),
    Door(
        sampling.sparsify,
        {"weights": W, "mass": abs(W), "draws": 3, "seed": 1, "layer": 0},
        {"draws": "truth zero", "seed": "zero", "layer": "zero"},
    ),
    Door(
        sensitivity.cancellations,
        {"weights": W, "inputs": POINTS, "offset": np.ones(4)},
        {"offset": "truth zero negative nan infinity"},
    ),
    Door(sensitivity.sensitivities, {"weights": W, "inputs": POINTS}),
    Door(
        theorem.Constants, {"epsilon": 0.5, "delta": 0.1, "matrices": 2, "neurons": 6, "widest": 4}
    ),
    Door(theorem.constants, {"shapes": [(4, 3)], "epsilon": 0.5, "delta": 0.1}),
    Door(
        theorem.sample_size,
        {"total": 1.0, "epsilon": 0.5, "delta": 0.1, "neurons": 1, "k": 1.0, "sides": 1},
        {"total": "truth zero infinity arrays empty", "epsilon": "zero"},
    ),
    Door(theorem.tight_sample_size, {"total": 1.0, "epsilon": 0.5, "failure": 0.1, "k": 1.0}),
    Door(truncations.svd, {"weights": W, "keep": 0.5}, {"weights": "nested eye matrix"}),
    Door(truncations.top_magnitude, {"weights": W, "keep": 0.5}, {"weights": "nested eye matrix"}),
    Door(truncations.top_sensitivity, BY_MASS, {}, {"weights": "sensitivities"}),
    Door(
        pruning.column.keep_for_error,
        {**LOST, "network": False},
        {"weights": "eye matrix", "squared_error": "zero", "network": "truth"},
    ),
    Door(
        pruning.column.prune,
        {**PRUNED, "network": False},
        {"weights": "eye matrix", "keep": "zero list falling", "network": "truth"},
    ),
    Door(
        pruning.dead_unit.keep_for_error,
        {**LOST, "fold": True},
        {"weights": "eye matrix", "squared_error": "zero", "fold": "truth"},
    ),
    Door(
        pruning.dead_unit.prune,
        {**PRUNED, "fold": True},
        {"weights": "eye matrix", "keep": "zero", "fold": "truth"},
    ),
    Door(
        pruning.filter.keep_for_error,
        {**LOST, "weights": KERNEL, "network": False, "axis": 0},
        {"squared_error": "zero", "axis": "none zero negative"},
        {"network": "weights"},
    ),
    Door(
        pruning.filter.prune,
        {**PRUNED, "weights": KERNEL, "network": False, "axis": 0},
        {"keep": "zero", "axis": "none zero negative"},
        {"network": "weights"},
    ),
    Door(
        pruning.magnitude.keep_for_error,
        LOST,
        {"weights": "array array_to_2 three equals eye matrix cube", "squared_error": "zero"},
    ),
    Door(
        pruning.magnitude.prune,
        PRUNED,
        {"weights": "array array_to_2 three equals eye matrix cube", "keep": "zero list falling"},
    ),
    Door(
        pruning.random.keep_for_error,
        {**LOST, "seed": 1},
        {
            "weights": "array array_to_2 three equals eye matrix cube",
            "squared_error": "zero",
            "seed": "zero",
        },
    ),
    Door(
        pruning.random.prune,
        {**PRUNED, "seed": 1},
        {
            "weights": "array array_to_2 three equals eye matrix cube",
            "keep": "zero list falling",
            "seed": "zero",
        },
    ),
    Door(
        pruning.sap.keep_for_error,
        LOST,
        {"weights": "array array_to_2 three equals eye matrix cube", "squared_error": "zero"},
    ),
    Door(
        pruning.sap.prune,
        {**PRUNED, "p": 0.5, "q": 1, "slack": 0.1, "gamma": 1.2, "beta": 0.9},
        {
            "weights": "array array_to_2 three equals eye matrix cube",
            "keep": "zero list falling",
            "slack": "zero",
            "beta": "zero",
        },
    ),
    Door(
        pruning.singular_value.keep_for_error,
        LOST,
        {"weights": "eye matrix", "squared_error": "zero"},
    ),
    Door(
        pruning.singular_value.prune, PRUNED, {"weights": "eye matrix", "keep": "zero list falling"}
    ),
    Door(unit_sampling.corenet_units, COMPRESSED | {"rule": Budget(0.5)}, {"seed": "zero"}),
    Door(UNITS.__call__, {"points": POINTS}),
    Door(NETWORK.__call__, {"points": POINTS}),
    Door(
        NETWORK.checked,
        {"points": POINTS},
        {"name": "anything"},  # a word of the message
    ),
    Door(NETWORK.fed, {"points": POINTS}),
    Door(NETWORK.inputs, {"points": POINTS}),
    Door(
        NETWORK.outputs, {"weights": [W, V], "biases": None, "points": POINTS}, {"biases": "none"}
    ),
    Door(CORESET.__call__, {"points": POINTS}),
    Door(CORESET.compact().__call__, {"points": POINTS}),
    Door(THEOREM.layer_epsilons, {"growth": [1.0, 2.0]}, {"growth": "pairs"}),
    Door(Guarantee(0.5, 0.1).constants, {"network": NETWORK}),
    Door(Guarantee(0.5, 0.1).chosen, CHOSEN, {"seed": "zero"}),
    Door(Guarantee(0.5, 0.1).plans, {"network": NETWORK, "points": POINTS}),
    Door(RULE.chosen, CHOSEN, {"seed": "zero"}),
    Door(RULE.plans, {"network": NETWORK, "points": POINTS}),
    Door(RULE.groups, {"layers": 2}, {"layers": "zero"}),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "compress")


@pytest.mark.parametrize("total", [-1.0, np.nan])
def test_a_negative_total_is_told(total):
    """Beside others it would vanish in their sum, and alone ask for no draws at all."""
    totals = [[9.0, 9.0, 9.0, total], [2.0] * 2]
    for name, call in (
        ("total", lambda: theorem.sample_size(total, 0.5, 0.1)),
        ("total", lambda: bounds.size_bound(THEOREM, [1.0, 2.0], totals, 20)),
        ("totals", lambda: bounds.generalization_bound(THEOREM, [1.0, 2.0], totals, 1.0, 1.0, 9)),
    ):
        with pytest.raises(ValueError, match=f"^{name} must not be negative or NaN, got {total}$"):
            call()


@pytest.mark.parametrize("growth", [0.0, -1.0, np.nan])
def test_a_growth_that_is_not_positive_is_told(growth):
    with pytest.raises(ValueError, match=f"^growth must be positive, got {growth}$"):
        THEOREM.layer_epsilons([2.0, growth])


def test_counts_and_factors_of_a_small_integer_type_are_numbers():
    small = theorem.Constants(0.5, 0.1, np.int8(2), np.int8(100), np.int8(100))
    assert small == theorem.Constants(0.5, 0.1, 2, 100, 100)
    assert small.k == theorem.Constants(0.5, 0.1, 2, 100, 100).k
    found = theorem.sample_size(1.0, 0.5, 0.1, np.int8(100), np.uint8(100), np.int8(2))
    assert found == theorem.sample_size(1.0, 0.5, 0.1, 100, 100.0, 2)
    pruned = pruning.sap.prune(W, gamma=np.uint8(100))
    np.testing.assert_array_equal(pruned, pruning.sap.prune(W, gamma=100.0))
