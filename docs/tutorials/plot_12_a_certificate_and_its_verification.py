"""
A certificate and its verification
==================================

After this page you can certify a network of a few hundred bits, set beside it what a hold-out would
have said, write the certificate to a file, and have it verified by somebody who trusts neither you
nor this library.

**The mistake that people make**: they believe a certificate because a program printed it.  Every
number of one can be computed again, from the bytes of the network and the data.

The network is of the family ``ternary-1`` (:doc:`/guide/ternary`): weights -1, 0 and 1, sums in
whole numbers, and a description that leaves nothing out.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import compress
from compress import occam
from compress.certificates import bundled, holdout, named_sample, write_bundle
from compress.certificates.ternary import (
    Configuration,
    Domain,
    Layer,
    Training,
    certified,
    predictions,
    searched,
)
from stablenoise.data import load_digits

# %%
# What is fixed before the sample is seen
# ---------------------------------------
#
# Pictures of 8 x 8 pixels in bytes, ten classes, delta, and the family.  The ink has 17 levels; 15
# times the level is a byte, whatever the sample.

DELTA = 0.05
digits = load_digits(standardise=False)
images, unseen = (
    np.rint(240 * x).astype(np.uint8).reshape(-1, 8, 8) for x in (digits.x_train, digits.x_test)
)
labels = digits.y_train
domain = Domain(rows=8, columns=8, classes=10)

# %%
# A network, and its certificate
# ------------------------------
#
# We train three widths and keep the lowest limit.  The search costs nothing: the bits say which
# network it is, its width among them, and the limit holds for all networks of the family at once.

tried = [Configuration(domain, (Layer(units, 3, pool=True),)) for units in (3, 4, 5)]
trainings = [Training(epochs=60)]
network = searched(tried, images, labels, DELTA, trainings=trainings).description
found = certified(network, (images, labels), DELTA)
print(found.certificate)

# %%
# Its null: the same network with a hold-out
# ------------------------------------------
#
# A certificate uses the whole sample to train and the whole sample to count.  Who holds out a fifth
# trains on less, and pays no bit.  The limit of that network is the null of ours:

fifth = np.arange(len(labels)) % 5 == 0
smaller = searched(tried, images[~fifth], labels[~fifth], DELTA, trainings=trainings).description
wrong = np.count_nonzero(predictions(smaller, images[fifth]) != labels[fifth])
null = holdout(int(wrong), int(fifth.sum()), DELTA)
print(null)

test_error = np.mean(predictions(network, unseen) != digits.y_test)
print(f"certificate {found.certificate.value:.3f}, null {null.value:.3f}, "
      f"test error {test_error:.3f}")  # fmt: skip

# %%
# On 1,437 pictures the hold-out says far more, and whoever shows the certificate should say so.  It
# catches up as n grows, since a network's bits need not grow.  Here are both limits if the bits and
# the error rates stayed as they are; the second network would learn from more examples too, so that
# the curves cross later than they do here.


def limit(n: int) -> float:
    """Limit of these bits and this error rate on n examples."""
    errors = int(np.ceil(n * found.certificate.errors / len(labels)))
    return occam(errors, n, network.bits, DELTA, prefix=None).value


def held_out(n: int) -> float:
    """Limit of a hold-out of n / 5 at the rate that was seen."""
    return holdout(int(np.ceil(n / 5 * null.errors / null.n)), n // 5, DELTA).value


sizes = np.unique(np.geomspace(500, 1e6, 40).astype(int))
limits, nulls = ([each(int(n)) for n in sizes] for each in (limit, held_out))
figure, axes = plt.subplots(figsize=(5.2, 3.4), layout="constrained")
axes.semilogx(sizes, limits, color="#0072B2", label="certificate, the same bits and rate")
axes.semilogx(sizes, nulls, color="#E69F00", label="hold-out of a fifth, the same rate")
axes.plot(len(labels), found.certificate.value, "o", color="#0072B2")
axes.plot(len(labels), null.value, "o", color="#E69F00")
axes.set(xlabel="examples", ylabel="limit of the risk", ylim=(0, 1))
figure.legend(loc="outside upper center", ncols=1, frameon=False)
plt.show()

# %%
# A bundle
# --------
#
# The file has the network's bytes, what it gets wrong, sums that tell whether the data are these,
# all charges, delta, and the limit: a few kilobytes of text.

temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)
np.savez(folder / "ink.npz", x_train=images, y_train=labels)
sample = named_sample("ink", images, labels, classes=10, part="train")
bundle = bundled(network, sample, labels, found.predictions, DELTA)
write_bundle(folder / "ink.json", bundle)
print(f"{(folder / 'ink.json').stat().st_size:,} bytes, of which the network has "
      f"{len(network.to_bytes())}")  # fmt: skip

# %%
# Somebody else verifies it
# -------------------------
#
# ``verify.py`` imports nothing of this library.  It decodes the network by a decoder of its own,
# counts its errors again, and decides the binomial tail in whole numbers.  Read it first: that is
# what its 300 lines are for.

HOUSES = *Path.cwd().parents, Path(compress.__file__).parents[1]
scripts = (house / "benchmarks" / "certificates" / "verify.py" for house in HOUSES)
VERIFIER = next(script for script in scripts if script.exists())


def verified(name: str) -> str:
    """What the verifier says of a bundle."""
    command = [sys.executable, str(VERIFIER), str(folder / name), str(folder)]
    return subprocess.run(command, capture_output=True, text=True).stdout


print(verified("ink.json"))

# %%
# A bundle that claims one error less, and one with a limit a little lower:

honest = json.loads((folder / "ink.json").read_text())
lower = f"{float(honest['limit']) - 0.0001:.4f}"
for name, lie in {"errors": honest["errors"] - 1, "limit": lower}.items():
    text = json.dumps(honest | {name: lie}, indent=1, sort_keys=True) + "\n"
    (folder / "lie.json").write_text(text)
    print(f"{name}: {verified('lie.json').splitlines()[-1]}")
temporary.cleanup()

# %%
# What no program can verify is printed with the certificate and stands in the bundle: that the
# examples were drawn independently, from the law that the risk is of, and that all that no charge
# pays for was fixed before they were seen.
#
# Next: the command line writes bundles too, ``compress certify ... --bundle FILE``, and the records
# of MNIST and other data sets lie in ``benchmarks/certificates/bundles``
# (:doc:`/guide/certificates`).
