"""Whatever the estimators of the tail index cannot take, they say so in one line."""

import numpy as np
from doors import Door, asked_of

from stablenoise.tails import (
    bias_reduced_hill,
    block,
    de_vries,
    elliptical,
    harmonic,
    hill,
    kernel,
    log_moment,
    moment,
    papers_block,
    pareto,
    permuted_block,
    pickands,
    qq,
    rank,
    ratio,
    trimmed_hill,
)

SAMPLE = [1.0, -2.0, 3.0, -11.0, 5.0, 7.0]
LONG = (np.random.default_rng(1).pareto(1.5, 500) + 1).tolist()
DIFFERENT = "shares array_to_2 list_to_2 tuple"  # samples of two or three draws that differ
TELLS = "largest values|xi|log-variance"


def by_k(module, of_estimate="", of_path="", **further):
    """Doors of ``estimate`` and ``path``, whose samples may be those of the odd values."""
    given = {name: value for name, (value, _) in further.items()}
    taken = {name: kinds for name, (_, kinds) in further.items()}
    only = {"threshold": THRESHOLD} if module is pareto else {}
    ks = {"ks": "none"} | ({} if module in FROM_TWO else {"ks": "none tuple"})
    return [
        Door(
            module.estimate,
            {"sample": LONG, **given},
            {"sample": of_estimate, "k": "none", **only, **taken},
            {"sample": TELLS},
        ),
        Door(module.path, {"sample": LONG, **given}, {"sample": of_path, **ks, **taken}),
    ]


FROM_TWO = kernel, pareto, qq, rank, trimmed_hill  # exceedances, or more than are trimmed
ANY_PAIR = DIFFERENT, f"{DIFFERENT} equals"
THRESHOLD = "none zero negative number_array"
DOORS = [
    *by_k(hill, *ANY_PAIR),
    *by_k(de_vries, *ANY_PAIR),
    *by_k(harmonic, *ANY_PAIR, power=(1.0, "")),
    *by_k(moment, "", f"{DIFFERENT} equals"),
    *by_k(kernel, "", "three tuple"),
    *by_k(qq, "three tuple", "three tuple"),
    *by_k(rank, "three tuple", "three tuple"),
    *by_k(trimmed_hill, "three tuple", "three tuple", trim=(1, "zero")),
    *by_k(bias_reduced_hill),
    *by_k(pickands),
    *by_k(pareto, "", "three tuple"),
    Door(bias_reduced_hill.second_order, {"sample": LONG}, {"k": "none"}),
    Door(pareto.fit, {"sample": LONG}, {"k": "none", "threshold": THRESHOLD}, {"sample": TELLS}),
    Door(ratio.estimate, {"sample": SAMPLE, "block": 2}),
    Door(block.estimate, {"sample": SAMPLE, "block": 2}),
    Door(papers_block.estimate, {"sample": LONG}, {"permutations": "zero", "seed": "zero large"}),
    Door(permuted_block.estimate, {"sample": LONG}, {"seed": "zero large"}),
    *(
        Door(
            module.estimate,
            {"sample": [0.01, -2.0, 3.0]},
            {"sample": "array_to_2 list_to_2"},
            {"sample": TELLS},
        )
        for module in (log_moment, elliptical)
    ),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "tail estimators")
