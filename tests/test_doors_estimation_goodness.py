"""Doors of diagnoses: what is no sample, no number of exceedances or no rate is told."""

from doors import Door, Made, asked_of

from stablenoise import Stable
from stablenoise.fit.diagnosis import Diagnosis, diagnose

SAMPLE = Made(lambda: Stable(1.6).rvs(20, rng=1))
DIAGNOSIS = Made(lambda: diagnose(SAMPLE.get()))
DOORS = [
    Door(
        diagnose,
        {"x": SAMPLE, "k": 3, "false_alarms": 0.5},
        {"k": "none", "seed": "zero", "name": "none text"},
    ),
    Door(Diagnosis.plot, {}, {"axes": "none"}, of=DIAGNOSIS),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "diagnoses")
