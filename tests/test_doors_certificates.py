"""Doors of networks, coding and certificates."""

from tempfile import TemporaryDirectory

import numpy as np
from bundle_doors import DOORS as BUNDLES
from doors import Door, asked_of
from ternary_doors import DOORS as TERNARY

from compress.certificates import (
    certificate,
    certifiers,
    disagreements,
    inequalities,
    information,
    nulls,
    picking,
    posterior,
    sample,
    search,
    subsets,
    terms,
    ternary,
    trial,
)
from compress.certificates.priors import (
    coded,
    declared,
    gaussians,
    objectives,
    splits,
    stochastic,
    ternaries,
    training,
)
from compress.coding import length, quantisation
from compress.networks import archive, containers, descriptions, facts, loading, model

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
COMPRESSION = {"n": 100, "m": 5, "errors": 3, "delta": 0.05, "options": 0.0}
LIMIT = certificate.occam(3, 100, 50.0, 0.05)


def mean_rows(x, labels):
    return np.eye(3)[labels].T @ x


def by_means(means, x):
    return x @ means.T


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
WIDE_GRID = GRID | {"alphabets": ("kmeans",)}
GROUPED = {"weights": NETWORK, "scope": "layer", "ndim": None, "network": False}
SPLIT = splits.unseen_rows(60, range(30, 60))
GREYS = RNG.integers(0, 256, (60, 1, 4), np.uint8)
LINEAR = ternary.Description(
    ternary.Configuration(ternary.Domain(1, 4, 3)), [np.ones((3, 1, 1, 4))]
)
GAUSSIAN = gaussians.GaussianNetwork(
    (gaussians.Layer("w", None), gaussians.Layer("v", None)),
    NETWORK,
    {name: np.full(a.shape, 0.1) for name, a in NETWORK.items()},
)
FOLDER = TemporaryDirectory()
WEIGHTS_FILE, DATA_FILE = f"{FOLDER.name}/w.npz", f"{FOLDER.name}/d.npz"
archive.save(WEIGHTS_FILE, NETWORK)
archive.save(
    DATA_FILE,
    dict(zip(loading.PARTS, (X[:40], LABELS[:40], X[40:], LABELS[40:]), strict=True)),
)
DATA = loading.load_model_and_data(WEIGHTS_FILE, DATA_FILE)[1]

