"""Bundles of the committed records, and the README's table of them.

STABLENOISE_DATA=FOLDER python -m benchmarks.certificates.publishing bundle [NAME ...]
STABLENOISE_DATA=FOLDER python -m benchmarks.certificates.publishing verify [NAME ...]
python -m benchmarks.certificates.publishing write

``bundle`` decodes ``records/NAME.hex``, counts its errors and writes ``bundles/NAME.json``;
``verify`` has ``verify.py`` look at it, in a process of its own; and ``write`` makes the table of
the README, between its two marks, of what the bundles say.  The last column alone is from
``records.csv``: what was measured as the record was found.
"""

import argparse
import csv
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap
from typing import NamedTuple

from compress.certificates import bundled, named_sample, read_bundle, write_bundle
from compress.certificates.bundles.exact_tails import decimal_limit
from compress.certificates.sample import distinct
from compress.certificates.ternary import Description, predictions
from stablenoise.data import files
from stablenoise.data.datasets import digits_rows

from .records import RECORDS
from .samples import SOURCES, sample

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
VERIFIER, DATA = HERE / "verify.py", HERE / "data.py"
README = ROOT / "README.md"
BEGIN, END = "<!-- certificates -->", "<!-- /certificates -->"
DELTA = 0.05
MORE = 100, 500, 1_000, 5_000  # bits
STATEMENTS = (
    "examples drawn independently, from the law that the risk is of",
    "fixed before the sample was seen: data set, size of images, classes, delta, the inequality",
    "options: trainings on this sample, rounded up to a power of two; the bits have paid for them",
    "whole sample, deterministic network, prior without data",
)


class Named(NamedTuple):
    """How a bundle names the sample of a record, and how its title reads."""

    title: str
    name: str
    part: str = "train"
    family: str = (
        "the family ternary-1 was frozen before a network of it was tried on this data set"
    )
    rows: tuple[str, ...] = ()


NAMES = {
    "mnist": Named(
        "MNIST", "mnist", family="the family ternary-1 was written after MNIST was seen"
    ),
    "fashion_mnist": Named("Fashion-MNIST", "fashion_mnist"),
    "cifar10_subset": Named("CIFAR-10, the first 4,000", "cifar10_subset"),
    "digits": Named(
        *("digits of scikit-learn", "digits", "whole"),
        rows=("rows: the training part of stablenoise.data.load_digits, by a seed and no label",),
    ),
    "ecg5000": Named("ECG5000, normal or not", "ecg5000_bytes"),
}


def record_of(name):
    return HERE / "records" / f"{name}.hex"


def bundle_of(name):
    return HERE / "bundles" / f"{name}.json"


def there():
    """Names of the records that are committed, in their order."""
    return [name for name in RECORDS if record_of(name).exists()]


def bundle(name):
    """Write the bundle of a record."""
    source, data, named = SOURCES[name], sample(name), NAMES[name]
    payload = bytes.fromhex(record_of(name).read_text())
    description = Description.from_bytes(payload, source.domain)
    n = len(data.labels)
    all_differ = distinct(data.images.reshape(n, -1)) == n
    of = named_sample(
        *(named.name, data.images, data.labels, source.domain.classes),
        part=named.part,
        rows=tuple(digits_rows()[0].tolist()) if name == "digits" else (),
        repeats=None if all_differ else "drawn",
    )
    lines = [*STATEMENTS, named.family, *named.rows]
    given = predictions(description, data.images)
    options = {"runs": RECORDS[name].runs}
    made = bundled(description, of, data.labels, given, DELTA, options=options, statements=lines)
    write_bundle(bundle_of(name), made)
    print(made)


def verify(name):
    """What the verifier says of the bundle of a record, in a process of its own."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-I", VERIFIER, bundle_of(name), data_folder(name, folder)]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
    return said


def data_folder(name, folder):
    """Where the verifier finds a data set: that of all of them, or one that is made for it."""
    if name == "digits":
        import sklearn

        return Path(sklearn.__file__).parent / "datasets" / "data"
    home = Path(os.environ["STABLENOISE_DATA"])
    if name in ("cifar10_subset", "ecg5000"):
        subprocess.run(
            [sys.executable, "-I", DATA, name, home, folder], check=True, stdout=subprocess.DEVNULL
        )
        return Path(folder)
    return home


def table():
    """The README's table: what the bundles say."""
    lines = [
        "| sample | examples | errors | bytes | bits charged | risk at most | null: a hold-out |",
        "|---|---|---|---|---|---|---|",
    ]
    beside = nulls()
    for name in filter(lambda name: bundle_of(name).exists(), RECORDS):
        made = read_bundle(bundle_of(name))
        errors = f"{made.errors:,} ({made.errors / made.sample.n:.2%})"
        link = f"[{NAMES[name].title}](benchmarks/certificates/bundles/{name}.json)"
        numbers = f"{made.sample.n:,} | {errors} | {len(made.payload):,} | {made.bits:,}"
        lines.append(f"| {link} | {numbers} | **{made.limit}** | {beside.get(name, '')} |")
    return "\n".join([*lines, "", *wrap(told(), 100, break_on_hyphens=False)])


def nulls():
    """Limits from a fifth of each sample, of networks that were trained on the rest."""
    with (HERE / "records.csv").open(newline="") as file:
        return {row["name"]: row["null_limit"] for row in csv.DictReader(file)}


def told():
    """What the table means, and what more bits would make of MNIST's row."""
    first = read_bundle(bundle_of("mnist"))
    more = ", ".join(f"{with_more(first, bits)} with {bits:,}" for bits in MORE)
    return (
        f"At confidence {1 - float(first.delta):.2f}: deterministic networks described without"
        " data, on the whole sample. The null is the limit from a fifth of it, for a network"
        " trained on the rest, of a configuration that the whole sample chose at no charge;"
        f" {beating()} null. The family was written after MNIST was seen: were"
        f" bits due for that, its limit would be {more}."
        " `python benchmarks/certificates/verify.py BUNDLE DATA_FOLDER`, 300 lines that"
        " import nothing of ours, decodes and counts anew"
        " ([how](benchmarks/certificates/README.md))."
    )


def beating():
    """How many limits beat their nulls."""
    beside = nulls()
    pairs = [(read_bundle(bundle_of(name)).limit, beside[name]) for name in beside]
    count = sum(float(limit) < float(null) for limit, null in pairs)
    return f"{count or 'none'} of the {len(pairs)} limits beats its"


def with_more(made, bits):
    """The limit of a bundle if so many bits more were charged."""
    return decimal_limit(made.errors, made.sample.n, made.target / 2**bits)


def placed(text):
    """The README with the table between its two marks."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"{README.name} must have {BEGIN} and {END} once each, got other counts")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


def write():
    files.write(README, placed(README.read_text()))


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.certificates.publishing")
    parser.add_argument("command", choices=["bundle", "verify", "write"])
    parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    if given.command == "write":
        return write()
    for name in given.names or there():
        if given.command == "bundle":
            bundle(name)
        else:
            said = verify(name)
            print(f"{name}: {said.stdout}{said.stderr}", end="", flush=True)


if __name__ == "__main__":
    main()
