"""Whatever the examiner of estimators cannot take, it says so in one line."""

from doors import Door, Made, asked_of
from matplotlib.figure import Figure

from stablenoise import Stable, examine
from stablenoise.examine.estimator_reports import EstimatorReport
from stablenoise.examine.sampler_reports import SamplerReport
from stablenoise.tails import hill

DRAWN = Made(lambda: Stable(1.5).rvs(64, rng=1))
SAMPLED = Made(lambda: examine.sample(DRAWN.get(), Stable(1.5)))
REPORT = Made(lambda: examine.estimator(hill.estimate, Stable(1.5), 20, 3, seed=1))
OTHER = Made(lambda: examine.estimator(hill.estimate, Stable(1.5), 20, range(3, 6), seed=1))
DOORS = [
    Door(
        examine.estimator,
        {
            **{"estimator": hill.estimate, "law": Stable(1.5), "n": 20},
            **{"replicates": 2, "seed": 1, "progress": None},
        },
        {
            "estimator": "callback",
            "seed": "zero",
            "true_value": "none zero negative",
            "known": "empty",
            "progress": "none truth callback",
        },
    ),
    Door(
        examine.sampler,
        {
            **{"draw": lambda size, rng: Stable(1.5).rvs(size, rng), "law": Stable(1.5)},
            **{"budget": 64, "seed": 1, "level": 0.1, "seconds": 1.0, "progress": None},
        },
        {
            "draw": "callback",
            "seed": "none zero",
            "seconds": "none number_array",
            "progress": "none truth callback",
            "stop_at_fault": "truth",
        },
    ),
    Door(
        examine.assert_stable_sampler,
        {
            **{"draw": lambda size, rng: Stable(1.5).rvs(size, rng), "law": Stable(1.5)},
            **{"budget": 64, "seed": 1, "level": 0.1, "seconds": 1.0},
        },
        {"draw": "callback", "seed": "none zero", "seconds": "none number_array"},
    ),
    Door(
        examine.sample,
        {"values": DRAWN, "law": Stable(1.5), "level": 0.1},
        {"in_order": "truth"},
    ),
    Door(SamplerReport.plot, {"ax": Figure().subplots()}, {"ax": "none"}, of=SAMPLED),
    Door(SamplerReport.summary, {"whole": True}, {"whole": "truth"}, of=SAMPLED),
    Door(EstimatorReport.merge, {"other": OTHER}, of=REPORT),
    Door(EstimatorReport.plot, {"ax": Figure().subplots()}, {"ax": "none"}, of=REPORT),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "examine")
