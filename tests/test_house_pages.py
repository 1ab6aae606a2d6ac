"""Forms for issues, the policy of support and the page on reports say what the code says."""

import re
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

import stablenoise
from stablenoise.checkup import golden
from stablenoise.moved import NAMES_OF_0_1, NOTICE_DAYS

ROOT = Path(__file__).parents[1]
FORMS = sorted(
    path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config"
)
KINDS = {"textarea", "input", "dropdown", "checkboxes", "markdown"}
HOUSE = ROOT / "docs" / "house"


def text_of(path):
    return path.read_text(encoding="utf-8")


def flat(text):
    return " ".join(text.split())


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_has_what_the_host_asks_for(path):
    form = yaml.safe_load(text_of(path))
    assert form.keys() >= {"name", "description", "body"}
    ids = [item["id"] for item in form["body"]]
    assert len(ids) == len(set(ids))
    assert all(item["type"] in KINDS and item["attributes"]["label"] for item in form["body"])


def test_a_fault_and_a_wrong_number_come_with_the_doctor():
    assert {path.stem for path in FORMS} == {"bug", "wrong_number", "claim", "feature"}
    for name in ("bug", "wrong_number"):
        form = yaml.safe_load(text_of(ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml"))
        (asked,) = [item for item in form["body"] if item["id"] == "doctor"]
        assert asked["validations"]["required"] is True


def test_the_policy_has_the_least_versions_of_the_setup():
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    rows = dict(
        re.findall(r"^\| (\w+) \| ([\d.]+) \|", text_of(HOUSE / "support.md"), re.MULTILINE)
    )
    said = {name.lower(): least for name, least in rows.items()}
    asked = dict(line.split(">=") for line in setup["options"]["install_requires"].split())
    assert said == asked | {"python": setup["options"]["python_requires"].removeprefix(">=")}


def test_the_policy_has_the_terms_of_the_code():
    page = flat(text_of(HOUSE / "support.md"))
    assert str(NAMES_OF_0_1) in page and f"{NOTICE_DAYS} days" in page
    assert f"As of version {stablenoise.__version__} ({NAMES_OF_0_1.released})" in page


def test_the_page_on_reports_has_all_lines_and_the_number_of_rows():
    page = text_of(HOUSE / "bug_reports.md")
    named = re.findall(r"^\| ([\w, ]+) \|", page, re.MULTILINE)
    lines = {name.strip() for cell in named for name in cell.split(",")} - {"line"}
    assert lines == {
        *("stablenoise", "python", "processor", "threads", "libraries", "optional", "blas"),
        *("cache", "compiled", "data", "golden bits", "gpu"),
    }
    assert f"{len(golden.published())} rows of values" in page
