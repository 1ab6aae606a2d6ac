"""Whatever a public function of chaos is given that it cannot take, it says so in one line."""

from itertools import islice

import numpy as np
import pytest
from doors import Door, asked_of

from chaos import checkpoint, kesten, mean_field, particles, rates, solvable
from chaos.coupling import step_sizes
from chaos.dependence import codifference, distance_covariance, hsic
from chaos.distances import arcsinh_wasserstein, ecf, energy, mmd, sliced_ecf, wasserstein
from chaos.interactions import Interaction, attraction, drifts
from chaos.network import Network
from chaos.sgd import minibatch, minibatch_drift, trajectory
from chaos.streaming import summary
from stablenoise import NoiseField, Stable
from stablenoise.noises import isotropic

FIELD, PULL, THETA = NoiseField(1.5, 1), attraction(1.0), np.ones((3, 1))
X, Y = np.array([[1.0, 0.0], [1.0, 2.0], [0.0, 1.0]]), np.array([1.0, -1.0, 0.5])
LABELS, NETWORK, PATH = np.array([0, 1, 1]), Network(), np.zeros((5, 3, 2))
WEIGHTS = NETWORK.initial((2, 4, 2), seed=1)
DATA = {"weights": WEIGHTS, "x": X, "y": LABELS}
NINE, ERRORS = np.arange(9.0), np.exp(np.sin(np.arange(60.0))).reshape(30, 2)
SEEN = summary().add(np.arange(1.0, 6.0))
STATES = list(islice(particles.trajectory(THETA, PULL, FIELD, 0.1), 3))
GAUSSIAN = kesten.GaussianLeastSquares(0.5, 2, 2)
GIVEN = kesten.FiniteLeastSquares(X[:, :1], Y, 0.1, 1)
EULER, FLOW = solvable.Euler(0.1, 3), solvable.Flow(1.0)
BOUNDED, SINE = solvable.BoundedDrift(1.5), solvable.SineNetwork(1.5, 1.0)
SYSTEM, PROCESS = solvable.LinearMeanField(1.5, 1.0, 1.0), solvable.OrnsteinUhlenbeck(1.5, 1.0)
LINEAR = solvable.LinearNetwork(1.5, isotropic, X, Y)
FORM = {"form": lambda kernel: kernel(1.0), "alpha": 1.5}
ALONG = {"direction": [1.0, 0.0], "n": 2, "euler": EULER}

# A call that is right: the function, and all that it must be given.

