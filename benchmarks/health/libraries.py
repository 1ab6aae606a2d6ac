"""What is said of a library beside what is measured, and of those that are not examined."""

from __future__ import annotations

__all__ = ["ABSENT", "NOTES"]

S1 = (
    "It has the S1 form alone: its draws are examined in that, and its functions shifted to S0 by"
    " -beta tan(pi alpha / 2), worked out to full precision. Laws within 1e-6 of alpha = 1 are left"
    " out, as in S1 they are so far from 0 that the digits are lost."
)
NOTES = {
    "aub_htp": S1
    + " It has S0 too, but asked for that its distribution function stays that of S1. Its tail,"
    " 1 minus that, and its quantiles, a search of a second each, were left out.",
    "gsl": "gsl_ran_levy_skew, called from a compiled loop. " + S1,
    "levy_stable": "Imported as levy. Nolan's S0 form, tables for alpha in [0.5, 2].",
    "levy_stable_jax": "Nolan's S0 form, single precision; its density is a table for alpha in"
    " [1.1, 2], and answers without a word below that. It asks for NumPy below 2 and"
    " JAX below 0.5, and was run with NumPy 2.4.",
    "pyro_double": "pyro.distributions.Stable in its default S0 form, with double-precision"
    " tensors. It has no distribution function and no quantiles.",
    "pyro_single": "The same with tensors of PyTorch's default format, float32: draws alone, as its"
    " densities are worked out in double precision. Within 0.01 of alpha = 1 skewed draws are means"
    " of two numbers from which beta tan(pi alpha / 2), up to 64 beta, was subtracted.",
    "pystab": "Imported as stab; draws alone, by C code with a generator of 32 random bits a number"
    " that Python cannot seed. " + S1,
    "pystable": "libstable through ctypes, S0. Its wheel asks for libgsl.so.25, where Debian 12 has"
    " libgsl.so.27: a copy of its library that asks for that was loaded. Its rnd is a Python loop"
    " over single draws.",
    "r_stable": "Lindsey and Lambert's parameters, made by its own sd2s from S1, with the sign of"
    " the skewness mended for alpha below 1. It draws by finding quantiles. At alpha = 1 it has no"
    " skewed law. Its functions were left out of the table: far out they do not come back, or end"
    " the process. " + S1,
    "r_stabledist": "Nolan's S0 form (pm = 0), its default. Its quantiles were left out: some never"
    " come back.",
    "scipy_law": "scipy.stats.levy_stable with parameterization = 'S0'.",
    "stabpy": "Draws, and a distribution function by 2,000 nodes. " + S1,
    "stochastic_rs": "PyAlphaStable, draws alone. " + S1,
}
ABSENT = (
    ("torchlevy", "it is on no registry"),
    ("levy-stable-pytorch 0.0.0.3", "its archive holds no module"),
    ("Mixstable 0.1.8", "its draws are SciPy's, its densities those of R's libstable4u"),
    ("heavytails 0.6.3", "it has no stable law: positive stable variates are inside a copula"),
    ("numpyro 0.22.0, chaospy 4.3.21", "of stable laws they have Levy's alone"),
    ("tensorflow-probability 0.25.0, JAX, PyTorch, OpenTURNS 1.27", "they have no stable law"),
    ("randomgen 2.5.1, stochastic 0.6.0", "they have no stable law"),
    ("levy 0.6.1", "it reads configuration files; what was pylevy is levy-stable"),
    ("fBasics 4021.93", "it fits stable laws; their functions are those of stabledist"),
    ("libstable4u, libstableR, alphastable, FMStable", "they are on CRAN, and not in Debian 12"),
    ("AlphaStableDistributions.jl, Stable.jl", "they are Julia's, and on neither registry"),
    ("SciPy, newest", "1.17.1 is the newest, as of the date of the sheets"),
)  # fmt: skip
