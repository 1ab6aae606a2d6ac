"""Results of coresets and comparison print on a line, their dicts are JSON; rules are pasted."""

import json
from dataclasses import fields

import numpy as np
import pytest
from scipy.sparse import csr_array

from compress.comparison.losses import Outcome
from compress.comparison.sizes import size_report
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
from compress.coresets.coreset import compacted
from compress.coresets.theorem import constants

RNG = np.random.default_rng(1)
W, V = RNG.normal(size=(4, 3)), RNG.normal(size=(2, 4))
POINTS, OTHERS = (abs(RNG.normal(size=(5, 3))) for _ in range(2))
CORESET = corenet(ReluNetwork([W, V]), POINTS, Budget(0.9), seed=1)
THEOREM = constants([(4, 3), (2, 4)], 0.5, 0.1)
OUTCOMES = [Outcome("magnitude", 0.1, 0.1, 0.25, 0.9)]
LAYERS = {"constants": THEOREM, "growth": [1.0, 2.0], "totals": [[1.0] * 4, [2.0] * 2]}
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
LONG = "a\nb" + "x" * 500
LONGER_THAN_A_LINE = {
    "outcome of a long note": Outcome("magnitude", 0.1, 0.1, 0.25, 0.9, LONG),
    "no outcome, for a long reason": Outcome("y" * 99, 0.1, note=LONG),
    "compact of many layers": compacted(61 * [np.ones((12, 12))]),
    "size of a long name": size_report({LONG: W}, {LONG: W}).arrays[0],
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


@pytest.mark.parametrize("name", LONGER_THAN_A_LINE)
def test_a_long_name_or_note_is_cut_to_a_line(name):
    shown = repr(LONGER_THAN_A_LINE[name])
    assert len(shown) <= 100 and "\n" not in shown and " ..." in shown


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