SHARES, BITS = "shares truth zero empty nested eye matrix cube", "arrays truth zero infinity empty"
RATES_TAKE = {
    "q": SHARES,
    "n": "truth empty tuple",
    "complexity": BITS,
    "delta": "shares empty matrix cube",
}
PLOTS = {"compress.certificates.risks.RiskCertificate.plot"}  # which asks Matplotlib
DOORS = [
    *BUNDLES,
    *TERNARY,
    Door(
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
        {
            "errors": "zero",
            "bits": "dict_of_1",
            "options": "zero empty dict dict_of_1",
            "prefix": "none large",
        },
    ),
    Door(
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
        {
            "errors": "zero",
            "kl": "zero dict dict_of_1",
            "form": "none",
            "monte_carlo": "none",
        },
    ),
    Door(nulls.holdout, {"errors": 3, "n": 100, "delta": 0.05}, {"errors": "zero"}),
    Door(
        subsets.sample_compression,
        COMPRESSION | {"sizes": "harmonic", "ordered": True, "message": 0.0},
        {
            "m": "zero",
            "errors": "zero",
            "sizes": "none",
            "ordered": "truth",
            "message": "zero empty dict dict_of_1",
            "options": "zero empty dict dict_of_1",
        },
    ),
    Door(
        subsets.preferent_compression,
        COMPRESSION,
        {"m": "zero", "errors": "zero", "options": "zero empty dict dict_of_1"},
    ),
    Door(
        picking.pick_to_learn,
        {
            "fit": mean_rows,
            "predict": by_means,
            "data": (X, LABELS),
            "delta": 0.05,
            "batch": 5,
            "steps": 3,
            "patience": 2,
            "null_share": 0.5,
            "seed": 1,
            "options": 1,
            "repeats": None,
        },
        {
            "fit": "callback",
            "predict": "callback",
            "null_share": "none",
            "seed": "zero",
            "options": "large dict_of_1",
            "repeats": "none",
        },
    ),
    Door(
        disagreements.disagreement,
        {
            "surrogate": LIMIT,
            "differences": 3,
            "m": 100,
            "delta": 0.05,
            "bits": 0.0,
        },
        {"differences": "zero", "bits": "zero empty dict dict_of_1"},
    ),
    Door(disagreements.Disagreement, {"surrogate": LIMIT, "difference": LIMIT}),
    Door(
        inequalities.campi_garatti,
        {"size": 3, "n": 100, "complexity": 5.0, "delta": 0.05},
        {
            "size": "truth zero empty tuple nested eye",
            "n": "empty",
            "complexity": BITS,
            "delta": "shares empty matrix cube",
        },
    ),
    Door(
        splits.Split,
        {"prior": [0, 9], "bound": [7, 8], "shares": 3},
        {"prior": "tuple empty", "bound": "tuple"},
    ),
    Door(
        splits.share_of,
        {"n": 60, "share": 0.5, "seed": 1, "shares": 3},
        {"seed": "zero"},
    ),
    Door(splits.unseen_rows, {"n": 60, "rows": [3, 4], "shares": 3}, {"rows": "tuple"}),
    Door(
        declared.with_holdout,
        CERTIFY | {"rows": [3, 4], "shares": 1},
        {
            "predict": "callback none",
            "architecture": "none",
            "options": "large dict_of_1",
            "repeats": "none",
            "rows": "tuple",
        },
        {"codecs": "codec"},
    ),
    Door(
        coded.from_prior,
        CERTIFY | GRID | {"prior": NETWORK, "split": SPLIT, "priors": 2, "null_errors": 3},
        {
            "null_errors": "zero none",
            "predict": "callback none",
            "architecture": "none",
            "options": "large dict_of_1",
            "repeats": "none",
            "keeps": "shares",
            "levels": "tuple",
            "rounds": "zero",
            "seed": "zero",
        },
        {"codecs": "codec", "prior": "weights", "weights": "prior"},
    ),
    Door(
        stochastic.trained_from_prior,
        {
            "prior": NETWORK,
            "data": (X, LABELS),
            "split": SPLIT,
            "delta": 0.05,
            "training": training.Training(epochs=1),
            "architecture": None,
            "options": 1,
            "repeats": None,
            "priors": 2,
            "null_errors": 3,
            "runs": 2,
            "draws": 2,
            "progress": False,
        },
        {
            "null_errors": "zero none",
            "training": "none",
            "architecture": "none",
            "options": "large dict_of_1",
            "repeats": "none",
            "progress": "truth callback",
        },
        {"prior": "weights"},
    ),
    Door(
        training.Training,
        {
            "objective": "quadratic",
            "epochs": 3,
            "batch": 10,
            "rate": 0.01,
            "start": 0.1,
            "least": 0.1,
            "penalty": 1.0,
            "spreads": (0.1, 0.2),
            "moving": ("w",),
            "seed": 1,
        },
        {"epochs": "zero", "spreads": "tuple", "moving": "none", "seed": "zero"},
    ),
    Door(
        ternaries.ternary_from_prior,
        {
            "description": LINEAR,
            "prior": LINEAR,
            "data": (GREYS, LABELS),
            "split": SPLIT,
            "delta": 0.05,
            "options": 1,
            "repeats": None,
            "priors": 2,
            "null_errors": 3,
        },
        {"options": "large dict_of_1", "repeats": "none", "null_errors": "zero none"},
        {"data": "images"},
    ),
    Door(
        ternaries.read_relative,
        {"source": ternaries.relative_bytes(LINEAR, LINEAR), "prior": LINEAR},
        {},
        {"source": "what is decoded|weights"},
    ),
    Door(GAUSSIAN.divergence, {"prior": NETWORK, "spread": 0.1}),
    Door(
        GAUSSIAN.draw_errors,
        {"x": X, "labels": LABELS, "draws": 2, "seed": 1},
        {"seed": "zero"},
        {"x": "data", "labels": "data"},
    ),
    Door(
        objectives.bound,
        {"name": "lambda", "loss": 0.1, "divergence": 5.0, "n": 100, "delta": 0.05},
        {"loss": "zero", "divergence": "zero"},
    ),
    Door(certificate.elias_gamma_bits, {"length": 5}, {"length": "large"}),
    Door(certificate.printed_risk, {"value": 0.25}, {"value": "zero negative"}),
    Door(certificate.MonteCarlo, {"draws": 10, "delta": 0.01}),
    Door(inequalities.kl, {"q": 0.1, "p": 0.2}, {"q": SHARES, "p": SHARES}),
    Door(inequalities.kl_upper, {"q": 0.1, "c": 0.2}, {"q": SHARES, "c": BITS}),
    Door(inequalities.kl_lower, {"q": 0.1, "c": 0.2}, {"q": SHARES, "c": BITS}),
    Door(
        inequalities.binomial_log_cdf,
        {"errors": 3, "n": 100, "p": 0.1},
        {"errors": "truth zero empty tuple nested eye", "n": "empty", "p": SHARES},
    ),
    Door(
        inequalities.binomial_tail,
        COUNTS,
        {
            "errors": "truth zero empty tuple nested eye",
            "n": "empty",
            "complexity": BITS,
            "delta": "shares empty matrix cube",
        },
    ),
    Door(inequalities.hoeffding, RATES, RATES_TAKE),
    Door(inequalities.chernoff, RATES, RATES_TAKE),
    Door(
        inequalities.catoni_at,
        {"q": 0.1, "c": 0.2, "slope": 1.0},
        {"q": SHARES, "c": BITS, "slope": "vectors truth empty matrix cube"},
    ),
    Door(inequalities.catoni, RATES | {"alpha": 1.1}, RATES_TAKE),
    Door(inequalities.catoni_lambda, RATES | {"alpha": 1.1}, RATES_TAKE),
    Door(inequalities.catoni_union, {"log_lambda": 3.0, "alpha": 1.1}, {"log_lambda": BITS}),
    Door(inequalities.maurer, RATES, RATES_TAKE),
    Door(inequalities.mcallester, RATES, RATES_TAKE),
    Door(inequalities.quadratic, RATES, RATES_TAKE),
    Door(
        information.min_bits,
        RISKS,
        {"train_error": SHARES, "test_error": SHARES, "n": "truth empty tuple"},
    ),
    Door(
        information.jensen_shannon_bits,
        RISKS,
        {"train_error": SHARES, "test_error": SHARES, "n": "truth empty tuple"},
    ),
    Door(posterior.Noise, {"posterior": 0.2, "prior": 0.2}),
    Door(
        posterior.word_divergences,
        {"codebook": [-1.0, 1.0], "noise": NOISE, "masses": [0.5, 0.5]},
        {"codebook": "pairs", "masses": "pairs none"},
    ),
    Door(posterior.uniform_divergence, CODES, {"codes": "empty", "codebook": "vectors"}),
    Door(posterior.weighted_divergence, CODES, {"codes": "empty", "codebook": "vectors"}),
    Door(posterior.noise_gain, {"spacing": 1.0, "posterior": 1.0, "prior": 1.0}, {"prior": "none"}),
    Door(
        posterior.permutation_bits,
        {"incoming": np.eye(3), "bias": np.ones(3), "outgoing": np.eye(3)},
        {"incoming": "matrix", "bias": "none three tuple", "outgoing": "none"},
        {"incoming": "bias"},
    ),
    Door(
        sample.checked_sample,
        {"x": X, "labels": LABELS, "repeats": None, "classes": 3},
        {"repeats": "none", "classes": "none"},
        {"x": "data", "labels": "data"},
    ),
    Door(sample.checked_arrays, {"data": (X, LABELS)}),
    Door(sample.check_labels, {"labels": LABELS, "classes": 3}, {"labels": "zero"}),
    Door(sample.distinct, {"x": X}, {"x": "nested eye matrix"}),
    Door(
        search.certified,
        {"code": CODE, "errors": 3, "n": 100, "delta": 0.05, "codecs": 1, "options": 1},
        {"errors": "zero", "codecs": "large", "options": "large dict_of_1"},
    ),
    Door(
        search.certify,
        CERTIFY,
        {
            "predict": "callback none",
            "architecture": "none",
            "options": "large dict_of_1",
            "repeats": "none",
        },
        {"codecs": "codec"},
    ),
    Door(
        search.prune_quantise_encode,
        CERTIFY | WIDE_GRID,
        {
            "predict": "callback none",
            "architecture": "none",
            "options": "large dict_of_1",
            "repeats": "none",
            "keeps": "shares",
            "levels": "tuple",
            "rounds": "zero",
            "seed": "zero",
        },
        {"codecs": "codec", "alphabets": "alphabets|method"},
    ),
    Door(
        certifiers.Search,
        WIDE_GRID,
        {"keeps": "shares", "levels": "tuple", "rounds": "zero", "seed": "zero"},
        {"alphabets": "alphabets|method"},
    ),
    Door(CERTIFIER.searched, {"search": SEARCH}),
    Door(
        terms.Terms,
        {"delta": 0.05, "codecs": ("adaptive",), "options": 1},
        {"codecs": "tuple", "options": "large dict_of_1"},
    ),
    Door(
        trial.Setting,
        {"keep": 0.5, "levels": 3, "method": "kmeans", "groups": None},
        {"groups": "none"},
    ),
    Door(
        length.code_length,
        {"arrays": NETWORK, "codec": "zlib"},
        {"arrays": "array array_to_2 three equals eye matrix cube"},
    ),
    Door(length.length_bits, {"length": 3}, {"length": "zero"}),
    Door(
        length.encode_payload,
        {"arrays": NETWORK, "codec": "zlib"},
        {"arrays": "array array_to_2 three equals eye matrix cube"},
    ),
    Door(
        length.decode_payload,
        {"payload": CODE.payload, "like": NETWORK, "codec": "adaptive"},
        {},
        {"payload": "what is decoded", "like": "arrays|payload"},
    ),
    Door(
        length.encode,
        {"arrays": NETWORK, "codec": "zlib"},
        {"arrays": "array array_to_2 three equals eye matrix cube"},
    ),
    Door(
        length.decode,
        {"blob": length.encode(NETWORK), "limit": 1000},
        {"limit": "none"},
        {"blob": "file|what is decoded"},
    ),
    Door(
        quantisation.quantise,
        {"weights": NETWORK, "levels": 3, "method": "kmeans", "groups": None},
        {"weights": "array array_to_2 three equals eye matrix cube", "groups": "none"},
    ),
    Door(
        containers.grouped,
        GROUPED,
        {
            "weights": "array array_to_2 three equals eye matrix cube",
            "ndim": "none",
            "network": "truth",
        },
        {"ndim": "weights"},
    ),
    Door(containers.check_scope, {"scope": "layer"}),
    Door(facts.nonzeros, {"arrays": NETWORK}),
    Door(
        facts.entries_share,
        {"weights": np.eye(3), "keep": 0.5},
        {"weights": "array array_to_2 three equals eye matrix cube", "keep": "zero"},
    ),
    Door(facts.matrices, {"model": KNOWN}),
    Door(facts.named_architecture, {"model": KNOWN}),
    Door(facts.after_convolutions, {"model": KNOWN}),
    Door(facts.check_rectified, {"model": KNOWN}),
    Door(
        loading.scale_of,
        {"inputs": "unit", "architecture": None, "default": "unit"},
        {"inputs": "none", "architecture": "none", "default": "text"},
    ),
    Door(
        loading.load_model_and_data,
        {
            "weights": WEIGHTS_FILE,
            "data": DATA_FILE,
            "data_home": None,
            "inputs": "unit",
            "architecture": None,
        },
        {
            "weights": "text",
            "data_home": "none text",
            "inputs": "none",
            "architecture": "none",
        },
    ),
    Door(
        loading.said_architecture,
        {"weights": WEIGHTS_FILE, "said": None},
        {"weights": "text", "said": "none"},
        {"weights": "path", "said": "architecture"},
    ),
    Door(
        loading.two_samples,
        {"data": DATA, "size": 5, "seed": 1},
        {"seed": "zero"},
        {"size": "points"},
    ),
    Door(archive.load, {"path": WEIGHTS_FILE}, {"path": "text"}),
    Door(archive.texts, {"path": WEIGHTS_FILE}, {"path": "text"}),
    Door(
        archive.save,
        {"path": "new.npz", "arrays": NETWORK, "beside": None},
        {"path": "text", "arrays": "dict dict_of_1", "beside": "none"},
    ),
    Door(
        model.recognised,
        {"arrays": NETWORK, "inputs": 4, "architecture": None},
        {"architecture": "none"},
    ),
    Door(model.checked_network, {"arrays": NETWORK}),
    Door(KNOWN.logits, {"arrays": NETWORK, "points": X}),
    Door(KNOWN.mean_squares, {"points": X}),
    Door(KNOWN.as_in_file, {"arrays": NETWORK}),
    Door(KNOWN.features, {"points": X}),
    Door(KNOWN.rows, {"points": X}),
    Door(
        descriptions.describe,
        {
            "weights": NETWORK,
            "x": X,
            "labels": np.zeros(len(X), int),
            "image": None,
            "examples": 5,
            "seed": 1,
        },
        {"image": "none", "seed": "zero"},
        {"x": "labels", "labels": "x"},
    ),
    Door(descriptions.describe(NETWORK).toml, {"number": 0}, {"number": "zero"}),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "certificates", no_door=PLOTS)
