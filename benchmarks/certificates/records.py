"""What was chosen for each record: a configuration, which its bits tell, and how it is trained.

``runs`` is how many trainings there were on that sample in all, rounded up to a power of 2, with
other configurations and settings.  The header and the weights have paid for them already, as a
limit holds for all descriptions at once; they are charged once more, as options.
"""

from typing import NamedTuple

from compress.certificates.ternary import Configuration, Layer, Polishing, Training

from .samples import SOURCES

PAID = "the bits have paid for the runs already"


class Record(NamedTuple):
    """How the network of a record is found."""

    configuration: Configuration
    training: Training
    polishings: tuple[Polishing, ...]
    runs: int
    remark: str = PAID


RECORDS = {
    "mnist": Record(
        Configuration(
            SOURCES["mnist"].domain,
            (Layer(5, 3, stride=2, pool=True), Layer(10, 3, pool=True)),
            moments=(24, 14),
            reach=1,
            lift=True,
        ),
        Training(60, views=3),
        (Polishing(hidden=False), Polishing()),
        256,
        f"family written after looking at MNIST; {PAID}",
    ),
    "fashion_mnist": Record(
        Configuration(
            SOURCES["fashion_mnist"].domain,
            (
                Layer(5, 3, stride=2, pool=True),
                Layer(8, 3, same=True, pool=True, centred=True),
            ),
            reach=1,
            lift=True,
            tables=True,
        ),
        Training(60, views=3, robust=True),
        (Polishing(3, hidden=False),),
        128,
    ),
    "cifar10_subset": Record(
        Configuration(
            SOURCES["cifar10_subset"].domain,
            (Layer(2, 3, stride=2, pool=True), Layer(3, 3, pool=True)),
            mirror=True,
        ),
        Training(60, size=64, robust=True),
        (Polishing(),),
        64,
    ),
    "digits": Record(
        Configuration(SOURCES["digits"].domain, (Layer(3, 6, centred=True),), tables=True),
        Training(100, size=32),
        (Polishing(),),
        256,
    ),
    "ecg5000": Record(
        Configuration(
            SOURCES["ecg5000"].domain,
            (
                Layer(1, 8, stride=2, pool=True, centred=True),
                Layer(1, 8, pool=True, depthwise=True),
            ),
            tables=True,
        ),
        Training(100, size=32),
        (Polishing(3),),
        256,
    ),
}
