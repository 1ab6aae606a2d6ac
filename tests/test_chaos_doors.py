"""Whatever a public function of chaos is given that it cannot take, it says so in one line."""

import inspect
import re
from itertools import islice

import numpy as np
import pytest
from chaos_callables import callables, is_protocol, is_result, parameters

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
RIGHT = {
    "checkpoint.save": (checkpoint.save, {"folder": None, "step": 1, "arrays": {"a": THETA}}),
    "checkpoint.load": (checkpoint.load, {"folder": None}),
    "coupling.step_sizes": (
        step_sizes,
        {"theta": THETA, "drift": PULL, "field": FIELD, "eta": 0.1},
    ),
    "dependence.codifference": (codifference, {"x": NINE / 9, "y": NINE / 9}),
    "dependence.distance_covariance": (distance_covariance, {"x": NINE, "y": NINE, "exponent": 1}),
    "dependence.hsic": (hsic, {"x": NINE, "y": NINE}),
    "distances.arcsinh_wasserstein": (arcsinh_wasserstein, {"x": Y, "y": Y}),
    "distances.ecf": (ecf, {"x": Y, "y": Y}),
    "distances.energy": (energy, {"x": X, "y": X, "exponent": 0.5}),
    "distances.mmd": (mmd, {"x": X, "y": X}),
    "distances.sliced_ecf": (sliced_ecf, {"x": X, "y": X}),
    "distances.wasserstein": (wasserstein, {"x": Y, "y": Y}),
    "interactions.Interaction": (Interaction, {"drift": PULL.drift, "feature": PULL.feature}),
    "interactions.attraction": (attraction, {"rate": 1.0}),
    "interactions.drifts": (drifts, {"interaction": PULL}),
    "kesten.FiniteLeastSquares": (
        kesten.FiniteLeastSquares,
        {"rows": X, "targets": Y, "eta": 0.1, "batch": 1},
    ),
    "kesten.FiniteLeastSquares.moment": (GIVEN.moment, {"order": 1.0}),
    "kesten.GaussianLeastSquares": (
        kesten.GaussianLeastSquares,
        {"eta": 0.5, "batch": 1, "dim": 1},
    ),
    "kesten.GaussianLeastSquares.moment": (GAUSSIAN.moment, {"order": 1.0}),
    "kesten.GaussianLeastSquares.closed_moment": (GAUSSIAN.closed_moment, {"order": 2}),
    "kesten.GaussianLeastSquares.moment_bound": (GAUSSIAN.moment_bound, {"order": 0.1}),
    "kesten.trajectory": (kesten.trajectory, {"sgd": GAUSSIAN, "states": X, "seed": 1}),
    "kesten.growths": (kesten.growths, {"sgd": GAUSSIAN, "seed": 1, "chains": 2}),
    "kesten.estimate_growth": (kesten.estimate_growth, {"sgd": GAUSSIAN, "seed": 1}),
    "kesten.estimate_moment": (
        kesten.estimate_moment,
        {"sgd": GAUSSIAN, "order": 1.0, "seed": 1, "clones": 2, "steps": 5},
    ),
    "kesten.estimate_tail_index": (
        kesten.estimate_tail_index,
        {"sgd": GAUSSIAN, "seed": 1, "clones": 50, "steps": 5},
    ),
    "mean_field.record": (mean_field.record, {"path": PATH}),
    "mean_field.recorded": (mean_field.recorded, {"states": STATES, "steps": 2}),
    "mean_field.replay": (mean_field.replay, {"path": PATH}),
    "network.Network": (Network, {}),
    "network.Network.initial": (NETWORK.initial, {"widths": (2, 3), "seed": 1}),
    "network.Network.forward": (NETWORK.forward, {"weights": WEIGHTS, "x": X}),
    "network.Network.value": (NETWORK.value, DATA),
    "network.Network.gradient": (NETWORK.gradient, DATA),
    "network.Network.step_factors": (NETWORK.step_factors, {"weights": WEIGHTS}),
    "network.Network.accuracy": (NETWORK.accuracy, DATA),
    "particles.trajectory": (
        particles.trajectory,
        {"theta": THETA, "interaction": PULL, "field": FIELD, "eta": 0.1},
    ),
    "rates.log_moments": (rates.log_moments, {"alpha": 1.5}),
    "rates.log_scale": (rates.log_scale, {"errors": Y, "alpha": 1.5}),
    "rates.slope": (rates.slope, {"sizes": [1.0, 2.0], "errors": ERRORS.T, "alpha": 1.5}),
    "rates.paired_slope": (rates.paired_slope, {"sizes": [1.0, 2.0], "errors": ERRORS}),
    "sgd.minibatch": (minibatch, {"seed": 1, "step": 1, "n": 3, "size": 2}),
    "sgd.minibatch_drift": (minibatch_drift, {"network": NETWORK, "x": X, "y": LABELS}),
    "sgd.trajectory": (
        trajectory,
        {"weights": WEIGHTS, "drift": lambda w, k: w, "field": FIELD, "eta": 0.1},
    ),
    "solvable.Euler": (solvable.Euler, {"eta": 0.1, "steps": 3}),
    "solvable.Euler.kernel": (EULER.kernel, {"rate": 1.0}),
    "solvable.Euler.decay": (EULER.decay, {"rate": 1.0}),
    "solvable.Euler.power": (EULER.power, FORM),
    "solvable.Flow": (solvable.Flow, {"time": 1.0}),
    "solvable.Flow.kernel": (FLOW.kernel, {"rate": 1.0}),
    "solvable.Flow.decay": (FLOW.decay, {"rate": 1.0}),
    "solvable.Flow.power": (FLOW.power, FORM),
    "solvable.Flow.rule": (lambda kinks: FLOW.rule(kinks), {"kinks": 0.5}),
    "solvable.BoundedDrift": (solvable.BoundedDrift, {"alpha": 1.5}),
    "solvable.BoundedDrift.limit": (BOUNDED.limit, {"scheme": FLOW}),
    "solvable.BoundedDrift.variance": (BOUNDED.variance, {"scheme": FLOW}),
    "solvable.LinearMeanField": (
        solvable.LinearMeanField,
        {"alpha": 1.5, "rate": 1.0, "pull": 1.0},
    ),
    "solvable.LinearMeanField.difference_scale": (
        SYSTEM.difference_scale,
        {"n": 2, "scheme": FLOW},
    ),
    "solvable.LinearMeanField.difference": (SYSTEM.difference, {"noise_means": Y, "eta": 0.1}),
    "solvable.LinearMeanField.law": (SYSTEM.law, {"n": 2, "scheme": FLOW}),
    "solvable.LinearMeanField.pair_cf": (
        SYSTEM.pair_cf,
        {"u": [1.0, 2.0], "n": 2, "scheme": FLOW},
    ),
    "solvable.LinearMeanField.pair_codifference": (
        SYSTEM.pair_codifference,
        {"n": 2, "scheme": FLOW},
    ),
    "solvable.LinearNetwork": (
        solvable.LinearNetwork,
        {"alpha": 1.5, "noise": isotropic, "x": X, "y": Y},
    ),
    "solvable.LinearNetwork.difference": (LINEAR.difference, {"noise_means": X, "eta": 0.1}),
    "solvable.LinearNetwork.mean_error": (LINEAR.mean_error, {"noise_means": X, "eta": 0.1}),
    "solvable.LinearNetwork.limit_mean": (
        LINEAR.limit_mean,
        {"start": [1.0, 0.0], "euler": EULER},
    ),
    "solvable.LinearNetwork.difference_scale": (LINEAR.difference_scale, ALONG),
    "solvable.LinearNetwork.mean_error_scale": (LINEAR.mean_error_scale, ALONG),
    "solvable.OrnsteinUhlenbeck": (solvable.OrnsteinUhlenbeck, {"alpha": 1.5, "rate": 1.0}),
    "solvable.OrnsteinUhlenbeck.law": (PROCESS.law, {"scheme": FLOW}),
    "solvable.OrnsteinUhlenbeck.euler_error_scale": (PROCESS.euler_error_scale, {"euler": EULER}),
    "solvable.OrnsteinUhlenbeck.error_constant": (PROCESS.error_constant, {"time": 1.0}),
    "solvable.OrnsteinUhlenbeck.refinement_scale": (
        PROCESS.refinement_scale,
        {"coarse": EULER, "parts": 2},
    ),
    "solvable.OrnsteinUhlenbeck.refinement": (
        PROCESS.refinement,
        {"noise": np.ones(6), "coarse": EULER, "parts": 2},
    ),
    "solvable.SineNetwork": (solvable.SineNetwork, {"alpha": 1.5, "target": 1.0}),
    "solvable.SineNetwork.limit": (SINE.limit, {"scheme": FLOW}),
    "streaming.summary": (summary, {}),
    "streaming.Summary.add": (SEEN.add, {"x": Y}),
    "streaming.Summary.merge": (SEEN.merge, {"other": SEEN}),
    "streaming.Summary.quantile": (SEEN.quantile, {"q": 0.5}),
    "streaming.Summary.distance": (SEEN.distance, {"law": Stable(1.5)}),
    "streaming.Summary.tail_index": (SEEN.tail_index, {"k": 1}),
}
FLAT = "an array", "a list"
WRONG = {
    "text": "a",
    "nothing": None,
    "an array": np.array([0.1, 0.2]),
    "a list": [0.1, 0.2],
    "a nested list": [[0.0], [1.0]],
    "a ragged list": [[0.1], [0.1, 0.2]],
    "a truth": True,
    "a complex number": 1j,
    "a masked array": np.ma.array([0.1, 0.2], mask=[0, 1]),
    "a dict": {"a": 0.1},
    "an object": object(),
}
# What is right all the same: samples and vectors of two numbers, options, and None for no option.
TAKES = {
    ("checkpoint.save", "folder"): ("text",),
    ("checkpoint.load", "folder"): ("text",),
    ("dependence.distance_covariance", "alpha"): ("nothing",),
    ("dependence.hsic", "units"): ("nothing", "a list"),
    **{(f"distances.{f}", z): FLAT for f in ("arcsinh_wasserstein", "ecf") for z in "xy"},
    **{("distances.wasserstein", z): FLAT for z in "xy"},
    ("distances.energy", "alpha"): ("nothing",),
    ("interactions.Interaction", "dim"): ("nothing",),
    ("distances.wasserstein", "alpha"): ("nothing",),
    ("kesten.FiniteLeastSquares", "replacement"): ("a truth",),
    ("network.Network", "bias"): ("a truth",),
    ("network.Network.gradient", "seen"): ("nothing",),
    ("particles.trajectory", "means"): ("nothing", "a nested list"),
    ("particles.trajectory", "stride"): ("nothing",),
    ("rates.log_scale", "errors"): FLAT,
    ("rates.slope", "sizes"): FLAT,
    ("rates.slope", "errors"): ("a ragged list",),
    ("rates.paired_slope", "sizes"): FLAT,
    ("sgd.minibatch_drift", "batch"): ("nothing",),
    ("sgd.minibatch_drift", "seen"): ("nothing",),
    ("sgd.minibatch_drift", "train_output"): ("a truth",),
    ("solvable.LinearMeanField.difference", "noise_means"): (*FLAT, "a nested list"),
    ("solvable.LinearMeanField.difference", "start_gap"): (*FLAT, "a nested list", "a truth"),
    ("solvable.LinearMeanField.pair_cf", "u"): FLAT,
    ("solvable.LinearNetwork.limit_mean", "start"): FLAT,
    ("solvable.LinearNetwork.difference_scale", "direction"): FLAT,
    ("solvable.LinearNetwork.mean_error_scale", "direction"): FLAT,
    ("streaming.Summary.add", "x"): (*FLAT, "a nested list", "a truth"),
}
DOORS = [
    (name, parameter.name)
    for name, (function, _) in RIGHT.items()
    for parameter in inspect.signature(function).parameters.values()
    if parameter.kind is not parameter.VAR_KEYWORD
]


def test_the_doors_are_all_that_chaos_has():
    """But results, which are given back."""
    doors = {
        name
        for name, function in callables()
        if parameters(function) and not is_result(function) and not is_protocol(function)
    }
    assert doors == RIGHT.keys()


def call(name, tmp_path, changed):
    """Give a function what is right, but for what is changed."""
    function, right = RIGHT[name]
    folder = {"folder": tmp_path} if "folder" in right else {}
    return function(**right | folder | changed)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_call_is_taken(name, tmp_path):
    call(name, tmp_path, {})


@pytest.mark.parametrize(("name", "parameter"), DOORS, ids=map(" ".join, DOORS))
def test_a_wrong_argument_is_told_in_one_line(name, parameter, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    taken = TAKES.get((name, parameter), ())
    for kind, value in WRONG.items():
        if kind in taken:
            call(name, tmp_path, {parameter: value})
            continue
        with pytest.raises(ValueError, match=r" (must|needs) .*, got ") as told:
            call(name, tmp_path, {parameter: value})
        assert re.fullmatch(rf"[^\n]*\b{parameter}\b[^\n]*", str(told.value)), kind


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