DOORS = [
    Door(
        checkpoint.save,
        {"folder": "kept", "step": 1, "arrays": {"a": THETA}},
        {"folder": "text", "step": "zero"},
    ),
    Door(checkpoint.load, {"folder": "kept"}, {"folder": "text"}),
    Door(
        step_sizes,
        {"theta": THETA, "drift": PULL, "field": FIELD, "eta": 0.1},
        {"drift": "callback", "sigma": "zero"},
    ),
    Door(codifference, {"x": NINE / 9, "y": NINE / 9}, {"u": "negative"}),
    Door(
        distance_covariance,
        {"x": NINE, "y": NINE, "exponent": 1},
        {"alpha": "none", "seed": "zero"},
    ),
    Door(hsic, {"x": NINE, "y": NINE}, {"units": "none list list_to_2 falling", "seed": "zero"}),
    Door(arcsinh_wasserstein, {"x": Y, "y": Y}, {"x": "vectors", "y": "vectors"}),
    Door(ecf, {"x": Y, "y": Y}, {"x": "vectors", "y": "vectors"}),
    Door(energy, {"x": X, "y": X, "exponent": 0.5}, {"x": "eye", "y": "eye", "alpha": "none"}),
    Door(mmd, {"x": X, "y": X}, {"x": "eye", "y": "eye"}),
    Door(sliced_ecf, {"x": X, "y": X}, {"x": "eye", "y": "eye", "seed": "zero"}),
    Door(wasserstein, {"x": Y, "y": Y}, {"x": "vectors", "y": "vectors", "alpha": "none"}),
    Door(
        Interaction,
        {"drift": PULL.drift, "feature": PULL.feature},
        {"parameters": "tuple", "dim": "none", "cuda": "none"},
    ),
    Door(attraction, {"rate": 1.0}, {"rate": "zero negative"}),
    Door(drifts, {"interaction": PULL}),
    Door(
        kesten.FiniteLeastSquares,
        {"rows": X, "targets": Y, "eta": 0.1, "batch": 1},
        {"targets": "three tuple", "replacement": "truth"},
    ),
    Door(GIVEN.moment, {"order": 1.0}),
    Door(kesten.GaussianLeastSquares, {"eta": 0.5, "batch": 1, "dim": 1}, {"noise": "zero"}),
    Door(GAUSSIAN.moment, {"order": 1.0}),
    Door(GAUSSIAN.closed_moment, {"order": 2}),
    Door(GAUSSIAN.moment_bound, {"order": 0.1}),
    Door(
        kesten.trajectory,
        {"sgd": GAUSSIAN, "states": X, "seed": 1},
        {"states": "eye", "seed": "zero", "start": "zero", "first": "zero"},
    ),
    Door(
        kesten.growths, {"sgd": GAUSSIAN, "seed": 1, "chains": 2}, {"seed": "zero", "first": "zero"}
    ),
    Door(kesten.estimate_growth, {"sgd": GAUSSIAN, "seed": 1}, {"seed": "zero"}),
    Door(
        kesten.estimate_moment,
        {"sgd": GAUSSIAN, "order": 1.0, "seed": 1, "clones": 2, "steps": 5},
        {"seed": "zero"},
    ),
    Door(
        kesten.estimate_tail_index,
        {"sgd": GAUSSIAN, "seed": 1, "clones": 50, "steps": 5},
        {"seed": "zero"},
    ),
    Door(mean_field.record, {"path": PATH}, {"path": "cube", "start": "zero"}),
    Door(mean_field.recorded, {"states": STATES, "steps": 2}),
    Door(mean_field.replay, {"path": PATH}, {"path": "cube", "start": "zero"}),
    Door(Network, {}, {"bias": "truth"}),
    Door(NETWORK.initial, {"widths": (2, 3), "seed": 1}, {"widths": "tuple", "seed": "zero"}),
    Door(NETWORK.forward, {"weights": WEIGHTS, "x": X}, {"x": "eye"}, {"x": "weights"}),
    Door(NETWORK.value, DATA, {}, {"x": "weights|y"}),
    Door(NETWORK.gradient, DATA, {"seen": "none"}, {"x": "weights|y"}),
    Door(NETWORK.step_factors, {"weights": WEIGHTS}),
    Door(NETWORK.accuracy, DATA, {}, {"x": "weights|y"}),
    Door(
        particles.trajectory,
        {"theta": THETA, "interaction": PULL, "field": FIELD, "eta": 0.1},
        {
            "sigma": "zero",
            "start": "zero",
            "means": "none nested",
            "stride": "none",
            "overwrite": "truth",
        },
    ),
    Door(rates.log_moments, {"alpha": 1.5}),
    Door(rates.log_scale, {"errors": Y, "alpha": 1.5}, {"errors": "vectors"}),
    Door(
        rates.slope,
        {"sizes": [1.0, 2.0], "errors": ERRORS.T, "alpha": 1.5},
        {"sizes": "array array_to_2 list list_to_2 falling", "errors": "ragged"},
    ),
    Door(
        rates.paired_slope,
        {"sizes": [1.0, 2.0], "errors": ERRORS},
        {"sizes": "array array_to_2 list list_to_2 falling"},
        {"sizes": "errors"},
    ),
    Door(minibatch, {"seed": 1, "step": 1, "n": 3, "size": 2}, {"seed": "zero", "step": "zero"}),
    Door(
        minibatch_drift,
        {"network": NETWORK, "x": X, "y": LABELS},
        {
            "x": "matrix",
            "y": "three matrix",
            "batch": "none",
            "seed": "zero",
            "train_output": "truth",
            "seen": "none function class",
        },
    ),
    Door(
        trajectory,
        {"weights": WEIGHTS, "drift": lambda w, k: w, "field": FIELD, "eta": 0.1},
        {"drift": "callback", "sigma": "zero", "start": "zero"},
    ),
    Door(solvable.Euler, {"eta": 0.1, "steps": 3}),
    Door(EULER.kernel, {"rate": 1.0}, {"rate": "zero negative"}),
    Door(EULER.decay, {"rate": 1.0}, {"rate": "zero negative"}),
    Door(EULER.power, FORM, {"form": "callback"}),
    Door(solvable.Flow, {"time": 1.0}),
    Door(FLOW.kernel, {"rate": 1.0}, {"rate": "zero negative"}),
    Door(FLOW.decay, {"rate": 1.0}, {"rate": "zero negative"}),
    Door(FLOW.power, FORM, {"form": "callback"}),
    Door(FLOW.rule, {"kinks": 0.5}, {"kinks": "zero negative nan infinity"}),
    Door(solvable.BoundedDrift, {"alpha": 1.5}),
    Door(BOUNDED.limit, {"scheme": FLOW}),
    Door(BOUNDED.variance, {"scheme": FLOW}),
    Door(
        solvable.LinearMeanField,
        {"alpha": 1.5, "rate": 1.0, "pull": 1.0},
        {"rate": "zero negative", "pull": "zero negative", "start": "zero negative"},
    ),
    Door(SYSTEM.difference_scale, {"n": 2, "scheme": FLOW}),
    Door(
        SYSTEM.difference,
        {"noise_means": Y, "eta": 0.1},
        {"noise_means": "arrays", "start_gap": "arrays truth zero negative empty"},
        {"noise_means": "steps"},
    ),
    Door(SYSTEM.law, {"n": 2, "scheme": FLOW}, {"n": "infinity"}),
    Door(SYSTEM.pair_cf, {"u": [1.0, 2.0], "n": 2, "scheme": FLOW}, {"u": "pairs eye cube"}),
    Door(SYSTEM.pair_codifference, {"n": 2, "scheme": FLOW}, {"u": "zero negative"}),
    Door(
        solvable.LinearNetwork,
        {"alpha": 1.5, "noise": isotropic, "x": X, "y": Y},
        {"x": "matrix", "y": "three tuple"},
    ),
    Door(LINEAR.difference, {"noise_means": X, "eta": 0.1}, {"noise_means": "eye"}),
    Door(LINEAR.mean_error, {"noise_means": X, "eta": 0.1}, {"noise_means": "eye"}),
    Door(LINEAR.limit_mean, {"start": [1.0, 0.0], "euler": EULER}, {"start": "pairs"}),
    Door(LINEAR.difference_scale, ALONG, {"direction": "pairs"}),
    Door(LINEAR.mean_error_scale, ALONG, {"direction": "pairs"}),
    Door(
        solvable.OrnsteinUhlenbeck,
        {"alpha": 1.5, "rate": 1.0},
        {"rate": "zero negative", "start": "zero negative"},
    ),
    Door(PROCESS.law, {"scheme": FLOW}),
    Door(PROCESS.euler_error_scale, {"euler": EULER}, {"after": "zero"}),
    Door(PROCESS.error_constant, {"time": 1.0}),
    Door(PROCESS.refinement_scale, {"coarse": EULER, "parts": 2}),
    Door(PROCESS.refinement, {"noise": np.ones(6), "coarse": EULER, "parts": 2}),
    Door(
        solvable.SineNetwork,
        {"alpha": 1.5, "target": 1.0},
        {"target": "zero negative", "start": "zero negative"},
    ),
    Door(SINE.limit, {"scheme": FLOW}),
    Door(summary, {}),
    Door(SEEN.add, {"x": Y}, {"x": "arrays truth zero negative empty"}),
    Door(SEEN.merge, {"other": SEEN}),
    Door(SEEN.quantile, {"q": 0.5}),
    Door(SEEN.distance, {"law": Stable(1.5)}),
    Door(SEEN.tail_index, {"k": 1}),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "chaos")


