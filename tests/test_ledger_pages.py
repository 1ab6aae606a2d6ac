"""Pages on papers: their tables, their links to claims, and the numbers that they stand on."""

import csv
import importlib.util
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from paper_checks import papers
from paper_checks.claim import Claim
from paper_checks.ids import prefix_of

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted((DOCS / "papers").glob("*.rst"))
LINKING = sorted(
    path
    for folder in (DOCS, DOCS / "papers", DOCS / "start", DOCS / "guide", DOCS / "house")
    for path in folder.glob("*.*")
    if path.suffix in (".rst", ".md")
) + sorted([*DOCS.glob("tutorials/*.py"), *DOCS.glob("gallery/*.py")])


SIZES = "intervals_by_size"


@pytest.fixture(scope="module")
def ledger():
    """The extension as a module, which needs Sphinx to be imported."""
    pytest.importorskip("sphinx")
    spec = importlib.util.spec_from_file_location("_ledger_pages", DOCS / "_ext" / "ledger.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_what_has_a_verdict_is_a_claim_of_the_registry(ledger):
    known = {member.id for member in ledger.members()}
    found = ledger.verdicts(text(DOCS / "ledger.md"))
    assert len(found) > 150
    assert set(found) <= known


def test_a_verdict_is_read_with_its_date_and_whatever_its_title_holds(ledger):
    table = (
        "<!-- TABLE -->\n| id | title | verdict | |\n|---|---|---|---|\n"
        "| P1-2 | One | consistent, 2026-11-29 |  |\n"
        r"| B-16 | kl(a \|\| b) | contradicted | *against the paper*: a \| b |"
        "\n<!-- end -->\n| P1-3 | not of the table | consistent |  |\n"
    )
    assert ledger.verdicts(table) == {"P1-2": "consistent, 2026-11-29", "B-16": "contradicted"}
    assert ledger.verdicts("no table") == {}


def test_each_claim_of_a_paper_has_one_row_in_the_order_of_the_list(ledger):
    ids = [row.id for paper in papers.PAPERS for row in ledger.rows(paper, DOCS)]
    assert ids == [member.id for member in ledger.members()]


def test_a_claim_without_a_verdict_says_so(ledger, tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "quantities.csv").write_text("id,quantity,seen\n")
    (tmp_path / "ledger.md").write_text("<!-- TABLE -->\n<!-- end -->\n")
    rows = ledger.rows("P4", tmp_path)
    assert {row.verdict for row in rows} == {ledger.NOT_RUN, "not computable"}
    assert ledger.rows("nobody", tmp_path) == []


def test_every_paper_has_one_table_on_one_page(ledger):
    shown = [prefix for page in PAGES for prefix in ledger.prefixes_shown(text(page))]
    assert sorted(shown) == sorted(papers.PAPERS)


def test_every_page_is_in_the_list_of_pages():
    listed = re.findall(r"^   (\w+)$", text(DOCS / "papers" / "index.rst"), re.MULTILINE)
    assert sorted(listed) == sorted(page.stem for page in PAGES if page.stem != "index")


def test_links_lead_to_claims(ledger):
    known = {member.id for member in ledger.members()}
    named = {(path.name, id) for path in LINKING for id in ledger.claims_named(text(path))}
    assert {name for name, _ in named} >= {"wan.rst", "limits.rst", "plot_hill_paths.py"}
    assert {(name, id) for name, id in named if id not in known} == set()


def test_a_page_names_the_statements_of_its_paper_that_are_against_it_or_not_checked(ledger):
    for page in PAGES:
        words = text(page)
        for prefix in ledger.prefixes_shown(words):
            if prefix in ("L", "E") or page.stem == "newer":
                continue  # no single paper, or told by the table alone
            for row in ledger.rows(prefix, DOCS):
                if (row.against or row.verdict == "not computable") and prefix != "Q3":
                    assert f"`{row.id}`" in words, (page.name, row.id)


def test_quantities_are_those_of_the_claims(ledger):
    with (DOCS / "papers" / "quantities.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    labels = {
        member.id: [(q.label, str(q.rule or "")) for q in getattr(member, "quantities", ())]
        for member in ledger.members()
    }
    seen = {row["id"] for row in rows}
    claims = [member for member in ledger.members() if isinstance(member, Claim)]
    assert {claim.id for claim in claims if claim.needs is str} <= seen  # those without files
    assert {prefix_of(id) for id in seen} >= {"P1", "P2", "P3", "P4", "CN", "B", "L", "E"}
    for row in rows:
        low, value, high = (float(row[key]) for key in ("low", "seen", "high"))
        assert low <= value <= high, row
    for id in seen:
        told = [(row["quantity"], row["claimed"]) for row in rows if row["id"] == id]
        assert told == labels[id]
        assert sum(row["decides"] == "yes" for row in rows if row["id"] == id) == 1


def rows_of_results():
    """Verdicts by id of the runs that RESULTS has: a claim is there once."""
    table = re.search(
        r"<!-- ROWS -->\n(.*?)<!-- end -->", text(ROOT / "benchmarks/RESULTS.md"), re.S
    )
    cells = [line.split(" | ") for line in table[1].splitlines()[2:]]
    return {row[0].removeprefix("| "): row[1] for row in cells}


def test_a_verdict_is_that_of_the_run_in_the_results(ledger):
    """All but those of runs of another day or budget, which their cell or the page says."""
    told = ledger.verdicts(text(DOCS / "ledger.md"))
    against = {member.id for member in ledger.members() if getattr(member, "against", "")}
    seen = rows_of_results()
    assert len(seen) > 100
    for id, verdict in seen.items():
        suffix = " (against the paper)" if id in against else ""
        assert verdict == told[id].partition(",")[0] + suffix, id


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (("1", "1", "1"), "q: 1; claimed < 2"),
        (("1", "0.5", "1.5"), "q: 1 [0.5, 1.5]; claimed < 2"),
        (("1", "-inf", "inf"), "q: 1 [no end, no end]; claimed < 2"),
    ],
)
def test_what_was_seen_is_said_with_its_interval(ledger, ends, said):
    assert ledger.Seen("q", *ends, "< 2", True).text == said
    assert ledger.Seen("q", *ends, "", True).text == said.replace("claimed < 2", "reported")


