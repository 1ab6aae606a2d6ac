"""Make a table of the reference: rows enclosed to 25 digits.

python -m benchmarks.reference.make OUT.csv.xz [--rows 10000] [--seed 16]

It needs python-flint.  Rows are kept in OUT.csv.xz.part as they come: a run that was stopped goes
on where it was.  A row that is not enclosed within the limits of ``enclosures`` is dropped, another
one comes instead, and the file's first lines say how many of each region were.  The last two
columns are derivatives of the distribution function in alpha and beta with 6 digits that are not
enclosed: how much a rounding of these matters.
"""

import argparse
import collections
import lzma
import time
from pathlib import Path

from flint import arb

from stablenoise import law

from . import enclosures
from .quantiles import quantile
from .regions import point

DIGITS = 25
LIGHTER = 1.3  # nats to begin with, for one of a tail
COLUMNS = (
    "region alpha beta x pdf side tail dx dalpha dbeta dscale p quantile cdf_dalpha cdf_dbeta"
).split()


def text(ball):
    """25 digits of a ball that has them."""
    if ball.rad() > abs(ball.mid()) * arb(10) ** -DIGITS / 2:
        raise enclosures.Refused("digits")
    return "0" if ball == 0 else ball.mid().str(DIGITS, radius=False, more=True)


def scale_score(x, found, again):
    """-1 - x dx, from ``again`` at more digits where most of them cancel."""
    score = -1 - arb(x) * found.dx
    if score.rad() > abs(score.mid()) * arb(10) ** -(DIGITS + 1):
        score = -1 - arb(x) * again(enclosures.GOAL + 12).dx
    return score


def row(region, alpha, beta, x):
    """A line of the table, or ``Refused``."""
    logs = law.logcdf(x, alpha, beta), law.logsf(x, alpha, beta)
    nats = enclosures.FIRST_NATS - LIGHTER * float(min(logs))

    def enclosed(goal=enclosures.GOAL):
        return enclosures.enclose(alpha, beta, x, goal, nats)

    found = enclosed()
    side = "lower" if found.cdf < found.sf else "upper"
    tail = found.cdf if side == "lower" else found.sf
    p = float(tail.mid())
    scores = found.dx, found.dalpha, found.dbeta, scale_score(x, found, enclosed)
    values = [text(v) for v in (found.pdf, tail, *scores)]
    at = text(quantile(alpha, beta, p, side, x, found, nats))
    numbers = repr(alpha), repr(beta), repr(x)
    rough = (f"{float(v):.6g}" for v in (found.cdf_dalpha, found.cdf_dbeta))
    return [region, *numbers, values[0], side, *values[1:], repr(p), at, *rough]


def lines(path):
    """What is done already; a line that was being written is cut off."""
    text = path.read_text() if path.exists() else ""
    path.write_text(text[: text.rfind("\n") + 1])
    return path.read_text().splitlines()


def make(out, rows, seed):
    """Add lines until there are enough rows, then write the table."""
    part = out.with_name(out.name + ".part")
    done = lines(part)
    kept = sum(not line.startswith("refused") for line in done)
    with part.open("a") as file:
        while kept < rows:
            region, *numbers = point(seed, len(done))
            try:
                line = ",".join(row(region, *numbers))
                kept += 1
            except enclosures.Refused as reason:
                line = f"refused,{region},{','.join(map(repr, numbers))},{reason}"
            done.append(line)
            file.write(line + "\n")
            file.flush()
    write(out, done, seed)


def write(out, done, seed):
    """The table with what was refused at its head."""
    refused = collections.Counter(line.split(",")[1] for line in done if line.startswith("refused"))
    kept = [line for line in done if not line.startswith("refused")]
    tried = collections.Counter(line.split(",")[0] for line in kept) + refused
    head = [f"# {len(kept)} rows enclosed of {len(done)} tried, seed {seed}; not enclosed:"]
    head += [f"# {name}: {count} of {tried[name]}" for name, count in refused.items()]
    whole = "\n".join([*head, ",".join(COLUMNS), *kept]) + "\n"
    out.write_bytes(lzma.compress(whole.encode(), preset=9 | lzma.PRESET_EXTREME))
    print("\n".join(head))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=16)
    begun = time.process_time()
    options = parser.parse_args()
    make(options.out, options.rows, options.seed)
    print(f"{time.process_time() - begun:.0f} s of processor time")
