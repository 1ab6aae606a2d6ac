"""The code of the README runs, from its first block to its last, and its figures were measured."""

import re
import shlex
from pathlib import Path

import pytest

from paper_checks import command, ids, index
from stablenoise.layers import parsed

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LEDGER = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
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
    (seconds, claims) = numbers(README, r"(\d+) s for the first command \((\d+) claims")
    ledger = RESULTS.split("\n## The ledger, ", 1)[1].split("\n### ", 1)[0]
    rows = re.findall(r"^\| [A-Z].*\| (?:consistent|contradicted|undecided)", ledger, re.MULTILINE)
    assert len(rows) == claims
    assert numbers(ledger, r"two workers, first compilation included: (\d+) s") == [seconds]


def cells(line):
    """Those of a row of a table, in which a backslash stands before a line that is no border."""
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


MEMBERS = [member for _, member in index.members_in_order()]
NAMES = "can_be_contradicted", "identities", "not_computable"


def test_the_counts_of_the_readme_are_those_of_the_list():
    """A row may be of several papers: one names eight more, which no other row has."""
    table = README.split("| papers | can be contradicted |")[1].split("\n\n")[0]
    rows = {row[0]: [int(n) for n in row[1:]] for row in map(cells, table.splitlines()[2:])}
    heads = {word: row for row in rows for word in re.findall(r"\b[A-Z]{1,2}\d?\b", row)}
    seen = {row: [0, 0, 0] for row in rows}
    for member in MEMBERS:
        counted = index.counts([member])
        for row in (heads.get(ids.prefix_of(member.id), heads["MP"]), "all"):
            seen[row] = [n + counted[name] for n, name in zip(seen[row], NAMES, strict=True)]
    assert seen == rows


@pytest.mark.parametrize("text", [README, LEDGER], ids=["README", "docs/ledger.md"])
def test_ids_in_documents_are_those_of_claims(text):
    """As they are, or as what several begin with."""
    prefixes = "|".join(sorted({ids.prefix_of(member.id) for member in MEMBERS}))
    named = set(re.findall(rf"(?<![\w-])(?:{prefixes})-\d+(?:[a-z]\b)?(?:-[a-z]\w+)*", text))
    known = {member.id for member in MEMBERS}
    begun = {id[:end] for id in known for end in range(3, len(id)) if not id[end].isdigit()}
    assert len(named) > 20
    assert named - known - begun == set()


def test_the_table_of_the_ledger_has_every_claim():
    rows = (row for row in map(cells, LEDGER.splitlines()) if len(row) == 4)
    titles = {member.id: member.title for member in MEMBERS}
    assert {row[0]: row[1] for row in rows if row[0] in titles} == titles


@pytest.mark.parametrize("line", re.findall(r"^    paper-checks (.+)$", README, re.MULTILINE))
def test_commands_of_the_readme_are_understood(line):
    options = command._parser().parse_args(shlex.split(line, comments=True))
    assert callable(options.act)
