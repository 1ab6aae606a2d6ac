"""The page as a browser shows it: whole, readable, and its filters work without a script.

What is needed for it, and whether it is there: ``browsing.py``.
"""

import browsing
import made_ledger
import pytest
from browsing import SIZES, needs_axe
from made_ledger import HALF, evidence

from paper_checks import registry
from paper_checks.claim import NotComputable
from paper_checks.page.rendering import page

SHOWN = "section.claim, .forest li, .claims tbody tr"
NOT = NotComputable("P1-99", "ImageNet", "It holds there, too.", "a paper", "the data are not here")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A page of all kinds, with words as long as any and a claim of many quantities."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "all_claims", dict)
        patch.setattr(registry, "not_computable", lambda: {"imagenet": NOT})
        long = evidence("P1-11a-fashion-mnist-shuffled", [HALF], statement="x" * 300)
        outcome = made_ledger.outcome([*made_ledger.every_kind(), long])
        made = tmp_path_factory.mktemp("page") / "index.html"
        made.write_text(page(outcome, made_ledger.results(outcome)), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def browser():
    with browsing.chromium() as opened:
        yield opened


@pytest.fixture
def show(browser, path):
    """Opens the page, and fails at the end if the browser had anything to say."""
    with browsing.tabs(browser) as open_page:

        def shown(size="desk", scheme="light", script=True, fragment=""):
            return open_page(path.as_uri() + fragment, size, scheme, script)

        yield shown


def visible(tab, what):
    """Texts of what is displayed, by their claims."""
    return [each.inner_text() for each in tab.locator(what).all() if each.is_visible()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_is_shown_whole_and_never_wider_than_the_window(show, size, scheme):
    tab = show(size, scheme)
    for details in tab.locator("details").all():
        details.evaluate("each => { each.open = true }")
    assert browsing.width(tab) == SIZES[size][0]
    outside = """[...document.querySelectorAll("body *")].filter(each => {
        const box = each.getBoundingClientRect();
        return box.width && box.right > innerWidth + 1 && !each.closest("svg");
    }).map(each => each.outerHTML.slice(0, 80))"""
    assert tab.evaluate(outside) == []
    assert len(visible(tab, "section.claim")) == 9 and len(visible(tab, ".forest li")) == 9
    assert len(visible(tab, ".claims tbody tr")) == 9


def test_on_a_phone_a_row_of_a_table_is_a_paragraph(show):
    tab = show("phone")
    style = "(each) => getComputedStyle(each).display"
    assert tab.locator(".claims tbody tr").first.evaluate(style) == "block"
    assert visible(tab, ".claims .wide") == [] and visible(show(), ".claims td.wide") != []
    tab.locator("#p1_1 details").last.evaluate("each => { each.open = true }")
    cells = tab.locator("#p1_1 .quantities td")
    assert {cell.evaluate(style) for cell in cells.all()} == {"block"}
    before = "(each) => getComputedStyle(each, '::before').content"
    assert cells.nth(1).evaluate(before) == '"claimed: "'


def luminance(colour):
    shares = [int(part) / 255 for part in colour[4:-1].split(",")[:3]]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme, dark", [("light", False), ("dark", True)])
def test_colours_follow_the_scheme_and_can_be_told_from_their_ground(show, scheme, dark):
    """Graphics at 3 : 1, as WCAG 2 asks of them; axe looks at texts."""
    tab = show(scheme=scheme)
    style = "(each, name) => getComputedStyle(each)[name]"
    ground = tab.locator("body").evaluate(style, "backgroundColor")
    assert (luminance(ground) < 0.2) == dark
    for paint in ("consistent", "against", "contradicted", "undecided", "control"):
        stroke = tab.locator(f"svg.track use.{paint}").first.evaluate(style, "fill")
        pair = sorted([luminance(stroke), luminance(ground)])
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3, paint


@pytest.mark.parametrize("script", [True, False])
def test_filters_show_what_is_chosen_with_a_script_or_without(show, script):
    tab = show(script=script)
    tab.get_by_label("P2 (2)").check()
    assert [text.split()[0] for text in visible(tab, "section.claim")] == ["P2-5", "P2-6"]
    assert [text.split()[0] for text in visible(tab, ".forest li")] == ["P2-5", "P2-6"]
    assert len(visible(tab, ".claims tbody tr")) == 2
    tab.locator("#paper-all").check()
    tab.get_by_label("against the paper (1)").check()
    assert [text.split()[0] for text in visible(tab, "section.claim")] == ["P1-2"]
    tab.locator("#paper-CN").check()
    assert visible(tab, SHOWN) == []  # both filters hold
    tab.locator("#paper-all").check()
    tab.locator("#verdict-not-computable").check()
    assert visible(tab, SHOWN) == [] and "P1-99" in visible(tab, "[data-verdict=not-computable]")[0]
    assert tab.locator("#search-words").is_visible() == script


def test_words_find_claims_and_the_count_is_told(show):
    tab = show()
    assert tab.locator("#claims-shown").inner_text() == "9 of 9 claims shown"
    tab.locator("#search-words").fill("Theorem 2")
    assert tab.locator("#claims-shown").inner_text() == "1 of 9 claims shown"
    assert [text.split()[0] for text in visible(tab, "section.claim")] == ["P1-2"]
    assert len(visible(tab, ".forest li")) == 1 == len(visible(tab, ".claims tbody tr"))


def test_a_link_to_a_claim_that_is_filtered_out_shows_it(show):
    tab = show()
    tab.get_by_label("P2 (2)").check()
    tab.locator("#search-words").fill("nothing has these words")
    tab.evaluate("location.hash = '#p1_2'")
    tab.wait_for_function("getComputedStyle(document.getElementById('p1_2')).display != 'none'")
    assert tab.locator("#paper-all").is_checked() and len(visible(tab, "section.claim")) == 9
    assert tab.locator("#claims-shown").inner_text() == "9 of 9 claims shown"


def test_a_line_of_the_forest_leads_to_its_claim(show):
    tab = show("phone")
    tab.locator(".forest a", has_text="CN-7").click()
    assert tab.evaluate("location.hash") == "#cn_7"
    box = tab.locator("#cn_7").bounding_box()
    assert 0 <= box["y"] < SIZES["phone"][1]


def test_the_first_key_reaches_the_link_to_the_claims(show):
    tab = show()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    assert tab.locator(".skip").bounding_box()["x"] >= 0
    tab.keyboard.press("Enter")
    assert tab.evaluate("location.hash") == "#all-claims"


def test_estimates_lie_where_their_numbers_say(show):
    """0.51 of a region from 0.4 to 0.6: a tenth of its half right of the middle of the axis."""
    tab = show()
    picture = tab.locator("#p1_1 svg.track").first
    whole, mark = picture.bounding_box(), picture.locator("use.consistent").bounding_box()
    middle = mark["x"] + mark["width"] / 2 - whole["x"]
    assert middle == pytest.approx(whole["width"] * (0.5 + 0.1 / 8), abs=1)
    region = picture.locator(".region").bounding_box()
    assert region["width"] == pytest.approx(whole["width"] / 4, abs=1)


def test_on_paper_it_is_black_on_white_and_without_filters(show):
    tab = show(scheme="dark")
    tab.emulate_media(media="print")
    assert luminance(tab.locator("body").evaluate("b => getComputedStyle(b).backgroundColor")) > 0.9
    assert luminance(tab.locator("body").evaluate("b => getComputedStyle(b).color")) < 0.1
    assert not tab.locator(".filters").is_visible() and len(visible(tab, "section.claim")) == 9


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_no_barrier(show, size, scheme):
    tab = show(size, scheme)
    for details in tab.locator("details").all():
        details.evaluate("each => { each.open = true }")
    assert browsing.barriers(tab) == []
