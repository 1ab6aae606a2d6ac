"""Names for the toggles of the sidebar, which the theme leaves without one for those who listen."""

from typing import Any

from sphinx.application import Sphinx

AFTER_THE_THEME = 900


def name_toggles(app: Sphinx, page: str, template: str, context: dict, doctree: Any) -> None:
    """Let the function by which the template asks for the sidebar write them."""
    by_the_theme = context.get("generate_toctree_html")
    if by_the_theme is None:
        return

    def sidebar(*arguments: Any, **options: Any) -> str:
        written = str(by_the_theme(*arguments, **options))
        return written.replace("<summary>", '<summary aria-label="Pages below">')

    context["generate_toctree_html"] = sidebar


def setup(app: Sphinx) -> dict:
    """Do it for each page."""
    app.connect("html-page-context", name_toggles, priority=AFTER_THE_THEME)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
