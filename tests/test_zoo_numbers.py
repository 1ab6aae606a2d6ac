"""Each bad sampler of numbers has the fault that its name says, by a measure or bit by bit."""

from functools import partial
from math import inf, log, pi, sqrt, tan

import numpy as np
import pytest
import zoo_facts as facts
import zoo_order_facts as orders
from scipy.stats import laplace
from scipy.stats import t as student

from stablenoise import Stable
from stablenoise.examine import zoo
from stablenoise.examine.zoo.dependence import QUARTILE

LAW, SKEWED, AT_ONE = Stable(1.5), Stable(1.5, 0.5), Stable(1.0, 0.5)
SIZE_LEFT_OUT = (1 + (0.5 * tan(0.75 * pi)) ** 2) ** (-1 / 3)
STUDENT_SCALE = LAW.isf(0.25) / student.isf(0.25, 1.5)
SMALL = 2.1590570190034564e-4  # 0.003 times 0.01 to the power 1 / 1.75


def law_of(*parameters):
    return partial(facts.of, Stable(*parameters))


def family(cdf):
    return partial(facts.of_family, cdf)


def shows(seen):
    return partial(orders.marginal, seen)


PARAMETERS = {  # what is claimed, and what is drawn
    "scale larger by 1%": ((1.5, 0.5), (1.5, 0.5, 1.01)),
    "scale smaller by 0.3%": ((1.5,), (1.5, 0, 0.997)),
    "scale larger by 5%": ((0.8, 0.3), (0.8, 0.3, 1.05)),
    "scale over the root of 2": ((1.5,), (1.5, 0, sqrt(0.5))),
    "scale 1 for a noise of a small scale": ((1.75, 0, SMALL), (1.75,)),
    "scale to the power 1 / alpha": ((1.2, 0, 3), (1.2, 0, 3 ** (1 / 1.2))),
    "variance 1 at alpha = 2": ((2.0,), (2.0, 0, sqrt(0.5))),
    "alpha larger by 0.005": ((1.5,), (1.505,)),
    "alpha smaller by 0.02": ((1.5, 0.5), (1.48, 0.5)),
    "alpha larger by 0.05": ((0.7,), (0.75,)),
    "alpha within 0.005 of 1 is 1": ((1.004,), (1.0,)),
    "beta of the other sign": ((1.5, 0.5), (1.5, -0.5)),
    "beta left out": ((1.5, 0.5), (1.5,)),
    "beta larger by 0.02": ((1.5, 0.5), (1.5, 0.52)),
    "loc larger by 0.01": ((1.5,), (1.5, 0, 1, 0.01)),
    "loc left out": ((1.7, 0.2, 1, 3), (1.7, 0.2)),
    "loc times scale": ((1.3, 0.4, 2, 0.5), (1.3, 0.4, 2, 1)),
    "S1 for S0": ((1.5, 0.5), (1.5, 0.5, 1, 0.5 * tan(0.75 * pi))),
    "S0 for S1": ((1.3, -0.6, 1, -0.6 * tan(0.65 * pi)), (1.3, -0.6)),
    "S1 for S0 with a scale at alpha = 1": ((1.0, 0.5, 2), (1.0, 0.5, 2, 2 / pi * log(2))),
}
FORMULA = {
    "1 - alpha for (1 - alpha) / alpha": facts.of_no_law,
    "cosine not to the power 1 / alpha": facts.of_no_law,
    "angle from 0 to pi": facts.of_no_law,
    "cosine for sine": facts.of_no_law,
    "exponential variable of mean 2": law_of(1.5, 0, 2 ** (1 / 3)),
    "logarithm to base 2": law_of(1.5, 0, log(2) ** (-1 / 3)),
    "one uniform for both variables": facts.of_no_law,
    "division of integers in the exponent": facts.of_no_law,
    "tangent of the other sign": law_of(1.5, -0.5, 1, -0.5 * tan(0.75 * pi)),
    "factor S left out": law_of(1.5, 0.5, SIZE_LEFT_OUT, 0.5 * tan(0.75 * pi) * SIZE_LEFT_OUT),
    "B not over alpha": facts.of_no_law,
    "B left out of the last factor": facts.of_no_law,
    "no logarithm at alpha = 1": facts.of_no_law,
    "no pi / 2 in the logarithm": law_of(1.0, 0.5, 1, log(pi / 2) / pi),
    "no 2 / pi at alpha = 1": law_of(1.0, 0.5, pi / 2),
    "no shift by the scale at alpha = 1": law_of(1.0, 0.5, 2),
    "S1 by tangents next to alpha = 1": facts.of_no_law,
}
UNIFORMS = {
    "inversion of 16 bits": partial(facts.of_bits, 16),
    "inversion of 24 bits": partial(facts.of_bits, 24),
    "inversion of 32 bits": partial(facts.of_bits, 32),
    "two uniforms of 12 bits": partial(facts.pairs_of_bits, 12),
    "two uniforms of 16 bits": partial(facts.pairs_of_bits, 16),
    "uniforms clamped at 1e-3": partial(facts.clamped, least=1e-3),
    "uniforms clamped at 1e-6": partial(facts.clamped, least=1e-6),
    "24 bits clamped in float32": facts.narrow_uniforms,
    "table of quantiles that ends": facts.truncated_table,
    "RANDU inverted": partial(facts.follow_a_rule, (9, -6, 1)),
    "multiplicative generator of multiplier 69": partial(facts.follow_a_rule, (-69, 1)),
    "multiples of the golden ratio": partial(facts.follow_a_rule, (-1, 1)),
    "one uniform in each of 64 cells": facts.one_in_each_cell,
    "infinite where a uniform is 0": facts.some_infinite,
}
TAILS = {
    "clipped at 100": partial(facts.ends_at, -100, 100),
    "clipped at 1e4": partial(facts.ends_at, -1e4, 1e4, n=1 << 23),
    "clipped below at -1000": partial(facts.ends_at, -1e3, inf, n=1 << 20),
    "clipped at the quantile of 1e-7": facts.cut_at_quantile,
    "taken modulo 100 beyond 100": facts.modulo,
    "drawn again beyond 1000": partial(
        facts.middle_kept, from_=1e3, changed=lambda own, x: np.all(abs(x) <= 1e3), n=1 << 19
    ),
    "tempered from 1e5": facts.tempered,
    "tails 2% too heavy": partial(
        facts.middle_kept,
        from_=LAW.isf(0.01),
        changed=lambda own, x: np.allclose(x, 1.02 ** (2 / 3) * own, rtol=1e-14),
    ),
    "1% of one tail negated": partial(facts.negated, share=0.01),
    "all of one tail negated": partial(facts.negated, share=1.0),
    "0.1% of ten times the scale": partial(facts.mixed, share=1e-3),
    "tail index smaller by 5% beyond 1%": facts.tail_index,
}
SHAPES = {
    "Student's t": family(partial(student.cdf, df=1.5, scale=STUDENT_SCALE)),
    "normal for alpha = 1.99": facts.normal_tails,
    "Linnik's law": facts.linnik,
    "Laplace's law": family(partial(laplace.cdf, scale=LAW.isf(0.25) / log(2))),
    "half normal, half Cauchy": family(facts.half_of_each),
    "Pareto of both signs": family(facts.two_sided_lomax),
    "sizes without signs": family(lambda x: 2 * LAW.cdf(x) - 1),
    "sum of 16 Pareto variables": facts.light_middle,
    "10 terms of a series": facts.light_middle,
    "30 terms of a series": partial(facts.missing_terms, terms=30),
    "sum of twelve uniforms": facts.twelve,
    "normal without its tail": facts.no_normal_tail,
}
DEPENDENCE = {
    "each draw and its negative": shows(lambda x: bool(np.all(x[1::2] == -x[::2]))),
    "autoregression of 0.1": partial(orders.autoregressive, 0.1),
    "autoregression of 0.01": partial(orders.autoregressive, 0.01),
    "pairs in order": orders.pairs_in_order,
    "signs that alternate": orders.signs_alternate,
    "sign from the size before": shows(
        lambda x: bool(np.all((x[1:] > 0) == (np.abs(x[:-1]) > QUARTILE)))
    ),
    "sign from its own size": orders.sign_by_size,
    "sizes in order within eight": orders.sizes_in_order,
    "every thousandth repeated": shows(orders.comes_again),
    "the last 100 of a call are its first": shows(lambda x: np.array_equal(x[-100:], x[:100])),
    "a period of 8192": shows(lambda x: np.array_equal(x[8192:], x[:8192])),
    "1% are negatives at lag 37": partial(orders.at_lag, 37),
    "scale that grows": orders.grows,
    "another index after a million draws": orders.changes,
    "scales that alternate": orders.scales_alternate,
}
FORMATS = {
    "rounded to 0.001": partial(orders.on_grid, 1e-3),
    "rounded to 1e-7": partial(orders.on_grid, 1e-7),
    "integers": partial(orders.refused, (facts.N,), "i"),
    "float32 called float64": partial(orders.narrowed, np.float32),
    "12 bits of mantissa": partial(orders.mantissa, 12),
    "NaN once in 1e6": partial(orders.loses, np.nan, 1e-6),
    "0 once in 1e5": partial(orders.loses, 0.0, 1e-5),
    "last of an odd number is 0": partial(orders.zero_at, lambda n: [n - 1], 4097),
    "last of each 4096 is 0": partial(orders.zero_at, lambda n: [4095, 8191], 10_000),
    "a column for a row": partial(orders.refused, (facts.N, 1), "f"),
    "one draw too few": partial(orders.refused, (facts.N - 1,), "f"),
    "texts for numbers": partial(orders.refused, (facts.N,), "U"),
    "complex numbers": partial(orders.refused, (facts.N,), "c"),
}
SEEDS = {
    "the seed is ignored": orders.not_by_seed,
    "a seed of the system each call": orders.not_by_seed,
    "the same draws each call": orders.same_calls,
    "the generator is not advanced": orders.same_calls,
    "256 seeds for all calls": orders.few_streams,
    "views of one buffer": orders.overwritten,
    "halves of a call are the same": shows(
        lambda x: np.array_equal(x[: len(x) // 2], x[len(x) // 2 :])
    ),
    "first of each call is the same": lambda fault: (
        len({float(facts.drawn(fault, n, n)[0]) for n in range(1, 20)}) == 1
    ),
    "first of each call is small": lambda fault: np.allclose(
        facts.drawn(fault)[:2], LAW.rvs(facts.N, rng=1)[:2] * [1e-3, 1], rtol=1e-15
    ),
    "another index in short calls": orders.short_calls,
    "one in 4096 from a shared stream": orders.share_of_shared,
}


def drawn_instead(claimed, drawn):
    """A fact: both laws are as told, to the last bits."""
    return partial(facts.same_draws, Stable(*claimed), Stable(*drawn))


FACTS = {name: drawn_instead(*laws) for name, laws in PARAMETERS.items()}
FACTS |= FORMULA | UNIFORMS | TAILS | SHAPES | DEPENDENCE | FORMATS | SEEDS
NUMBERS = [fault for fault in zoo.faults() if isinstance(fault.law, Stable)]


@pytest.mark.parametrize("fault", NUMBERS, ids=lambda fault: fault.name)
def test_a_bad_sampler_has_its_fault(fault):
    assert FACTS[fault.name](fault)


def test_each_fact_is_of_a_member():
    assert FACTS.keys() == {fault.name for fault in NUMBERS}


@pytest.mark.parametrize("control", zoo.controls(), ids=lambda control: control.name)
def test_a_control_draws_from_its_law(control):
    size = 1 << 16 if isinstance(control.law, Stable) else (1 << 16, control.law.dim)
    x = control.draw(size, np.random.default_rng(1))
    law = control.law if x.ndim == 1 else Stable(control.law.alpha)
    assert facts.could_be(x if x.ndim == 1 else x[:, 0], law.cdf)
    assert len(np.unique(x)) > len(x) - 5 or x.dtype == np.float32
