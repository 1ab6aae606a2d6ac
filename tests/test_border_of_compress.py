"""What is no such argument is refused in one line, from networks to certificates."""

import inspect
import re
from importlib import import_module
from pkgutil import walk_packages
from types import FunctionType
from typing import Any

import numpy as np
import pytest

import compress.certificates
import compress.coding
import compress.networks
from compress.certificates import (
    certificate,
    certifiers,
    inequalities,
    information,
    posterior,
    sample,
    search,
    terms,
    trial,
)
from compress.coding import codebook, length, quantisation
from compress.coding.codecs import counts
from compress.networks import archive, containers, facts, loading, model, ranking
from stablenoise.results import Result

RNG = np.random.default_rng(1)
X = RNG.standard_normal((60, 4))
NETWORK = {"w": np.round(RNG.standard_normal((5, 4))), "v": np.round(RNG.standard_normal((3, 5)))}
LABELS = RNG.integers(0, 3, 60)
KNOWN = model.recognised(NETWORK, 4)
CODE = length.code_length(NETWORK)
SEARCH = certifiers.Search(keeps=(1.0,), levels=(2,), rounds=0)
CERTIFIER = certifiers.certifier_of_model(KNOWN, (X, LABELS), terms.Terms(0.05))
RATES = {"q": 0.1, "n": 100, "complexity": 5.0, "delta": 0.05}
COUNTS = {"errors": 3, "n": 100, "complexity": 5.0, "delta": 0.05}
RISKS = {"train_error": 0.1, "test_error": 0.2, "n": 100}
NOISE = posterior.Noise(0.2, 0.2)
CODES = {"codes": [0, 1, 1], "codebook": [-1.0, 1.0], "noise": NOISE}
CERTIFY = {
    "weights": NETWORK,
    "data": (X, LABELS),
    "delta": 0.05,
    "predict": None,
    "architecture": None,
    "codecs": ("adaptive",),
    "options": 1,
    "repeats": None,
}
GRID = {"keeps": (1.0,), "levels": (2,), "rounds": 0, "examples": 20, "seed": 1}
GROUPED = {"weights": NETWORK, "scope": "layer", "ndim": None, "network": False}
CALLS = [
    (
        certificate.occam,
        {
            "errors": 3,
            "n": 100,
            "bits": 50.0,
            "delta": 0.05,
            "options": 0.0,
            "prefix": "elias",
            "form": "chernoff",
        },
    ),
    (
        certificate.pac_bayes,
        {
            "errors": 3,
            "n": 100,
            "kl": 5.0,
            "delta": 0.05,
            "kind": "stochastic",
            "form": "maurer",
            "monte_carlo": certificate.MonteCarlo(10, 0.01),
        },
    ),
    (certificate.elias_gamma_bits, {"length": 5}),
    (certificate.printed_risk, {"value": 0.25}),
    (certificate.MonteCarlo, {"draws": 10, "delta": 0.01}),
    (inequalities.kl, {"q": 0.1, "p": 0.2}),
    (inequalities.kl_upper, {"q": 0.1, "c": 0.2}),
    (inequalities.kl_lower, {"q": 0.1, "c": 0.2}),
    (inequalities.binomial_log_cdf, {"errors": 3, "n": 100, "p": 0.1}),
    (inequalities.binomial_tail, COUNTS),
    (inequalities.hoeffding, RATES),
    (inequalities.chernoff, RATES),
    (inequalities.catoni_at, {"q": 0.1, "c": 0.2, "slope": 1.0}),
    (inequalities.catoni, RATES | {"alpha": 1.1}),
    (inequalities.catoni_lambda, RATES | {"alpha": 1.1}),
    (inequalities.catoni_union, {"log_lambda": 3.0, "alpha": 1.1}),
    (inequalities.maurer, RATES),
    (inequalities.mcallester, RATES),
    (inequalities.quadratic, RATES),
    (information.min_bits, RISKS),
    (information.jensen_shannon_bits, RISKS),
    (posterior.Noise, {"posterior": 0.2, "prior": 0.2}),
    (posterior.word_divergences, {"codebook": [-1.0, 1.0], "noise": NOISE, "masses": [0.5, 0.5]}),
    (posterior.uniform_divergence, CODES),
    (posterior.weighted_divergence, CODES),
    (posterior.noise_gain, {"spacing": 1.0, "posterior": 1.0, "prior": 1.0}),
    (
        posterior.permutation_bits,
        {"incoming": np.eye(3), "bias": np.ones(3), "outgoing": np.eye(3)},
    ),
    (sample.checked_sample, {"x": X, "labels": LABELS, "repeats": None, "classes": 3}),
    (sample.checked_arrays, {"data": (X, LABELS)}),
    (sample.check_labels, {"labels": LABELS, "classes": 3}),
    (sample.distinct, {"x": X}),
    (
        search.certified,
        {"code": CODE, "errors": 3, "n": 100, "delta": 0.05, "codecs": 1, "options": 1},
    ),
    (search.certify, CERTIFY),
    (search.prune_quantise_encode, CERTIFY | GRID),
    (certifiers.Search, GRID),
    (CERTIFIER.searched, {"search": SEARCH}),
    (terms.Terms, {"delta": 0.05, "codecs": ("adaptive",), "options": 1}),
    (trial.Setting, {"keep": 0.5, "levels": 3}),
    (length.code_length, {"arrays": NETWORK, "codec": "zlib"}),
    (length.length_bits, {"length": 3}),
    (length.encode_payload, {"arrays": NETWORK, "codec": "zlib"}),
    (length.decode_payload, {"payload": CODE.payload, "like": NETWORK, "codec": "adaptive"}),
    (length.encode, {"arrays": NETWORK, "codec": "zlib"}),
    (length.decode, {"blob": length.encode(NETWORK), "limit": 1000}),
    (quantisation.quantise, {"weights": NETWORK, "levels": 3, "method": "kmeans"}),
    (containers.grouped, GROUPED),
    (containers.check_scope, {"scope": "layer"}),
    (facts.nonzeros, {"arrays": NETWORK}),
    (facts.entries_share, {"weights": np.eye(3), "keep": 0.5}),
    (facts.matrices, {"model": KNOWN}),
    (facts.after_convolutions, {"model": KNOWN}),
    (facts.check_rectified, {"model": KNOWN}),
    (loading.scale_of, {"inputs": "unit", "architecture": None, "default": "unit"}),
    (
        loading.load_model_and_data,
        {
            "weights": "FOLDER/w.npz",
            "data": "FOLDER/d.npz",
            "data_home": None,
            "inputs": "unit",
            "architecture": None,
        },
    ),
    (loading.two_samples, {"data": "DATA", "size": 5, "seed": 1}),
    (archive.load, {"path": "FOLDER/w.npz"}),
    (archive.save, {"path": "FOLDER/new.npz", "arrays": NETWORK}),
    (model.recognised, {"arrays": NETWORK, "inputs": 4, "architecture": None}),
    (model.checked_network, {"arrays": NETWORK}),
    (KNOWN.logits, {"arrays": NETWORK, "points": X}),
    (KNOWN.mean_squares, {"points": X}),
    (KNOWN.as_in_file, {"arrays": NETWORK}),
]
BAD = [
    "a",
    None,
    object(),
    np.array([0.5, 0.25, 0.125]),
    np.eye(2),
    [0.5, 0.25],
    (1, 2, 3),
    {"a": 1},
    float("nan"),
    float("inf"),
    -1,
    2**70,
    1j,
    b"ab",
    True,
    np.ma.masked_array([0.5, 0.25], [True, False]),
    np.array(["a", "b"]),
    [[1.0], [1.0, 2.0]],
    len,
]
ONE_LINE = re.compile(r"[^\n]+ (must|are needed)[^\n]*, got:? [^\n]*[^.\n]")
CASES = [(function, given, name) for function, given in CALLS for name in given]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("border")
    archive.save(folder / "w.npz", NETWORK)
    data = dict(zip(loading.PARTS, (X[:40], LABELS[:40], X[40:], LABELS[40:]), strict=True))
    archive.save(folder / "d.npz", data)
    return folder


