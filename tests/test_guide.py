"""The code of README and guide runs, page by page, and their figures were measured."""

import re
import shlex
from pathlib import Path

import pytest
from sklearn import datasets
from verifier import verify

from chaos.commands import arguments as training_arguments
from compress import arguments as pruning_arguments
from paper_checks import command, ids, index
from stablenoise.commands import arguments as fitting_arguments
from stablenoise.layers import parsed

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
LEDGER = (DOCS / "ledger.md").read_text(encoding="utf-8")
RESULTS = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in DOCS.glob("guide/*.md")}
GUIDE = "\n".join(PAGES.values())
TEXTS = {"README": README} | PAGES


def blocks(text, language="python"):
    """Those of a page, in their order."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


WITH_CODE = sorted(name for name, text in TEXTS.items() if name != "gpu" and blocks(text))


@pytest.mark.parametrize("page", WITH_CODE)
def test_the_code_of_a_page_runs(page, tmp_path, monkeypatch):
    """Its blocks are one session, from a folder that has nothing."""
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for block in blocks(TEXTS[page]):
        exec(compile(block, page, "exec"), names)
    for expression in WHAT_THEY_GIVE.get(page, ()):
        assert eval(expression, names | {"verified": verified}), expression


def verified(bundle):
    """What the verifier ends with, by the file of scikit-learn."""
    return verify.verify(Path(bundle), Path(datasets.__file__).parent / "data")


WHAT_THEY_GIVE = {
    "README": ["report.grade == 'fail'", "report.diagnosis == 'beta has the wrong sign'"],
    "certificates": ["found.certificate.value < 1"],
    "compressibility": ["[w.ndim for w in small.dense()] == [4, 4, 2]"],
    "examine": ["report.diagnosis == 'beta has the wrong sign'"],
    "ternary": [
        "found.certificate.value < 0.6145",
        "description.bits == 774",
        "best.description.bits == 497",
        "verified('digits.json').startswith('valid for the 1,437 of 1,797 rows that the bundle')",
    ],
    "networks": ["'1 x 8 x 8, conv 4 of 3 x 3 padding 1 x 0' in model.line"],
    "training": ["trained.test_accuracy > 0.9"],
}


def test_pages_that_have_code_are_those_that_run():
    """The one of the device runs below, with an array library of its own."""
    assert len(WITH_CODE) >= 10
    assert WHAT_THEY_GIVE.keys() <= set(WITH_CODE)
    on_device = [name for name, text in TEXTS.items() if "import cupy" in text]
    assert on_device == ["gpu"]


def test_the_code_for_a_device_runs(cupy):
    (block,) = blocks(PAGES["gpu"])
    names: dict = {}
    exec(compile(block, "gpu.md", "exec"), names)
    state = next(names["states"])
    assert isinstance(state.theta, cupy.ndarray) and bool(cupy.isfinite(state.theta).all())


def test_the_architectures_of_the_guide_are_read():
    (text,) = blocks(GUIDE, "toml")
    assert len(parsed(text.encode()).layers) == 8


def test_the_readme_is_a_screen_and_a_half():
    assert len(README.splitlines()) <= 110


def test_every_page_says_what_its_reader_can_do_after_it_and_is_in_the_index():
    contents = PAGES["index"].split("```{toctree}")[1].split("```")[0]
    listed = re.findall(r"^(\w+)$", contents, re.MULTILINE)
    assert sorted([*listed, "index"]) == sorted(PAGES)
    for name in listed:
        assert re.match(r"# .*\n\nAfter this page you can ", PAGES[name]), name
        assert f"]({name}.md)" in PAGES["index"], name


LINKS = [
    (path, link)
    for path in [ROOT / "README.md", *sorted(DOCS.glob("guide/*.md"))]
    for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    if not link.startswith("/")  # pages that are made when the documentation is built
]


@pytest.mark.parametrize("path, link", LINKS, ids=[link for _, link in LINKS])
def test_a_link_leads_to_a_file(path, link):
    assert (path.parent / link).exists()


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
    assert numbers(GUIDE, pattern) == pytest.approx(seen, rel=0.05)


def test_the_ledger_of_the_guide_is_that_of_the_results():
    pattern = r"(\d+) s for the first command of the README \((\d+) claims"
    (seconds, claims) = numbers(GUIDE, pattern)
    ledger = RESULTS.split("\n## The ledger, ", 1)[1].split("\n### ", 1)[0]
    rows = re.findall(r"^\| [A-Z].*\| (?:consistent|contradicted|undecided)", ledger, re.MULTILINE)
    assert len(rows) == claims
    assert numbers(ledger, r"two workers, first compilation included: (\d+) s") == [seconds]


def cells(line):
    """Those of a row of a table, in which a backslash stands before a line that is no border."""
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


MEMBERS = [member for _, member in index.members_in_order()]
NAMES = "can_be_contradicted", "identities", "not_computable"


def test_the_counts_of_the_guide_are_those_of_the_list():
    """A row may be of several papers: one names eight more, which no other row has."""
    table = GUIDE.split("| papers | can be contradicted |")[1].split("\n\n")[0]
    rows = {row[0]: [int(n) for n in row[1:]] for row in map(cells, table.splitlines()[2:])}
    heads = {word: row for row in rows for word in re.findall(r"\b[A-Z]{1,2}\d?\b", row)}
    seen = {row: [0, 0, 0] for row in rows}
    for member in MEMBERS:
        counted = index.counts([member])
        for row in (heads.get(ids.prefix_of(member.id), heads["MP"]), "all"):
            seen[row] = [n + counted[name] for n, name in zip(seen[row], NAMES, strict=True)]
    assert seen == rows


def test_the_counts_of_the_readme_are_those_of_the_list():
    all_, none = numbers(README, r"Of (\d+) statements in the ledger (\d+) cannot be computed")
    assert (all_, none) == (len(MEMBERS), index.counts(MEMBERS)["not_computable"])


@pytest.mark.parametrize(
    "text, least",
    [(README, 1), (GUIDE, 21), (LEDGER, 21)],
    ids=["README", "guide", "docs/ledger.md"],
)
def test_ids_in_documents_are_those_of_claims(text, least):
    """As they are, or as what several begin with."""
    prefixes = "|".join(sorted({ids.prefix_of(member.id) for member in MEMBERS}))
    named = set(re.findall(rf"(?<![\w-])(?:{prefixes})-\d+(?:[a-z]\b)?(?:-[a-z]\w+)*", text))
    known = {member.id for member in MEMBERS}
    begun = {id[:end] for id in known for end in range(3, len(id)) if not id[end].isdigit()}
    assert len(named) >= least
    assert named - known - begun == set()


def test_the_table_of_the_ledger_has_every_claim():
    rows = (row for row in map(cells, LEDGER.splitlines()) if len(row) == 4)
    titles = {member.id: member.title for member in MEMBERS}
    assert {row[0]: row[1] for row in rows if row[0] in titles} == titles


LINES = [
    line
    for text in TEXTS.values()
    for line in re.findall(
        r"^    ((?:paper-checks|compress|chaos|stablenoise) .+)$",
        text.replace("\\\n", " "),
        re.MULTILINE,
    )
]


@pytest.mark.parametrize("line", LINES)
def test_commands_are_understood(line):
    """By the parsers of the command lines; no file that they name is looked at."""
    program, *words = shlex.split(line, comments=True)
    options = PARSERS[program]().parse_args(words)
    assert vars(options)
    if program == "paper-checks":
        assert callable(options.act)


PARSERS = {
    "paper-checks": command._parser,
    "compress": pruning_arguments.parser,
    "chaos": training_arguments.parser,
    "stablenoise": fitting_arguments.parser,
}


def is_read(path):
    """Whether people read it as words."""
    return path.suffix in (".rst", ".md", ".py")


PLACES = ".", "start", "guide", "papers", "house", "tutorials", "gallery"
WORDS = [
    ROOT / "README.md",
    *(path for place in PLACES for path in sorted((DOCS / place).glob("*.*")) if is_read(path)),
]


def around(pattern, reach):
    """Each place where the pattern stands in what people read, and the text about it."""
    for path in WORDS:
        text = " ".join(re.sub(r"\n# ", " ", path.read_text(encoding="utf-8")).split())
        for match in re.finditer(pattern, text):
            yield path.name, text[max(match.start() - reach, 0) : match.end() + reach]


def test_the_smallest_certificate_never_stands_without_its_caveat():
    """The grammar of its code was written after the sample was seen."""
    places = list(around(r"4\.35%", 700))
    assert {name for name, _ in places} >= {"certificates.md", "limits.rst", "walk.rst", "zhou.rst"}
    assert [name for name, text in places if "5.73" not in text or "grammar" not in text] == []


def test_bits_are_the_same_everywhere_for_some_noise_alone():
    """Isotropic noise asks the math library for ``tan``: its last digit may differ."""
    places = list(around(r"[Nn]oise[^.]{0,120}\b(?:every machine|everywhere)\b", 120))
    assert len(places) >= 4
    assert [(name, text) for name, text in places if "ymmetric" not in text] == []


def test_each_program_is_shown():
    assert {line.partition(" ")[0] for line in LINES} == set(PARSERS)
