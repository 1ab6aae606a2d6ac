"""The built documentation as a browser shows it: on a phone and a desk, in light and dark.

Asked of the folder that STABLENOISE_DOCS names, or of ``docs/_build/html``; ``.ci/docs`` builds it,
``.ci/browser`` asks.
"""

import browsing
import pytest
from browsing import SIZES, needs_axe
from test_docs_built import FOLDER

KINDS = {  # of pages: the longest of each is asked
    "first": "index.html",
    "tutorial": "auto_tutorials/**/plot_*.html",
    "guide": "guide/*.html",
    "reference": "reference/generated/stablenoise.*.html",
    "paper": "papers/*.html",
}
EACH = [path for path in FOLDER.rglob("*.html") if path.parent.name not in ("generated", "_static")]


@pytest.fixture(scope="module")
def browser():
    if not (FOLDER / "index.html").is_file():
        pytest.skip("the pages are not built, by .ci/docs")
    with browsing.chromium() as opened:
        yield opened


@pytest.fixture
def show(browser):
    with browsing.tabs(browser, unheard={"log"}) as open_page:  # the theme tells what it does
        yield open_page


def longest(kind):
    return max(FOLDER.glob(KINDS[kind]), key=lambda path: path.stat().st_size)


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_barrier(show, kind, size, scheme):
    tab = show(longest(kind).as_uri(), size, scheme)
    assert tab.locator("html").get_attribute("data-theme") == scheme
    assert browsing.barriers(tab) == []


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_shown_in_the_colours_that_the_reader_has_chosen(show, kind):
    ground = "getComputedStyle(document.body).backgroundColor"
    light, dark = (show(longest(kind).as_uri(), "desk", each) for each in ("light", "dark"))
    assert light.evaluate(ground) == "rgb(255, 255, 255)" != dark.evaluate(ground)


def test_no_page_is_wider_than_a_phone(show):
    """Tables, code and formulas scroll on their own."""
    tab = show((FOLDER / "index.html").as_uri(), "phone")
    some = sorted((FOLDER / "reference" / "generated").glob("*.html"))[::10]
    wide = []
    for path in sorted({*EACH, *some, *(FOLDER / "accuracy" / "generated").glob("*.html")}):
        tab.goto(path.as_uri())
        if browsing.width(tab) != SIZES["phone"][0]:
            wide.append((path.relative_to(FOLDER).as_posix(), browsing.width(tab)))
    assert wide == []


def test_words_are_found_without_a_network(browser):
    """From files too, but for the excerpts, which a browser fetches from servers alone."""
    with browsing.tabs(browser, unheard={"log", "error", "pageerror"}) as open_page:
        tab = open_page((FOLDER / "search.html").as_uri() + "?q=StableVariable")
        tab.wait_for_selector("#search-results li")
        texts = tab.locator("#search-results li").all_inner_texts()
    assert any("stablenoise.StableVariable" in text for text in texts)


def test_formulas_are_shown_without_a_script(browser):
    with browsing.tabs(browser, unheard={"log"}) as open_page:
        path = FOLDER / "reference" / "generated" / "stablenoise.tails.hill.html"
        tab = open_page(path.as_uri(), script=False)
        formula = tab.locator("div.formula math").first
        assert formula.bounding_box()["height"] > 20 and formula.locator("msub").count() >= 2
