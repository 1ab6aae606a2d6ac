"""Doors of workers: what they take, and what they refuse in one line."""

from doors import Door, asked_of

from stablenoise import executors

DOORS = [
    Door(
        executors.workers,
        {"executor": "serial"},
        {"count": "none", "scheduler": "none", "check": "none callback"},
        {"scheduler": "executor"},
    ),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "executors")