def test_the_glossary_has_every_term_once():
    words = text(DOCS / "glossary.rst")
    terms = re.findall(r"^   (\S.*)$", words.split("Ids of claims")[0], re.MULTILINE)
    terms = [term for term in terms if not term.startswith(":")]
    assert len(terms) > 30
    assert len(terms) == len(set(terms))


def test_every_limit_has_a_target_and_shows_a_number_and_where_it_is_from():
    words = text(DOCS / "limits.rst")
    parts = re.split(r"^\.\. _(limit-[a-z-]+):$", words, flags=re.MULTILINE)[1:]
    names, bodies = parts[::2], parts[1::2]
    assert len(names) == len(set(names)) >= 15
    sections = set(re.findall(r"^#+ ([^,`\n]+)", text(ROOT / "benchmarks" / "RESULTS.md"), re.M))
    for name, body in zip(names, bodies, strict=True):
        assert re.search(r"\d", body), name
        quoted = [" ".join(name.split()) for name in re.findall(r"\(\"([^\"]+)\"", body)]
        assert set(quoted) <= sections, name
        assert quoted or ":claim:" in body or ":doc:" in body, name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "told", "printed"),
    [
        (SIZES, "0.50 at 100 values", "100 values: median index 1.78, {WIDTH} 0.50"),
        (SIZES, "10,000 values it is 0.06", "10,000 values: median index 1.70, {WIDTH} 0.06"),
        (SIZES, "11 of 12 for stable", "\n100 values of Student 3: {TAKEN} 11"),
        (SIZES, "10 of 12", "\n1,000 values of Student 3: {TAKEN} 10"),
        (SIZES, "10,000 none", "\n10,000 values of Student 3: {TAKEN} 0"),
        ("hill_paths", "2.75 at k = 100, 2.16 at k = 2,000", "2.75 at 100, "),
        ("hill_paths", "2.75 at k = 100, 2.16 at k = 2,000", " 2.16 at 2000"),
        ("hill_paths", "1.59 at 4,000", "1.59 at 4000"),
    ],
)
def test_numbers_of_the_limits_are_printed_by_the_gallery(script, told, printed):
    assert told in " ".join(text(DOCS / "limits.rst").split())
    words = {"WIDTH": "median width of an interval", "TAKEN": "taken for stable in"}
    assert printed.format(**words) in _printed(script)


@cache
def _printed(script: str) -> str:
    command = [sys.executable, DOCS / "gallery" / f"plot_{script}.py"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=600, check=True
    ).stdout
