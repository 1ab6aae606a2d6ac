"""A description of each page, for search engines: its first paragraph, if it says no other."""

from html import escape
from textwrap import shorten

from docutils import nodes
from sphinx.application import Sphinx

LONGEST = 200


def first_paragraph(doctree: nodes.document) -> str:
    """That of the text, on one line; what stands in boxes does not count."""
    paragraphs = (each for each in doctree.findall(nodes.paragraph) if len(each.astext()) > 40)
    plain = (each for each in paragraphs if isinstance(each.parent, nodes.section))
    return " ".join(next(plain, nodes.paragraph()).astext().split())


def describe(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document) -> None:
    """Put it among what the head of the page has."""
    if doctree is None or 'name="description"' in context.get("metatags", ""):
        return
    words = first_paragraph(doctree) or f"{context['title']}, in the documentation of stablenoise"
    short = escape(shorten(words, LONGEST, placeholder=" ..."))
    context["metatags"] = f'{context["metatags"]}<meta name="description" content="{short}" />\n'


def setup(app: Sphinx) -> dict:
    """Do it for each page."""
    app.connect("html-page-context", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
