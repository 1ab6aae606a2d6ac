"""Whatever the examiner of densities cannot take, it says so in one line."""

from doors import Door, Made, asked_of
from matplotlib.figure import Figure

from stablenoise import Stable, examine
from stablenoise.examine.density_reports import DensityReport

LAW = Stable(1.5, 0.5)
REPORT = Made(lambda: examine.density(LAW, ppf=LAW.ppf))
FUNCTIONS = dict.fromkeys(("pdf", "cdf", "ppf", "sf"), "none callback")
DOORS = [
    Door(
        examine.density,
        {"law": LAW, "pdf": LAW.pdf, "cdf": LAW.cdf, "tolerance": 1e-6, "seconds": 60.0},
        FUNCTIONS,
    ),
    Door(DensityReport.plot, {"ax": Figure().subplots()}, {"ax": "none"}, of=REPORT),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "examined functions")
