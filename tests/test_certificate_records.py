"""Committed records: descriptions that decode, with the bits, errors and limits of their rows."""

import os

import numpy as np
import pytest

from benchmarks.certificates import __main__ as command
from benchmarks.certificates.records import RECORDS
from benchmarks.certificates.samples import SOURCES, sample
from compress.certificates import occam, printed_risk

DATA = os.environ.get("STABLENOISE_DATA")
SMALL = {"digits"} | ({"ecg5000"} if DATA else set())
LARGE = (RECORDS.keys() - SMALL) if DATA else set()


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_its_row(name):
    row, description = command.rows()[name], command.read(name)
    assert description.configuration == RECORDS[name].configuration
    assert row["bits"] == str(description.bits)
    assert row["bytes"] == str(len(description.to_bytes()))
    bits = {"header": description.header_bits, "weights": description.weight_bits}
    options = {"runs": int(np.log2(int(row["runs"])))}
    limit = occam(int(row["errors"]), int(row["n"]), bits, 0.05, options=options, prefix=None)
    assert row["limit"] == printed_risk(limit.value)


@pytest.mark.parametrize("name", sorted(SMALL))
def test_small_records_are_counted_anew(name, capsys):
    command.check(name)
    assert "row of the table: the same" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LARGE))
def test_large_records_are_counted_anew(name, capsys):
    command.check(name)
    assert "row of the table: the same" in capsys.readouterr().out


@pytest.mark.slow
def test_a_record_is_found_again():
    data = sample("digits")
    found = command.description_of(RECORDS["digits"], data.images, data.labels)
    assert found == command.read("digits")


def test_digits_are_bytes_of_their_levels():
    data = sample("digits")
    assert data.images.shape == (1437, *SOURCES["digits"].domain.shape)
    assert set(np.unique(data.images).tolist()) == {15 * k for k in range(17)}


def test_the_number_of_examples_that_a_limit_needs_is_the_least():
    given = occam(30, 100, 200, 0.05, prefix=None)
    n = command.needed(given)
    nats = 200 * np.log(2)
    assert command.reached(0.3, n, nats) <= 0.5 < command.reached(0.3, n - 1, nats)
