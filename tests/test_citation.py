"""CITATION.cff is what version 1.2.0 of its format asks for, and says what the setup says."""

import re
from configparser import ConfigParser
from datetime import date
from pathlib import Path

import pytest
import yaml

import stablenoise
from paper_checks.papers import PAPERS

ROOT = Path(__file__).parents[1]
REQUIRED = "authors", "cff-version", "message", "title"  # of the format
ASKED = "abstract", "keywords", "license", "version", "date-released", "type", "references"
REFERENCE_REQUIRED = "authors", "title", "type"
REFERENCE_TYPES = {"article", "book", "conference-paper", "report"}  # of many that there are
NAMED = "P1", "P2", "P3", "P4", "CN", "B", "L", "E"  # papers without which there were no ledger


@pytest.fixture(scope="module")
def citation():
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def faults(cited):
    """What the format refuses, in a list of words."""
    found = [key for key in REQUIRED if not cited.get(key)]
    found += [] if cited.get("cff-version") == "1.2.0" else ["another version of the format"]
    found += [] if cited.get("type") in ("software", "dataset") else ["type"]
    for entry in (cited, *cited.get("references", [])):
        authors = entry.get("authors") or [{}]
        named = [a for a in authors if a.keys() & {"name", "family-names", "given-names", "alias"}]
        found += [] if len(named) == len(authors) else [f"authors of {entry.get('title')}"]
    for entry in cited.get("references", []):
        found += [
            f"{key} of {entry.get('title')}" for key in REFERENCE_REQUIRED if key not in entry
        ]
        found += [] if entry.get("type") in REFERENCE_TYPES else [f"type of {entry.get('title')}"]
        found += [] if re.fullmatch(r"10\.\d{4,9}/\S+", entry.get("doi", "10.1234/x")) else ["doi"]
    return found


def test_the_file_is_of_the_format(citation):
    assert faults(citation) == []
    assert [key for key in ASKED if not citation.get(key)] == []


@pytest.mark.parametrize("key", [*REQUIRED, "type"])
def test_what_is_missing_is_seen(citation, key):
    assert faults({name: value for name, value in citation.items() if name != key})


def test_a_reference_without_a_title_or_of_no_kind_is_seen(citation):
    reference = citation["references"][0]
    for broken in (reference | {"type": "pamphlet"}, reference | {"doi": "doi:10.1/x"}, {}):
        assert faults(citation | {"references": [broken]})


def test_version_date_license_and_title_are_those_of_the_setup(citation):
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    assert citation["version"] == stablenoise.__version__
    assert citation["license"] == setup["metadata"]["license_expression"]
    assert citation["title"].startswith(f"{setup['metadata']['name']}:")
    released = citation["date-released"]
    assert isinstance(released, date)  # YAML reads a date where it is written as one
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = re.search(r"^## (.*)$", changes, re.MULTILINE)[1]
    assert first == f"{stablenoise.__version__} ({released.isoformat()})"


def test_the_papers_are_cited_by_the_ids_that_the_ledger_has(citation):
    cited = {
        f"https://doi.org/{entry['doi']}" for entry in citation["references"] if "doi" in entry
    }
    cited |= {entry["url"] for entry in citation["references"] if "url" in entry}
    assert {PAPERS[prefix].link for prefix in NAMED} == cited


def test_titles_and_authors_are_those_of_the_ledger(citation):
    known = " ".join(PAPERS[prefix].citation for prefix in NAMED).lower()
    for entry in citation["references"]:
        assert entry["title"].lower() in known
        assert all(author["family-names"].lower() in known for author in entry["authors"])
