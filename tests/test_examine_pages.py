"""Reports as text and as HTML say the same, and nothing of what they say is taken for markup."""

from html.parser import HTMLParser

import pytest

from stablenoise import __version__
from stablenoise.examine import pages
from stablenoise.examine.findings import Finding

FINDINGS = (
    Finding("tail", "fail", "P(X > 9) < 1e-3 & no more", 1e-9, 1024, 3.0, 2048),
    Finding("centre", "pass", "off by 1e-12", None, 7),
)


class Reader(HTMLParser):
    """Visible text of a page, and its tags, which must be closed in their order."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.said = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in ("meta", "path", "use", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert not self.open or tag in ("meta",) or self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "title"):
            self.said.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def test_a_page_says_what_the_text_says():
    title, lines = "fail: a <sampler>", ["law: a & b", "  a  b"]
    text = pages.text(title, lines, FINDINGS)
    assert text.splitlines() == [
        "fail: a <sampler>",
        "law: a & b",
        "  a  b",
        "",
        "fail        tail: P(X > 9) < 1e-3 & no more",
        "pass        centre: off by 1e-12",
    ]
    page = read(pages.html(title, lines, FINDINGS))
    said = "".join(page.said)
    for part in (title, *lines, *(f.sentence for f in FINDINGS), "1e-09", "1,024", "2,048"):
        assert part in said
    assert "sampler" not in page.tags and page.tags.count("tr") == 3
    assert "p-value: the probability of what was seen" in said and __version__ in said


def test_a_report_of_nothing_is_its_title():
    assert pages.text("pass: x", [], []) == "pass: x"
    assert "".join(read(pages.html("pass: x", [], [])).said).split() == ["pass:", "x"]


def test_a_picture_is_part_of_the_page_and_the_same_each_time():
    def draw(ax):
        ax.plot([1, 2], [3, 4], label="a < b")
        ax.legend()

    svg = pages.picture(draw)
    assert svg == pages.picture(draw) and svg.startswith("<svg") and "a &lt; b" in svg
    page = pages.html("a", [], [], svg)
    assert svg in page and read(page).tags.count("svg") == 1
    page = pages.html("a", [], FINDINGS, svg)
    assert page.index("<svg") < page.index("<table")  # it is seen before a hundred rows


def test_columns_are_aligned():
    assert pages.columns(["region", "worst"], [["a", "1"], ["longer", "1e-10"]]) == [
        "region  worst",
        "a           1",
        "longer  1e-10",
    ]


def test_axes_are_those_that_were_given():
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert pages.axes_of(ax) is ax
    with pytest.raises(ValueError, match="ax must be an Axes, got 3"):
        pages.axes_of(3)
