"""The committed network of 288 bytes, decoded and certified: the same figures on every processor.

STABLENOISE_DATA=FOLDER python -m benchmarks.certificate_mnist.check

``network.hex`` holds the whole description that ``trained`` of ``benchmarks.certificate_mnist``
found with the kernels of ``OPENBLAS_CORETYPE=Haswell``.  Finding it depends on the processor, as
training sums floats in the order of its BLAS; what it is worth does not: it is decoded, and errors
on the 60,000 training images of MNIST are counted in whole numbers (``integers``).  The certificate
is of one deterministic network, by a prior that no data went into, from the whole sample.

What it rests on besides: eight bits for the program, as about a dozen kinds of network were tried
on the training images before its grammar was written.  Whoever finds that too few reads off the
table what more bits would make of the limit.
"""

from pathlib import Path

import numpy as np

from compress.certificates.certificate import occam, printed_risk
from stablenoise.data.datasets import load_mnist

from . import integers
from .ternary import configuration_bytes

DELTA = 0.05
PROGRAM = 8  # bits for the program that reads a description, one of about a dozen
MORE = 0, 100, 500, 1_000, 5_000  # bits
NETWORK = Path(__file__).with_name("network.hex")


def description():
    """All bytes of the committed network."""
    return bytes.fromhex(NETWORK.read_text())


def parts():
    """Images, uint8, and labels, of training and of test."""
    data = load_mnist(standardise=False)
    pairs = (data.x_train, data.y_train), (data.x_test, data.y_test)
    return [(np.rint(255 * x).astype(np.uint8).reshape(-1, 28, 28), y) for x, y in pairs]


def certificate(wrong, n, more=0):
    """Limit of the risk, with so many bits more for the choice of the program."""
    whole, head = len(description()), configuration_bytes(description())
    bits = {"configuration": 8 * head, "weights": 8 * (whole - head)}
    return occam(wrong, n, bits, DELTA, options={"program": PROGRAM + more}, prefix=None)


def main():
    train, test = parts()
    wrong, unseen = (integers.errors(description(), *part) for part in (train, test))
    n, m = len(train[1]), len(test[1])
    print(f"{len(description())} bytes; {wrong} errors of {n:,}, {unseen} of {m:,} test images")
    print(certificate(wrong, n))
    print("deterministic network, prior without data, whole sample")
    for more in MORE:
        limit = printed_risk(certificate(wrong, n, more).value)
        print(f"with {more:5,d} more bits for the choice of the program: risk at most {limit}")


if __name__ == "__main__":
    main()
