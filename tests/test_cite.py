"""The page that says how to cite has what CITATION.cff has, and the version there is."""

import re
from pathlib import Path

import pytest

import stablenoise

yaml = pytest.importorskip("yaml")  # of the extra test

ROOT = Path(__file__).parents[1]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "house" / "cite.md").read_text(encoding="utf-8")


def test_the_page_cites_what_the_file_does():
    fields = dict(re.findall(r"^  (\w+)\s*= \{+(.*?)\}+,?$", PAGE, re.MULTILINE))
    assert fields == {
        "author": CITATION["authors"][0]["name"],
        "title": CITATION["title"],
        "version": stablenoise.__version__,
        "year": str(CITATION["date-released"].year),
        "license": CITATION["license"],
    }
    told = " ".join(PAGE.partition("```bibtex")[0].replace("\n> ", " ").split())
    year, title, version = fields["year"], fields["title"], fields["version"]
    assert f"{fields['author']} ({year}). *{title}*, version {version}." in told
