"""What a user does first, with an answer known beforehand: for an install with the base alone."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np

from chaos import Network, minibatch_drift
from chaos.sgd import trajectory
from compress import decode, encode, occam
from compress.pruning import magnitude
from stablenoise import NoiseField, Stable, law
from stablenoise.tails import hill

COMMANDS = Path(sys.executable).parent
FIELD = NoiseField(1.5, seed=7)


def draws() -> bool:
    """Half of a Cauchy sample lies in (-1, 1): five standard errors."""
    sample = Stable(1.0).rvs(10_000, rng=1)
    return abs(np.mean(abs(sample) < 1) - 0.5) < 5 * 0.5 / math.sqrt(10_000)


def density() -> bool:
    """At the centre it is gamma(1 + 1/alpha) / pi."""
    return math.isclose(Stable(1.5).pdf(0.0), math.gamma(5 / 3) / math.pi, rel_tol=1e-12)


def table() -> bool:
    """The file of the table is there: the same density, to what its logarithm promises."""
    logarithm = law.table.logpdf(0.0, 1.5)
    return math.isclose(logarithm, math.log(math.gamma(5 / 3) / math.pi), abs_tol=1e-10)


def noise() -> bool:
    """Noise is the same on every machine, and a particle's does not depend on the others."""
    one, all_ = FIELD.at([17], step=3, dim=2)[0], FIELD.at(range(20), step=3, dim=2)
    return one.tobytes() == all_[17].tobytes() and one[0].hex() == "-0x1.22b216d2ce9e0p+0"


def tail() -> bool:
    """Hill's estimate of the quantiles of a Pareto law of index 2, written out."""
    sample, k = np.arange(1.0, 101.0) ** -0.5, 20
    means = math.log(k + 1) - math.lgamma(k + 1) / k
    return math.isclose(hill.estimate(sample, k).value, 2 / means, rel_tol=1e-12)


def training() -> bool:
    """A step with noise is one without it and the noise of the field."""
    network, x, y = Network(), np.eye(4), np.array([0, 1, 0, 1])
    weights = network.initial((4, 3, 2), seed=1)
    drift = minibatch_drift(network, x, y, batch=2, seed=1)
    still, moved = (next(trajectory(weights, drift, FIELD, 0.1, s))[0] for s in (0.0, 0.5))
    return np.allclose(moved - still, 0.5 * 0.1 ** (1 / 1.5) * FIELD.at(range(3), 0, 4), rtol=1e-9)


def pruning() -> bool:
    """The larger half of the weights stays."""
    pruned = magnitude.prune(np.array([[1.0, -4.0], [3.0, 2.0]]), keep=0.5)
    return pruned.tolist() == [[0.0, -4.0], [3.0, 0.0]]


def code() -> bool:
    """Few values come back from fewer bytes."""
    weights = np.where(np.arange(600).reshape(20, 30) % 7 == 0, 0.5, 0.0)
    file = encode({"w": weights})
    return np.array_equal(decode(file)["w"], weights) and len(file) < weights.nbytes / 20


def certificate() -> bool:
    """Without errors it is 1 - (delta 2^-bits)^(1/n)."""
    bound = -math.expm1((math.log(0.05) - 100 * math.log(2)) / 1000)
    return math.isclose(occam(0, 1000, 100, 0.05, prefix=None).value, bound, rel_tol=1e-9)


def command_line() -> bool:
    """The commands are there; that of the ledger says in one line what it needs."""
    helped, listed = (
        subprocess.run([COMMANDS / name, word], capture_output=True, text=True)
        for name, word in (("compress", "--help"), ("paper-checks", "list"))
    )
    missing = listed.returncode == 1 and listed.stderr.count("\n") == 1
    return helped.returncode == 0 and "certify" in helped.stdout and missing


def machine() -> bool:
    """The doctor answers, tells that nothing can be written, and finds the golden bits.

    The first of these is amiss, and it was told to end with 1 then.
    """
    command = [COMMANDS / "stablenoise", "doctor", "--json", "--strict"]
    said = subprocess.run(command, capture_output=True, text=True)
    told = {line["name"]: line for line in json.loads(said.stdout)["lines"]}
    bits, cache = told["golden bits"]["state"] != "amiss", told["cache"]["state"] == "amiss"
    return said.returncode == 1 and bits and cache


CHECKS = (
    draws, density, table, noise, tail, training, pruning, code, certificate, command_line,
    machine,
)  # fmt: skip


def main() -> None:
    wrong = [check.__name__ for check in CHECKS if not check()]
    print(f"{len(CHECKS)} answers, {len(wrong)} wrong", *wrong)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
