"""Whatever power laws, choices of k, extremes and pictures of a tail cannot take, they say so."""

import numpy as np
from doors import Door, asked_of
from matplotlib.figure import Figure

from stablenoise.tails import extremes, plots, power_law, selection

LONG = (np.random.default_rng(1).pareto(1.5, 500) + 1).tolist()
LAW = power_law.fit(LONG)
DIFFERENT = "shares array_to_2 list_to_2 tuple"  # samples of two or three draws that differ


def picture(plot, takes, **optional):
    """Door of a plot; arguments that may be left out may be None too."""
    right = {"sample": LONG, "ax": Figure().subplots()}
    return Door(plot, right, {"sample": takes, "ax": "none", **optional}, {"sample": "largest"})


DOORS = [
    *(
        Door(
            function,
            {"sample": np.ceil(LONG)},
            {"sample": DIFFERENT, "xmin": "none number_array", "discrete": "truth"},
        )
        for function in (power_law.fit, power_law.estimate)
    ),
    Door(LAW.compare, {"rival": "exponential"}),
    Door(LAW.p_value, {"replicates": 2, "seed": 1}, {"seed": "zero", "replicates": ""}),
    Door(
        selection.select_k,
        {"sample": LONG, "replicates": 5},
        {"seed": "zero"},
        {"sample": "second order"},
    ),
    Door(
        extremes.quantile,
        {"sample": LONG, "p": 0.001},
        {"sample": DIFFERENT, "k": "none"},
        {"sample": "largest values|quantile"},
    ),
    Door(
        extremes.probability,
        {"sample": LONG, "x": 1e6},
        {"sample": DIFFERENT, "k": "none"},
        {"sample": "largest values"},
    ),
    picture(plots.hill, f"{DIFFERENT} equals", ks="none tuple"),
    picture(plots.alternative_hill, f"{DIFFERENT} equals", ks="none tuple"),
    picture(plots.zipf, f"{DIFFERENT} equals", law="none"),
    picture(plots.mean_excess, "three tuple"),
    picture(plots.quantile_quantile, DIFFERENT, k="none"),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "tail laws")
