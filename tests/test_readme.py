"""The code of the README runs, from its first block to its last, and its figures were measured."""

import re
from pathlib import Path

import pytest

from stablenoise.layers import parsed

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RESULTS = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")


BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
ON_DEVICE = [block for block in BLOCKS if "import cupy" in block]


def test_the_code_of_the_readme_runs():
    blocks = [block for block in BLOCKS if block not in ON_DEVICE]
    assert len(blocks) > 5
    names: dict = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    assert names["found"].certificate.value < 1
    assert names["trained"].test_accuracy > 0.9


def test_the_code_for_a_device_runs(cupy):
    (block,) = ON_DEVICE
    names: dict = {}
    exec(compile(block, "README.md", "exec"), names)
    state = next(names["states"])
    assert isinstance(state.theta, cupy.ndarray) and bool(cupy.isfinite(state.theta).all())


def test_the_architectures_of_the_readme_are_read():
    (text,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    assert len(parsed(text.encode()).layers) == 8


def numbers(text, pattern):
    """Numbers in the groups of the pattern's first match; a space there is any white space."""
    match = re.search(pattern.replace(" ", r"\s+"), text)
    assert match, pattern
    return [float(group.replace(",", "")) for group in match.groups()]


def section(command):
    """What was printed by a benchmark."""
    return RESULTS.split(f"`{command}`\n", 1)[1].split("\n## ", 1)[0]


def span(text, line, column):
    """Least and largest entry of a column, over the lines that begin so."""
    rows = [re.split(r"\s{2,}", row) for row in text.splitlines() if re.match(line, row)]
    values = [float(row[column]) for row in rows]
    return [min(values), max(values)]


PLAIN = section("python benchmarks/sampling.py").split("With 256-bit code")[0]
LAW = section("python benchmarks/law.py").split("pdf and cdf, other")[0]
TABLE = section("python benchmarks/law_table.py")
PATH = section("python benchmarks/path.py")
MIDPOINTS = [float(ns) for ns in re.findall(r"alpha .*: +([\d.]+) ns, ", PATH)]
PEERS = r"( +[\d.]+){3} "  # a line with the times of peers
DOUBLE, SINGLE = r".* float64" + PEERS, r".* float32" + PEERS
DRAWS, ONE = r"(?!alpha = 1)" + DOUBLE, r"alpha = 1" + DOUBLE
RANGE = r"([\d.,]+) to ([\d.,]+)"


@pytest.mark.parametrize(
    "pattern, seen",
    [
        (f"NumPy takes {RANGE} times as long as the float64", span(PLAIN, DOUBLE, 4)),
        (f"and {RANGE} times as long as the float32", span(PLAIN, SINGLE, 4)),
        (f"SciPy takes {RANGE} times as long as", span(PLAIN, DRAWS, 3)),
        (rf"where it is faster, {RANGE}\)", span(PLAIN, ONE, 3)),
        (f"10,000 densities take {RANGE} times", span(LAW, "1e4 points, panels made", 2)),
        (f"1e6 take {RANGE} times", span(LAW, "1e6 points, panels made", 2)),
        (f"to one law in {RANGE} microseconds", span(TABLE, r"[012][.\d]*-[\d.]+(,| {9})", 1)),
        (r"of 10,000 points takes ([\d.]+) ms", span(TABLE, "log-likelihood, table", 1)[:1]),
        (r"with its gradient ([\d.]+) ms", span(TABLE, "both in one pass", 1)[:1]),
        (f"{RANGE} ns a midpoint", [min(MIDPOINTS), max(MIDPOINTS)]),
    ],
)
def test_a_figure_was_measured(pattern, seen):
    """Two digits, rounded: within 5 percent."""
    assert numbers(README, pattern) == pytest.approx(seen, rel=0.05)


def test_the_ledger_of_the_readme_is_that_of_the_results():
    (seconds, claims) = numbers(
        README, r"(\d+) s for the first command with all data sets at hand \((\d+) claims"
    )
    ledger = RESULTS.split("\n## The ledger, ", 1)[1].split("\n### ", 1)[0]
    rows = re.findall(r"^\| [A-Z].*\| (?:consistent|contradicted|undecided)", ledger, re.MULTILINE)
    assert len(rows) == claims
    assert numbers(ledger, r"two processes, first compilation included: (\d+) s") == [seconds]
