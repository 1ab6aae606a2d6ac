"""What exact systems and recursions ask of their arguments, and values that no copy thaws."""

import copy
import json
import pickle

import numpy as np
import pytest

from chaos import kesten, particles, solvable
from chaos.coupling import step_sizes
from chaos.dependence import Dependence
from chaos.kesten import FiniteLeastSquares, GaussianLeastSquares, estimate_moment, growths
from chaos.network import Network
from chaos.rates import log_moments
from chaos.solvable import (
    BoundedDrift,
    Euler,
    Flow,
    LinearMeanField,
    LinearNetwork,
    OrnsteinUhlenbeck,
    SineNetwork,
)
from chaos.streaming import summary
from stablenoise import NoiseField
from stablenoise.noises import independent, isotropic

EULER, FLOW = Euler(0.1, 5), Flow(1.0)
MASKED = np.ma.array([1.0, 2.0], mask=[0, 1])
X, Y = np.array([[1.0, 0.0], [1.0, 2.0], [0.0, 1.0]]), np.array([1.0, -1.0, 0.5])
VALUES = {
    "rows": lambda: FiniteLeastSquares(X, Y, 0.1, 1),
    "network": lambda: LinearNetwork(1.5, isotropic, X, Y),
    "summary": lambda: summary(5).add(Y),
}
ARRAYS = {
    "rows": ("rows", "targets", "solution"),
    "network": ("x", "y"),
    "summary": ("histogram", "log_sums", "turns", "largest"),
}
COPIES = {
    "itself": lambda value: value,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("how", COPIES)
def test_arrays_of_a_value_are_read_only_however_it_is_copied(kind, how):
    value = VALUES[kind]()
    other = COPIES[how](value)
    assert other == value == VALUES[kind]() and hash(other) == hash(value)
    for name in ARRAYS[kind]:
        with pytest.raises(ValueError, match="read-only"):
            getattr(other, name)[0] = 7.0
        np.testing.assert_array_equal(getattr(other, name), getattr(value, name))


def test_a_value_is_not_that_of_the_callers_array():
    x = X.copy()
    values = FiniteLeastSquares(x, Y, 0.1, 1), LinearNetwork(1.5, isotropic, x, Y)
    x[0, 0] = 7.0
    assert values[0].rows[0, 0] == values[1].x[0, 0] == 1.0


def test_values_differ_if_a_parameter_does():
    assert FiniteLeastSquares(X, Y, 0.1, 1) != FiniteLeastSquares(X, Y, 0.1, 2)
    assert FiniteLeastSquares(X, Y, 0.1, 1) != FiniteLeastSquares(X, 2 * Y, 0.1, 1)
    assert LinearNetwork(1.5, isotropic, X, Y) != LinearNetwork(1.5, independent, X, Y)
    assert summary(5).add(Y) != summary(5).add(2 * Y)


def test_what_was_worked_out_does_not_travel_and_is_worked_out_again():
    sgd = VALUES["rows"]()
    moment = sgd.second_moment()
    assert pickle.loads(pickle.dumps(sgd)).second_moment() == moment


NAMES = {  # what one imports to paste a repr
    **{name: getattr(kesten, name) for name in kesten.__all__},
    **{name: getattr(solvable, name) for name in solvable.__all__},
    "Network": Network,
    "isotropic": isotropic,
}


@pytest.mark.parametrize(
    "value",
    [
        FiniteLeastSquares(X, Y, 0.1, 2, replacement=True),
        GaussianLeastSquares(0.1, 2, 3),
        LinearNetwork(1.5, isotropic, X, Y / 3),
        BoundedDrift(1.5),
        LinearMeanField(1.5, 1.0, 0.1),
        OrnsteinUhlenbeck(1.5, 1 / 3),
        SineNetwork(1.5, 1.0),
        Euler(0.1, 5),
        Flow(1e-9),
        Network(activation="tanh", bias=True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_printed_of_parameters_can_be_pasted(value):
    assert "\n" not in repr(value)
    assert eval(repr(value), {}, NAMES) == value


def test_data_that_do_not_fit_a_line_are_told_by_their_shape():
    rows = np.arange(2000.0).reshape(1000, 2)
    assert repr(FiniteLeastSquares(rows, rows[:, 0] ** 0.5, 0.1, 1)) == (
        "FiniteLeastSquares(rows=<float64 of shape (1000, 2)>, targets=<float64 of shape (1000,)>,"
        " eta=0.1, batch=1, replacement=False)"
    )
    assert "x=<float64 of shape (1000, 2)>" in repr(LinearNetwork(1.5, isotropic, rows, rows[:, 0]))


FIELD, THETA = NoiseField(1.5, 1), np.zeros((50, 2))
RESULTS = {
    "Summary(6 values, largest 9.0, unit 1.0)": lambda: summary(5).add([1, 2, 3, 4, -9, 0]),
    "Summary(0 values, unit 2.0)": lambda: summary(unit=2.0),
    "Dependence(value=0.0, pvalue=1.0, permutations=9)": lambda: Dependence(0.0, 1.0, 9),
    "State(theta=<float64 of shape (50, 2)>, mean=<float64 of shape (2,)>, step=0)": lambda: next(
        particles.trajectory(THETA, particles.attraction(1.0, 2), FIELD, 0.1)
    ),
    "Levels(thetas=(<float64 of shape (50, 2)>, <float64 of shape (50, 2)>), step=1)": lambda: next(
        step_sizes(THETA, lambda x, k: x, FIELD, 0.1)
    ),
}


@pytest.mark.parametrize("line", RESULTS)
def test_a_result_prints_as_one_line_and_gives_its_fields(line):
    result = RESULTS[line]()
    assert repr(result) == line
    assert json.loads(json.dumps(result.to_dict())) == result.to_dict()


SCHEME, LARGE = "scheme must be a Flow or an Euler, got ", "what a scheme makes of noise must be"
EULER_ONLY = "(euler|coarse) must be an Euler, got "
LEAST = "sgd must be least squares on Gaussian or given rows, got "
PROCESS, SYSTEM = OrnsteinUhlenbeck(1.5, 1.0), LinearMeanField(1.5, 1.0, 1.0)
NETWORK, GAUSSIAN = LinearNetwork(1.5, isotropic, X, Y), GaussianLeastSquares(0.5, 1, 1)


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda: PROCESS.law("a"), SCHEME + "'a'"),
        (lambda: PROCESS.euler_error_scale(FLOW), EULER_ONLY + r"Flow\(time=1.0\)"),
        (lambda: PROCESS.euler_error_scale(EULER, "a"), "after must be a real number, got 'a'"),
        (lambda: PROCESS.refinement_scale(FLOW, 2), EULER_ONLY),
        (lambda: PROCESS.refinement(np.ma.masked_all(10), EULER, 2), "noise must have no masked"),
        (lambda: OrnsteinUhlenbeck(1.5, 0.0).error_constant("a"), "time must be a real number"),
        (lambda: OrnsteinUhlenbeck(1.5, -1e3).law(FLOW), LARGE),
        (lambda: OrnsteinUhlenbeck(1.5, -1e5).law(Euler(0.1, 500)), LARGE),
        (lambda: OrnsteinUhlenbeck(1.5, -1e5).euler_error_scale(Euler(0.1, 500)), LARGE),
        (lambda: SYSTEM.law(2, None), SCHEME + "None"),
        (lambda: SYSTEM.law("a", EULER), "n must be an integer in"),
        (lambda: SYSTEM.law(np.array([1, 2]), EULER), "n must be an integer in"),
        (lambda: SYSTEM.difference_scale(2, "a"), SCHEME),
        (lambda: SYSTEM.difference(MASKED, 0.1), "noise_means must have no masked values"),
        (lambda: SYSTEM.pair_cf([[1.0, 2.0]], 2, None), SCHEME),
        (lambda: SYSTEM.pair_codifference(2, None), SCHEME),
        (lambda: SYSTEM.pair_codifference(2, EULER, 1e300), LARGE),
        (lambda: LinearMeanField(1.5, 1.0, 1e4).law(3, FLOW), LARGE),
        (lambda: NETWORK.limit_mean([1.0, 0.0], FLOW), EULER_ONLY),
        (lambda: NETWORK.difference_scale([1.0, 0.0], 2, FLOW), EULER_ONLY),
        (lambda: LinearNetwork(1.5, isotropic, 1e200 * X, Y), "x'x and x'y must be finite, got x"),
        (lambda: LinearNetwork(1.5, isotropic, X, MASKED), "y must have no masked values"),
        (lambda: BoundedDrift(1.5).limit("a"), SCHEME),
        (lambda: BoundedDrift(1.5).variance(None), SCHEME),
        (lambda: BoundedDrift(1.5, sigma=1e300), r"\(sigma frequency\)\^alpha must be finite, got"),
        (lambda: SineNetwork(1.5, 1.0).limit("a"), SCHEME),
        (lambda: SineNetwork(1.5, 1.0).limit(Euler(1e6, 2)), "modes times a turn must be at most"),
        (lambda: EULER.kernel("a"), "rate must be a real number, got 'a'"),
        (lambda: FLOW.decay(np.nan), "rate must be finite, got nan"),
        (lambda: log_moments(1e-200), "alpha must be at least 1e-100, got 1e-200"),
        (lambda: kesten.trajectory(3, [[1.0]], 1), LEAST + "3"),
        (lambda: kesten.trajectory(GAUSSIAN, MASKED[:, None], 1), "states must have no masked val"),
        (lambda: growths("a", 1, chains=2), LEAST + "'a'"),
        (lambda: estimate_moment(None, 1.0, 1), LEAST + "None"),
        (lambda: estimate_moment(GAUSSIAN, "a", 1), "order must be a real number, got 'a'"),
        (
            lambda: estimate_moment(GaussianLeastSquares(30.0, 1, 1), 3e3, 1, clones=2),
            r"h\(3000\) must be below e\^700, got e\^",
        ),
        (lambda: GAUSSIAN.closed_moment("a"), "order must be a real number, got 'a'"),
        (
            lambda: GaussianLeastSquares(1e300, 1, 1),
            r"eta variance / batch must lie in \(1e-70, 1e",
        ),
        (
            lambda: GaussianLeastSquares(1e-80, 1, 1),
            r"eta variance / batch must lie in \(1e-70, 1e",
        ),
        (lambda: FiniteLeastSquares(MASKED[:, None], [1.0, 2.0], 0.1, 1), "rows must have no mask"),
        (lambda: FiniteLeastSquares(X, Y, 0.1, 1, replacement=3), "replacement must be True or Fa"),
        (
            lambda: FiniteLeastSquares(1e200 * X, Y, 0.1, 1),
            r"rows, eta rows\^2 and targets must be",
        ),
        (
            lambda: FiniteLeastSquares(X, 1e200 * Y, 0.1, 1),
            r"rows, eta rows\^2 and targets must be",
        ),
        (
            lambda: FiniteLeastSquares([["a"], ["b"]], Y[:2], 0.1, 1),
            "rows must be a real number or",
        ),
    ],
)
def test_what_is_of_another_kind_is_named_in_one_line(call, line):
    with pytest.raises(ValueError, match=f"^{line}") as refused:
        call()
    assert "\n" not in str(refused.value)
