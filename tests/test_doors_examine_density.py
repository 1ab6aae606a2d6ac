"""Whatever the examiner of densities cannot take, it says so in one line."""

from doors import Door, asked_of
from matplotlib.figure import Figure

from stablenoise import Stable, examine

LAW = Stable(1.5, 0.5)
REPORT = examine.density(LAW, ppf=LAW.ppf)
FUNCTIONS = dict.fromkeys(("pdf", "cdf", "ppf", "sf"), "none callback")
DOORS = [
    Door(
        examine.density,
        {"law": LAW, "pdf": LAW.pdf, "cdf": LAW.cdf, "tolerance": 1e-6, "seconds": 60.0},
        FUNCTIONS,
    ),
    Door(REPORT.plot, {"ax": Figure().subplots()}, {"ax": "none"}),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "examined functions")
