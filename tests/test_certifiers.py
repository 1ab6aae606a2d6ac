"""A network is recognised once, a setting is encoded once, and results fit a line."""

import json
from collections import Counter

import numpy as np
import pytest

from compress import __main__ as command
from compress.certificates import certifiers, search
from compress.certificates.certificate import MonteCarlo, occam, pac_bayes
from compress.certificates.certifiers import Search, certifier_of_model
from compress.certificates.charges import Charge
from compress.certificates.search import certify, prune_quantise_encode
from compress.certificates.terms import Terms
from compress.coding.codecs import adaptive
from compress.coding.length import code_length, decode, encode
from compress.coding.quantisation import quantise
from compress.networks import archive, loading, model
from compress.networks.model import Model, recognised

RNG = np.random.default_rng(5)
X = RNG.standard_normal((300, 6))
NETWORK = quantise({"w": RNG.standard_normal((7, 6)), "v": RNG.standard_normal((3, 7))}, 5).weights
LABELS = (np.maximum(X @ NETWORK["w"].T, 0) @ NETWORK["v"].T).argmax(axis=1)
LAST = {name: w.T for name, w in NETWORK.items()}  # units last


@pytest.fixture
def calls(monkeypatch):
    """How often arrays are encoded, a network is recognised, and inputs are counted."""
    counter = Counter()

    def counting(place, name):
        function = getattr(place, name)

        def counted(*arguments, **options):
            counter[name] += 1
            return function(*arguments, **options)

        monkeypatch.setattr(place, name, counted)

    counting(adaptive, "encode")
    counting(loading, "recognised")
    counting(model, "recognised")
    counting(certifiers, "checked_sample")
    monkeypatch.setattr("compress.certificates.trial.recognised", model.recognised)
    return counter


@pytest.fixture
def given(tmp_path):
    """Files of a network with units first and with units last, and of its data."""
    archive.save(tmp_path / "first.npz", NETWORK)
    archive.save(tmp_path / "last.npz", LAST)
    data = dict(zip(loading.PARTS, (X[:200], LABELS[:200], X[200:], LABELS[200:]), strict=True))
    archive.save(tmp_path / "data.npz", data)
    return tmp_path


def certified_by_command(folder, name, *more):
    out = str(folder / "out.snc")
    given = [str(folder / f"{name}.npz"), "--data", str(folder / "data.npz"), "--out", out]
    assert command.main(["certify", *given, *more]) == 0
    return decode((folder / "out.snc").read_bytes())


def test_certify_encodes_once(calls):
    certify(NETWORK, (X, LABELS))
    assert calls == {"encode": 1, "recognised": 1, "checked_sample": 1}


def test_a_search_encodes_each_setting_once_and_the_network_as_it_is(calls):
    encoded = prune_quantise_encode(NETWORK, (X, LABELS), rounds=1, examples=50)
    assert encoded.tried > 18
    assert calls == {"encode": encoded.tried + 1, "recognised": 1, "checked_sample": 1}


def test_the_command_recognises_and_encodes_once(calls, given):
    arrays = certified_by_command(given, "first")
    assert calls == {"encode": 1, "recognised": 1, "checked_sample": 1}
    for name, w in NETWORK.items():
        np.testing.assert_array_equal(arrays[name], w)


def test_the_command_encodes_again_for_a_file_that_has_units_last(calls, given):
    """Its elements are in another order than those charged."""
    arrays = certified_by_command(given, "last")
    assert calls == {"encode": 2, "recognised": 1, "checked_sample": 1}
    for name, w in LAST.items():
        np.testing.assert_array_equal(arrays[name], w)


def test_the_command_searches_with_one_look_at_the_network(calls, given):
    certified_by_command(given, "first", "--search")
    assert calls["recognised"] == calls["checked_sample"] == 1


@pytest.mark.parametrize("arrays", [NETWORK, LAST], ids=["first", "last"])
def test_the_file_of_a_result_is_that_of_its_arrays(arrays):
    encoded = certify(arrays, (X, LABELS))
    assert encoded.to_file() == encode(encoded.arrays)


def test_a_square_network_with_units_last_is_not_taken_for_one_with_units_first():
    square = np.array([[0.0, 2.0, 1.0], [0.5, 0.0, 1.0], [0.0, 0.0, 2.0]])
    arrays = {"w": square, "v": np.array([[1.0, 2.0], [0.5, 1.0], [2.0, 0.5]])}
    labels = (np.maximum(X[:, :3] @ square, 0) @ arrays["v"]).argmax(axis=1)
    encoded = certify(arrays, (X[:, :3], labels))
    assert encoded.certificate.errors == 0
    np.testing.assert_array_equal(decode(encoded.to_file())["w"], square)


def test_a_model_that_was_just_recognised_has_the_certificate_of_its_arrays():
    terms, known = Terms(0.05), recognised(NETWORK, 6)
    certifier = certifier_of_model(known, (X, LABELS), terms)
    for one, other in (
        (certifier.as_it_is(), certify(NETWORK, (X, LABELS))),
        (certifier.searched(Search(rounds=1)), prune_quantise_encode(known, (X, LABELS), rounds=1)),
    ):
        assert one.payload == other.payload and one.settings == other.settings
        assert one.certificate == other.certificate


def test_a_model_of_unknown_making_is_recognised_again(calls):
    made = recognised(NETWORK, 6)
    calls.clear()
    certify(made, (X, LABELS))
    assert calls["recognised"] == 1
    turned = dict(reversed(made.arrays.items()))
    with pytest.raises(ValueError, match="must be a Model as recognised makes it"):
        certify(Model(turned, made.names, False, made.architecture, 6), (X, LABELS))


RESULTS = {
    "Charge": lambda: Charge("code", 5.5),
    "RiskCertificate": lambda: occam(470, 60_000, {"weights": 34_376}, 0.05),
    "vacuous": lambda: occam(99, 100, 10_000, 0.05),
    "averaged": lambda: pac_bayes(
        10, 100, 5.0, 0.05, kind="stochastic", monte_carlo=MonteCarlo(9, 0.01)
    ),
    "Encoded": lambda: certify(NETWORK, (X, LABELS)),
    "CodeLength": lambda: code_length(NETWORK),
    "Part": lambda: code_length(NETWORK).parts[0],
    "Quantised": lambda: quantise({str(i): np.ones((9, 9)) for i in range(50)}, 5),
    "Model": lambda: recognised(NETWORK, 6),
    "Sample": lambda: certifier_of_model(recognised(NETWORK, 6), (X, LABELS), Terms(0.05)).sample,
}


@pytest.mark.parametrize("make", RESULTS.values(), ids=RESULTS)
def test_a_result_prints_as_one_line_and_is_a_dict_for_json(make):
    result = make()
    line = repr(result)
    assert "\n" not in line and len(line) <= 130
    assert line.startswith(f"{type(result).__name__}(") and line.endswith(")")
    assert isinstance(json.dumps(result.to_dict()), str)


def test_a_certificate_is_printed_as_its_table():
    certificate = RESULTS["RiskCertificate"]()
    assert str(certificate) == f"{certificate}" == certificate.table()


def test_names_of_before_go_on_with_a_warning():
    with pytest.warns(DeprecationWarning, match="is now load_model_and_data"):
        assert loading.model_and_data is loading.load_model_and_data
    with pytest.raises(AttributeError, match="has no attribute 'model_and_dota'"):
        loading.model_and_dota  # noqa: B018
    assert search.Encoded is certifiers.Encoded