def filled(given, folder):
    """Arguments with files, and with the data set of one, where they are named."""
    if "DATA" in [value for value in given.values() if isinstance(value, str)]:
        return given | {"data": loading.load_model_and_data(folder / "w.npz", f"{folder}/d.npz")[1]}
    return {
        name: value.replace("FOLDER", str(folder)) if isinstance(value, str) else value
        for name, value in given.items()
    }


@pytest.mark.parametrize(("function", "given"), CALLS, ids=[f.__name__ for f, _ in CALLS])
def test_the_arguments_are_good(function, given, folder):
    function(**filled(given, folder))
    assert list(given) == list(inspect.signature(function).parameters)


@pytest.mark.parametrize(
    ("function", "given", "name"), CASES, ids=[f"{f.__name__}-{n}" for f, _, n in CASES]
)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_what_is_no_such_argument_works_or_is_refused_in_one_line(
    function, given, name, folder, monkeypatch
):
    monkeypatch.chdir(folder)
    arguments = filled(given, folder)
    for bad in BAD if name != "predict" else BAD[:-1]:  # a function fails in its own way
        try:
            function(**arguments | {name: bad})
        except FileNotFoundError:
            assert isinstance(bad, str)
        except ValueError as error:
            assert ONE_LINE.fullmatch(str(error)), f"{bad!r}: {error}"