@pytest.mark.parametrize("eta", ["a", np.array([0.1, 0.2]), [0.1], None, True, 0.1j])
def test_a_step_size_is_one_number_everywhere(eta):
    """The review's examples, word for word."""
    line = r"^eta must be a real number, got "
    for call in (
        lambda: particles.trajectory(THETA, PULL, FIELD, eta),
        lambda: step_sizes(THETA, PULL, FIELD, eta),
        lambda: trajectory(WEIGHTS, lambda w, k: w, FIELD, eta),
        lambda: solvable.Euler(eta, 3),
        lambda: kesten.GaussianLeastSquares(eta, 1, 1),
        lambda: kesten.FiniteLeastSquares(X, Y, eta, 1),
        lambda: SYSTEM.difference(Y, eta),
        lambda: LINEAR.difference(X, eta),
    ):
        with pytest.raises(ValueError, match=line):
            call()


def test_particles_in_a_list_are_told():
    line = r"^theta must be an array of float64 or float32, got \[\[0.0\], \[1.0\]\]$"
    for call in (particles.trajectory, step_sizes):
        with pytest.raises(ValueError, match=line):
            call([[0.0], [1.0]], PULL, FIELD, 0.1)


def test_an_interaction_of_another_dimension_than_the_particles_is_told():
    """Its compiled loops would read and write behind the end of the mean."""
    line = "^theta must have particles of dimension 1, as the interaction has, got "
    flat = np.zeros((3, 2))
    for call in (
        lambda: particles.trajectory(flat, PULL, FIELD, 0.1),
        lambda: step_sizes(flat, PULL, FIELD, 0.1),
        lambda: drifts(PULL)(flat, 0),
    ):
        with pytest.raises(ValueError, match=line):
            call()


def test_a_rate_of_a_small_integer_type_is_a_number():
    """Minus two is 254 in a byte without a sign."""
    assert solvable.Flow(2.0).decay(np.uint8(2)) == solvable.Flow(2.0).decay(2.0)
    np.testing.assert_array_equal(
        solvable.Flow(2.0).kernel(np.uint8(2)), solvable.Flow(2.0).kernel(2.0)
    )
