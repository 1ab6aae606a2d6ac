"""Claims on columns, particles and terms: right numbers, and controls that would be missed."""

import pytest

from paper_checks import run


@pytest.mark.parametrize(
    "asked, id, meant",
    [
        ("P1-11", "P1-11a-mnist", True),
        ("p1-11A", "P1-11a-mnist", True),
        ("P1-11a", "P1-11b", False),
        ("P1-11a-mnist", "P1-11a", False),
        ("P1-1", "P1-11a", False),
        ("P1", "P1-1", True),
        ("P", "P1-1", False),
        ("C", "CN-1", False),
        ("P1-11a-m", "P1-11a-mnist", False),
    ],
)
def test_an_id_stands_for_its_parts_and_no_other_number(asked, id, meant):
    assert run._is_meant(asked, "a_module", id) == meant


def test_parts_of_a_claim_come_after_one_another_and_before_the_next_number():
    ids = ["P1-12", "P1-11b", "P1-11a-mnist", "P1-11a", "P1-2", "CN-3"]
    assert sorted(ids, key=run._order) == [*ids[:-7:-1]]
