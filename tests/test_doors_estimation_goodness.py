"""Doors of tests of a fit, of diagnoses and of their pictures."""

import pytest
from doors import Door, faults

from stablenoise import Stable, fit
from stablenoise.fit.diagnosis import diagnose

X = Stable(1.6).rvs(20, rng=1)
FIT = fit.stable(X)
FOUND = diagnose(X)
DOORS = [
    Door(FIT.gof, {"replicates": 2, "size": 10}, {"size": "none", "progress": "truth callback"}),
    Door(FIT.plot, {}, {"axes": "none"}),
    Door(diagnose, {"x": X, "k": 3, "false_alarms": 0.5}, {"k": "none"}),
    Door(FOUND.plot, {}, {"axes": "none"}),
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_odd_values_are_taken_or_told(door):
    assert door.answer({}) == ""
    assert not [fault for name in door.parameters() for fault in faults(door, name)]
