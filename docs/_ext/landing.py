"""The picture of the first page: a Gaussian path and two stable ones, drawn by the library."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from stablenoise import StablePath

LEVEL, WIDTH, HEIGHT = 9, 300, 100
SEED = 8
PATHS = (  # index, what is said below
    (2.0, "alpha = 2: Gaussian"),
    (1.7, "alpha = 1.7: a few jumps"),
    (1.2, "alpha = 1.2: the jumps are the path"),
)


def figure(alpha: float, words: str) -> str:
    """A path, scaled to its box, above its words; it takes the colour of the page."""
    steps = StablePath(alpha, seed=SEED).increments(LEVEL, range(1), dim=1).ravel()
    path = [0.0, *steps.cumsum().tolist()]
    low, high = min(path), max(path)
    line = "".join(
        f"H{WIDTH * i / len(steps):.1f}V{HEIGHT * (high - y) / (high - low):.1f}"
        for i, y in enumerate(path)
    )
    start = HEIGHT * high / (high - low)
    return (
        f'<figure><svg viewBox="-2 -2 {WIDTH + 4} {HEIGHT + 4}" preserveAspectRatio="none" '
        f'aria-hidden="true"><path d="M0 {start:.1f}{line}"/></svg>'
        f"<figcaption>{words}</figcaption></figure>"
    )


class Landing(SphinxDirective):
    """The picture, where it is asked for."""

    def run(self) -> list[nodes.Node]:
        """Draw it into the page itself, so that it can be light and dark."""
        figures = "".join(figure(*path) for path in PATHS)
        return [nodes.raw("", f'<div class="landing">{figures}</div>', format="html")]


def setup(app: Sphinx) -> dict:
    """Add the directive."""
    app.add_directive("landing", Landing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
