"""Certificates of small networks of the family ternary-1: data-free, deterministic, whole sample.

STABLENOISE_DATA=FOLDER python -m benchmarks.certificates train NAME [--folder FOLDER]
STABLENOISE_DATA=FOLDER python -m benchmarks.certificates check [NAME ...]

``train`` finds the network of ``records``, writes its description, ``records/NAME.hex``, and its
row of ``records.csv``.  The description has the same bytes on every processor, as all sums of the
training have one order.  With a folder a training that was interrupted goes on.  Beside the row is
its null: a network of the same configuration and training that saw four fifths of the sample, and
the exact limit from its errors on the rest.  That the whole sample had chosen its configuration is
charged to no null: as a limit by itself each is too small.  ``check`` decodes what is committed and
certifies it anew: bits and errors are counted exactly.

Seconds are processor time of the training, polishing and certificate, without the null; the first
start compiles.
"""

import argparse
import csv
import io
from math import ceil
from pathlib import Path
from time import process_time

import numpy as np

from compress.certificates import holdout, occam, printed_risk
from compress.certificates.inequalities import binomial_tail
from compress.certificates.ternary import (
    Description,
    certified,
    polished,
    predictions,
    trained,
)
from stablenoise.data import files

from .records import RECORDS
from .samples import SOURCES, sample

DELTA = 0.05
HERE = Path(__file__).parent
TABLE = HERE / "records.csv"
MORE = 0, 100, 500, 1_000, 5_000  # bits
GOAL = 0.5  # of the CIFAR-10 row: at how many examples the limit would be there
FIELDS = (
    *("name", "bytes", "bits", "header", "errors", "n", "test_errors", "m", "limit"),
    *("runs", "seconds", "null_limit", "null_errors", "null_n", "remark"),
)


def path_of(name):
    return HERE / "records" / f"{name}.hex"


def read(name):
    """Committed description of a record."""
    return Description.from_bytes(bytes.fromhex(path_of(name).read_text()), SOURCES[name].domain)


def description_of(record, images, labels, folder=None):
    """Description of a record, trained and polished."""
    description = trained(
        record.configuration, images, labels, record.training, folder=folder, report=told
    )
    for polishing in record.polishings:
        description = polished(description, images, labels, DELTA, polishing=polishing, report=told)
    return description


def told(*what):
    print(*what, flush=True)


def certificate(name, description, images, labels):
    options = {"runs": RECORDS[name].runs}
    return certified(description, (images, labels), DELTA, options=options, repeats="drawn")


def null(record, images, labels):
    """Exact limit from every fifth example, of a network that saw the others."""
    left = np.arange(len(labels)) % 5 == 0
    description = description_of(record, images[~left], labels[~left])
    wrong = int(np.count_nonzero(predictions(description, images[left]) != labels[left]))
    return holdout(wrong, int(left.sum()), DELTA)


def train(name, folder):
    """Find the network of a record, and write it and its row."""
    record, data = RECORDS[name], sample(name)
    start = process_time()
    description = description_of(record, data.images, data.labels, folder)
    proof = certificate(name, description, data.images, data.labels)
    seconds = process_time() - start
    files.write(path_of(name), wrapped(description.to_bytes().hex()))
    beside = null(record, data.images, data.labels)
    write(row_of(name, description, proof, data) | row_beside(seconds, beside))
    check(name)


def wrapped(text, width=80):
    return "".join(f"{text[k : k + width]}\n" for k in range(0, len(text), width))


def row_of(name, description, proof, data):
    """What is counted of a record."""
    wrong = predictions(description, data.test_images) != data.test_labels
    return {
        "name": name,
        "bytes": len(description.to_bytes()),
        "bits": description.bits,
        "header": description.header_bits,
        "errors": proof.certificate.errors,
        "n": proof.certificate.n,
        "test_errors": int(np.count_nonzero(wrong)),
        "m": len(wrong),
        "limit": printed_risk(proof.certificate.value),
        "runs": RECORDS[name].runs,
        "remark": RECORDS[name].remark,
    }


def row_beside(seconds, beside):
    """What a training adds to a row."""
    return {
        "seconds": round(seconds),
        "null_limit": printed_risk(beside.value),
        "null_errors": beside.errors,
        "null_n": beside.n,
    }


def rows():
    """Rows of the table by name."""
    if not TABLE.exists():
        return {}
    with TABLE.open(newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def write(row):
    """Put a row into the table, in the order of the records."""
    table = rows() | {row["name"]: row}
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table[name] for name in RECORDS if name in table)
    files.write(TABLE, text.getvalue())


def check(name):
    """Certify the committed description of a record anew, and say what it is worth."""
    data, description = sample(name), read(name)
    proof = certificate(name, description, data.images, data.labels)
    told(f"\n{name}: {proof}\n{proof.certificate.table()}")
    row = rows()[name]
    counted = row_of(name, description, proof, data)
    wrong = [key for key, value in counted.items() if str(value) != row[key]]
    told("row of the table:", "the same" if not wrong else f"differs in {wrong}")
    told(
        f"null: at most {row['null_limit']} by {row['null_errors']} errors of {row['null_n']} of a"
        " network that saw the others"
    )
    if name == "mnist":
        sensitivity(proof.certificate)
    if name == "cifar10_subset":
        told(at_the_goal(proof.certificate))


def sensitivity(given):
    """The limit, were more bits due for the choice of the family."""
    bits = {charge.name: charge.bits for charge in given.charges if charge.name != "delta"}
    for more in MORE:
        limit = occam(given.errors, given.n, bits | {"more": more}, DELTA, prefix=None).value
        told(
            f"with {more:5,d} more bits for the choice of the family: at most {printed_risk(limit)}"
        )


def at_the_goal(given):
    """At how many examples these bits and this rate of errors would be at the goal, in words."""
    rate = given.errors / given.n
    if rate >= GOAL:
        return f"at no number of examples would it be at {GOAL}: {rate:.3f} are wrong of these"
    return f"the same rate and bits would be at {GOAL} with n = {needed(given):,}"


def needed(given, goal=GOAL):
    """Least number of examples at which a lower error rate and these bits would reach a limit."""
    nats = sum(charge.nats for charge in given.charges if charge.name != "delta")
    rate, low, high = given.errors / given.n, 0, 1
    while reached(rate, high, nats) > goal:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(rate, middle, nats) <= goal else (middle, high)
    return high


def reached(rate, n, nats):
    return float(binomial_tail(ceil(rate * n), n, nats, DELTA))


def arguments():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.certificates")
    parser.add_argument("command", choices=("train", "check"))
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(RECORDS))
    parser.add_argument("--folder", type=Path, help="where a training is kept that is interrupted")
    given = parser.parse_args()
    for name in given.names:
        if name not in RECORDS:
            parser.error(f"names must be among {', '.join(RECORDS)}, got {name}")
    return given


def main():
    given = arguments()
    for name in given.names or RECORDS:
        if given.command == "train":
            train(name, given.folder)
        else:
            check(name)


if __name__ == "__main__":
    main()
