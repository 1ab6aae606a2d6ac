"""Keywords and attributes of the version before go on, with a warning and the same result."""

import numpy as np
import pytest

from compress.certificates import certificate, inequalities
from compress.comparison import curves
from compress.compressibility import limits, norms
from compress.coresets import bounds, diagnostics
from compress.networks import containers, loading
from compress.pruning import sap
from stablenoise.moved import renamed_keywords

ENDS = r"since 0\.2\.0 \(2026-11-30\), goes with version 0\.3, not before 2027-05-30"
ONE = bounds.constants([(4, 3)], 0.5, 0.1)
LAYERS = {"growth": [2.0], "totals": [[1.0] * 4]}
OUTCOMES = [curves.Outcome("sap", 0.2, 0.1, 0.5, 0.9, "keeps 0.1 of the nonzero weights")]
SIDES = [2]
TERMS = np.array([4.0, 1.0, 0.1, 0.1])
SHARED = {"epsilon": 0.5, "delta": 0.1, "matrices": 3}
OUTCOME = {"method": "sap", "keep": 0.2, "accuracy": 0.9}

OLD = {  # function, keywords of before, keywords of now, what both are given
    "constants": (bounds.Constants, {"eta": 9, "eta_star": 4}, {"neurons": 9, "widest": 4}, SHARED),
    "sample size": (
        bounds.sample_size, {"eta": 9, "halves": 2}, {"neurons": 9, "sides": 2},
        {"total": 1.0, "epsilon": 0.5, "delta": 0.1},
    ),
    "size": (
        bounds.size_bound, {"found": ONE, "halves": SIDES}, {"constants": ONE, "sides": SIDES},
        {**LAYERS, "edges": 12},
    ),
    "generalization": (
        bounds.generalization_bound, {"found": ONE, "points": 9}, {"constants": ONE, "examples": 9},
        {**LAYERS, "largest_output": 1.0, "margin": 1.0},
    ),
    "table": (curves.table, {"found": OUTCOMES}, {"outcomes": OUTCOMES}, {"quantity": "change"}),
    "notes": (curves.notes, {"found": OUTCOMES}, {"outcomes": OUTCOMES}, {}),
    "csv": (curves.to_csv, {"found": OUTCOMES}, {"outcomes": OUTCOMES}, {}),
    "svg": (curves.to_svg, {"found": OUTCOMES}, {"outcomes": OUTCOMES}, {"accuracy": 0.9}),
    "outcome": (
        curves.Outcome, {"kept": 0.1, "error": 0.5}, {"stored": 0.1, "change": 0.5}, OUTCOME,
    ),
    "width": (
        limits.width_for_error, {"error": 0.1}, {"squared_error": 0.1}, {"keep": 0.1, "alpha": 1.5},
    ),
    "least": (norms.least_kept, {"eta": 0.1}, {"slack": 0.1}, {"size": 9, "index": 0.5}),
    "least of terms": (norms.least_kept_of, {"eta": 0.1}, {"slack": 0.1}, {"x": TERMS}),
    "sap": (sap.prune, {"eta": 0.1}, {"slack": 0.1}, {"weights": TERMS}),
}  # fmt: skip


@pytest.mark.parametrize("name", OLD)
def test_a_keyword_of_before_does_the_same_and_warns(name):
    call, before, now, shared = OLD[name]
    for old, value in before.items():
        (new,) = [new for new in now if now[new] is value and new not in before]
        others = {key: now[key] for key in now if key != new}
        with pytest.warns(DeprecationWarning, match=rf"^{old}= of .* is now {new}=; .*{ENDS}$"):
            result = call(**shared, **others, **{old: value})
        expected = call(**shared, **now)
        np.testing.assert_equal(result, expected)


@pytest.mark.parametrize(
    ("value", "old", "new"),
    [
        (ONE, "eta", "neurons"),
        (ONE, "eta_star", "widest"),
        (OUTCOMES[0], "kept", "stored"),
        (OUTCOMES[0], "error", "change"),
    ],
)
def test_an_attribute_of_before_is_that_of_now_and_warns(value, old, new):
    with pytest.warns(DeprecationWarning, match=rf"{old} is now \w+\.{new}; .*{ENDS}$"):
        assert getattr(value, old) == getattr(value, new)


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        (loading, "model_and_data", "load_model_and_data"),
        (containers, "opened", "grouped"),
        (containers, "Opened", "Groups"),
        (certificate, "AVERAGED", "MEAN_RISK_FORMS"),
        (certificate, "INDEPENDENT", "INDEPENDENCE"),
        (certificate, "FIXED", "PRIOR_CHOICES"),
        (certificate, "ROUNDED", "ROUNDING"),
        (inequalities, "ROUNDED", "ROUNDING"),
        (inequalities, "TINIEST", "LEAST_ERROR"),
        (diagnostics, "output_error", "output_change"),
    ],
)
def test_a_name_of_before_is_what_it_was_and_warns(module, old, new):
    text = f"^{old} of {module.__name__} is now {new}; the old name is .*{ENDS}$"
    with pytest.warns(DeprecationWarning, match=text):
        assert getattr(module, old) is getattr(module, new)


def test_a_keyword_given_by_both_names_is_refused():
    with pytest.raises(TypeError, match="eta"):
        norms.least_kept(9, 0.5, eta=0.1, slack=0.2)


def test_the_names_of_now_warn_of_nothing_and_show_in_the_signature():
    import inspect

    assert norms.least_kept(9, 0.5, slack=0.1) == norms.least_kept(9, 0.5, 0.1)
    assert "slack" in inspect.signature(norms.least_kept).parameters
    assert list(inspect.signature(bounds.Constants).parameters)[-2:] == ["neurons", "widest"]


def test_a_subclass_keeps_its_own_constructor():
    @renamed_keywords(old="new")
    class Base:
        def __init__(self, new):
            self.new = new

    class Wider(Base):
        def __init__(self):
            super().__init__(new=3)

    assert Wider().new == 3