VALUES = [
    certificate.Charge,
    certificate.RiskCertificate,
    certifiers.Certifier,
    codebook.Layout,
    codebook.Part,
    containers.Groups,
    counts.Model,
    length.CodeLength,
    model.Model,
    quantisation.Quantised,
    ranking.Units,
    sample.Sample,
    search.Encoded,
    trial.Trial,
]  # made by functions, whose arguments are looked at


def documented():
    """Classes and functions with a section Parameters, of networks, coding and certificates."""
    for package in compress.networks, compress.coding, compress.certificates:
        for info in walk_packages(package.__path__, f"{package.__name__}."):
            if info.name.startswith("compress.coding.codecs."):
                continue  # members of an open folder, called with what ``length`` has looked at
            for name, value in vars(import_module(info.name)).items():
                ours = getattr(value, "__module__", None) == info.name and not name.startswith("_")
                if ours and callable(value) and "Parameters\n" in (value.__doc__ or ""):
                    yield value


def test_everything_that_is_documented_is_asked():
    asked = {function for function, _ in CALLS} | set(VALUES)
    assert [value.__qualname__ for value in documented() if value not in asked] == []
    assert len(list(documented())) > 60


@pytest.mark.parametrize("function", [f for f, _ in CALLS], ids=[f.__name__ for f, _ in CALLS])
def test_docstrings_are_whole(function):
    """Parameters by name, what comes back, what is raised, and an example that runs."""
    text, signature = inspect.getdoc(function), inspect.signature(function)
    assert "Parameters\n-" in text and "Raises\n-" in text and ">>> " in text
    for name in signature.parameters:
        assert re.search(rf"^(\w+, )*{name}(, \w+)*( :.*)?$", text, re.MULTILINE), name
    if not inspect.isclass(function) and signature.return_annotation is not None:
        assert "Returns\n-" in text
    assert signature.return_annotation is not Any or function in CONTAINERS


CONTAINERS = length.decode, length.decode_payload  # come back as they were given
PRINTED = [value for value in VALUES if issubclass(value, Result)]


@pytest.mark.parametrize("value", PRINTED, ids=[value.__name__ for value in PRINTED])
def test_what_a_result_has_is_documented(value):
    for name, member in vars(value).items():
        if not name.startswith("_") and isinstance(member, property | FunctionType):
            assert "Returns\n-" in inspect.getdoc(member), name
