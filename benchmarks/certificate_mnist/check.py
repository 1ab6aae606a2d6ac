"""The committed network of 285 bytes, decoded and certified: the same figures on every processor.

STABLENOISE_DATA=FOLDER python -m benchmarks.certificate_mnist.check

``network.hex`` is a description of the family ternary-1 (``compress.certificates.ternary``).  Its
weights are those that ``trained`` of ``benchmarks.certificate_mnist`` found with the kernels of
``OPENBLAS_CORETYPE=Haswell``.  Finding them depended on the processor, as training summed floats in
the order of its BLAS; what they are worth does not: errors on the 60,000 training images of MNIST
are counted in whole numbers.  The certificate is of one deterministic network, by a prior that no
data went into, from the whole sample.

What it rests on besides: the family was written after looking at MNIST.  Eight bits are charged for
it, as about a dozen kinds of network were tried on the training images before.  Whoever finds that
too few reads off the table what more bits would make of the limit.
"""

from pathlib import Path

import numpy as np

from compress.certificates.certificate import occam, printed_risk
from compress.certificates.ternary import Description, Domain, predictions
from stablenoise.data.datasets import load_mnist

DELTA = 0.05
DOMAIN = Domain(28, 28, 10)
PROGRAM = 8  # bits for the family, one of about a dozen
MORE = 0, 100, 500, 1_000, 5_000  # bits
NETWORK = Path(__file__).with_name("network.hex")


def description():
    """The committed network."""
    return Description.from_bytes(bytes.fromhex(NETWORK.read_text()), DOMAIN)


def parts():
    """Images, uint8, and labels, of training and of test."""
    data = load_mnist(standardise=False)
    pairs = (data.x_train, data.y_train), (data.x_test, data.y_test)
    return [(grey(x).reshape(-1, 28, 28), y) for x, y in pairs]


def grey(images):
    """Grey levels of 0 to 255, as the files of MNIST have them, of shares of 255."""
    return np.rint(255 * images).astype(np.uint8)


def errors(images, labels):
    """Number of images that the committed network has wrong."""
    return int((predictions(description(), images) != labels).sum())


def certificate(wrong, n, more=0):
    """Limit of the risk, with so many bits more for the choice of the family."""
    network = description()
    bits = {"header": network.header_bits, "weights": network.weight_bits}
    return occam(wrong, n, bits, DELTA, options={"family": PROGRAM + more}, prefix=None)


def main():
    train, test = parts()
    wrong, unseen = errors(*train), errors(*test)
    n, m = len(train[1]), len(test[1])
    print(f"{description().bits:,} bits; {wrong} errors of {n:,}, {unseen} of {m:,} test images")
    print(certificate(wrong, n))
    print("deterministic network, prior without data, whole sample; family written after MNIST")
    for more in MORE:
        limit = printed_risk(certificate(wrong, n, more).value)
        print(f"with {more:5,d} more bits for the choice of the family: risk at most {limit}")


if __name__ == "__main__":
    main()
