"""The built documentation: every link has an end, every public name a page, nothing is missing.

Asked of the folder that STABLENOISE_DOCS names, or of ``docs/_build/html``; ``.ci/docs`` builds it.
"""

import ast
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from built_pages import broken, foreign, inventory, pages

ROOT = Path(__file__).parents[1]
FOLDER = Path(os.environ.get("STABLENOISE_DOCS") or ROOT / "docs" / "_build" / "html")
SCRIPTS = sorted(
    path for folder in ("tutorials", "gallery") for path in (ROOT / "docs" / folder).rglob("*.py")
)
PARTS = (
    *("start", "auto_tutorials", "auto_gallery", "guide", "papers", "reference", "accuracy"),
    "house",
)
NOT_PAGES = {"genindex.html", "search.html"}  # that Sphinx adds


@pytest.fixture(scope="module")
def built():
    if not (FOLDER / "index.html").is_file():
        pytest.skip("the pages are not built, by .ci/docs")
    return pages(FOLDER)


def test_no_link_is_broken(built):
    assert broken(FOLDER, built) == []
    assert sum(len(page.links) for page in built.values()) > 10_000


def test_nothing_is_fetched_from_elsewhere(built):
    assert foreign(FOLDER, built) == []


def listed(name):
    """Names of a list of ``tests/data``, without the signatures."""
    lines = (ROOT / "tests" / "data" / name).read_text(encoding="utf-8").splitlines()
    return {line.partition("(")[0] for line in lines}


@pytest.mark.parametrize("name", ["public_names.txt", "public_signatures.txt"])
def test_every_public_name_is_in_the_reference(built, name):
    places = inventory(FOLDER / "objects.inv")
    assert listed(name) - places.keys() == set()
    for each in listed(name):
        parts = urlsplit(places[each])
        assert parts.fragment in built[parts.path].anchors, each


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_has_a_page_with_what_it_printed_or_drew(built, script):
    within = script.relative_to(ROOT / "docs").with_suffix(".html")
    page = built[f"auto_{within.as_posix()}"]
    outputs = {"sphx-glr-script-out", "sphx-glr-single-img", "sphx-glr-multi-img"}
    assert outputs & page.classes
    code = script.read_text(encoding="utf-8")
    last = ast.get_source_segment(code, ast.parse(code).body[-1])
    assert re.sub(r"\s", "", last) in page.read, "the page is older than the script"


def test_no_page_has_a_fault_of_its_making(built):
    for name, page in built.items():
        assert not {"problematic", "system-message"} & page.classes, name
        if not name.startswith("reference/"):  # whose examples show errors on purpose
            assert "Traceback(mostrecentcalllast)" not in page.read, name
        assert "SystemMessage:" not in page.read, name


def test_every_page_says_what_it_is(built):
    for name, page in built.items():
        assert page.title.strip() and page.language == "en", name
        assert len(page.description) > 20 or name in NOT_PAGES, name


def test_the_first_page_leads_to_every_part(built):
    assert {f"{part}/index.html" for part in PARTS} <= set(built["index.html"].links)
    assert {"glossary.html", "limits.html"} <= set(built["index.html"].links)


def plain(cell):
    """A cell of a table in Markdown as it is read."""
    words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", cell).replace("\\|", "|")
    return re.sub(r"[`*\s]", "", words)


def as_read(page):
    """The text of a page without marks that a source may have and a page has not."""
    return re.sub(r"[`*]", "", page.read)


def test_every_figure_of_the_results_is_in_the_pages(built):
    """So that pages of older figures are seen."""
    results = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
    words = "".join(as_read(page) for name, page in built.items() if name.startswith("accuracy/"))
    rows = re.findall(r"^\|(?! *:?-+)(.*)\|$", results, re.MULTILINE)
    cells = {plain(cell) for row in rows for cell in re.split(r"(?<!\\)\|", row)}
    assert len(cells) > 1000
    curly = str.maketrans(dict(zip("“”‘’–…", ('"', '"', "'", "'", "--", "..."), strict=True)))
    words = words.translate(curly)
    assert [cell for cell in cells if cell.translate(curly) not in words] == []


def made(folder, name, body):
    """A small page."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    text = f"<html lang='en'><head><title>A page</title></head><body>{body}</body></html>"
    (folder / name).write_text(text, encoding="utf-8")


def test_a_broken_link_is_seen(tmp_path):
    made(tmp_path, "in/b.html", "<h1 id='there'>B</h1>")
    right = "<a href='in/b.html#there'>1</a><a href='#x' id='x'>2</a><a href='https://a.b'>3</a>"
    made(tmp_path, "a.html", right)
    assert broken(tmp_path, pages(tmp_path)) == []
    lost = ["in/c.html", "in/b.html#not", "#not", "no.png"]
    links = "".join(f"<a href='{each}'>?</a>" for each in lost[:3])
    made(tmp_path, "a.html", f"{links}<img src='no.png'>")
    assert broken(tmp_path, pages(tmp_path)) == sorted(("a.html", each) for each in lost)


def test_what_comes_from_elsewhere_is_seen(tmp_path):
    taken = [
        "<script src='https://a.b/c.js'></script>",
        "<link rel='stylesheet' href='//a.b/c.css'>",
        "<img src='http://a.b/c.png'>",
        "<img srcset='https://a.b/d.png 2x'>",
        "<p style='background: url(https://a.b/e.png)'>",
        "<style>@import 'https://a.b/f.css';</style>",
    ]
    for i, each in enumerate(taken):
        made(tmp_path, f"{i}.html", each)
    (tmp_path / "a.css").write_text("a { src: url('https://a.b/font.woff2') }")
    seen = foreign(tmp_path, pages(tmp_path))
    assert [name for name, _ in seen] == [*(f"{i}.html" for i in range(len(taken))), "a.css"]
