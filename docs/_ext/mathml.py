"""Formulas as MathML, which browsers show by themselves: no script, nothing fetched."""

import html

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

LOG = logging.getLogger(__name__)


def made(node: nodes.Element, as_block: bool) -> str:
    """MathML of a formula; of one that is not understood a warning, and the text."""
    try:
        return str(tex2mathml(node.astext(), as_block=as_block))
    except MathError as error:
        LOG.warning("%s in the formula %s", error, node.astext(), location=node)
        return f"<code>{html.escape(node.astext())}</code>"


def inline(self: HTML5Translator, node: nodes.math) -> None:
    """Formula in a line."""
    self.body.append(made(node, as_block=False))
    raise nodes.SkipNode


def block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Formula of its own, wide ones scroll."""
    self.body.append(f'<div class="formula" tabindex="0">{made(node, as_block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    """Add the renderer, by the name ``mathml``."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
