"""Noise, laws and codes have the bits of the machine that wrote the file, or the ulps it states."""

import math
from functools import cache

import numpy as np
import pytest
from golden_bits import EXACT, GROUPS, SHIPPED, bits, distance, golden

from stablenoise.checkup.golden import ABOUT_ONE, published, soon_made


@cache
def made(group):
    return list(group())


@pytest.mark.parametrize("group", GROUPS, ids=[group.__name__ for group in GROUPS])
def test_this_machine_has_the_bits_of_the_file(group):
    known = golden()
    for name, ulps, values in made(group):
        stated, text = known[name]
        assert stated == ulps, name
        assert distance(text, values) <= ulps, f"{name}: {bits(values)}"


def test_the_file_has_no_row_that_is_not_made():
    assert {name for group in GROUPS for name, _, _ in made(group)} == golden().keys()


def test_most_rows_are_the_same_everywhere():
    exact = [name for name, (ulps, _) in golden().items() if ulps == EXACT]
    assert len(exact) > 50
    assert sum(name.startswith("noise") for name in exact) == 48


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_a_last_bit_is_seen(kind):
    values = np.array([1.5, -3.0, 0.0], dtype=kind)
    assert distance(bits(values), values) == 0
    moved = np.nextafter(values, kind(np.inf))
    assert distance(bits(values), moved) == 1
    assert distance(bits(values), values[:2]) == math.inf
    assert distance(bits(values), values[::-1]) > ABOUT_ONE


def test_integers_and_bytes_are_equal_or_not():
    rows, code = np.array([3, 1]), np.frombuffer(b"code", np.uint8)
    assert distance(bits(rows), rows) == distance(bits(code), code) == 0
    assert distance(bits(rows), rows + 1) == distance(bits(code), code[:3]) == math.inf


def test_the_sign_of_zero_is_a_bit_and_nan_is_far_from_all():
    assert distance(bits(np.array([0.0])), np.array([-0.0])) == 1
    assert not distance(bits(np.array([1.0])), np.array([np.nan])) <= ABOUT_ONE
    assert distance(bits(np.array([np.inf])), np.array([np.inf])) == 0


def test_rows_that_ship_are_those_of_the_tests():
    """One source: noise, draws, paths and laws that ``stablenoise doctor`` compares."""
    known, shipped = golden(), published()
    assert {name: known[name] for name in shipped} == shipped
    assert {name.split()[0] for name in shipped} >= {"noise", "draws", "path", "pdf", "score"}
    assert len(shipped) > 100 and SHIPPED.stat().st_size < 20_000


def test_the_doctor_makes_all_rows_that_ship_and_no_other():
    assert [name for name, _, _ in soon_made()] == list(published())
