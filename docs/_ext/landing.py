"""The picture of the first page."""

from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Landing(SphinxDirective):
    """The picture."""

    def run(self) -> list:
        """Nothing yet."""
        return []


def setup(app: Sphinx) -> dict:
    """Add the directive."""
    app.add_directive("landing", Landing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
