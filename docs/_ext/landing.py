"""The picture of the first page: a Gaussian path and two stable ones, drawn by the library."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from stablenoise import StablePath

LEVEL, WIDTH, HEIGHT, GAP = 9, 300, 150, 22
PATHS = (  # index, seed, what is said below
    (2.0, 8, "alpha = 2: Gaussian"),
    (1.7, 8, "alpha = 1.7: some jumps"),
    (1.2, 8, "alpha = 1.2: the jumps are the path"),
)
TITLE = "Three stable processes over the same time: the smaller the index alpha, the larger the jumps"


def panel(number: int) -> str:
    """A path, scaled to its box, above its words."""
    alpha, seed, words = PATHS[number]
    steps = StablePath(alpha, seed=seed).increments(LEVEL, range(1), dim=1).ravel()
    path = [0.0, *steps.cumsum().tolist()]
    low, high = min(path), max(path)
    across = [WIDTH * i / (len(path) - 1) for i in range(len(path))]
    up = [HEIGHT * (high - y) / (high - low) for y in path]
    line = f"M0 {up[0]:.1f}" + "".join(
        f"H{x:.1f}V{y:.1f}" for x, y in zip(across[1:], up[1:], strict=True)
    )
    left = number * (WIDTH + GAP) + 4
    return (
        f'<g transform="translate({left} 8)"><path class="path-{number}" d="{line}"/>'
        f'<text x="0" y="{HEIGHT + 26}">{words}</text></g>'
    )


def picture() -> str:
    """An SVG whose colours are those of the page."""
    width = len(PATHS) * (WIDTH + GAP) - GAP + 8
    panels = "".join(map(panel, range(len(PATHS))))
    return (
        f'<svg class="landing" viewBox="0 0 {width} {HEIGHT + 44}" role="img" '
        f'aria-label="{TITLE}">{panels}</svg>'
    )


class Landing(SphinxDirective):
    """The picture, where it is asked for."""

    def run(self) -> list[nodes.Node]:
        """Draw it into the page itself, so that it can be light and dark."""
        return [nodes.raw("", picture(), format="html")]


def setup(app: Sphinx) -> dict:
    """Add the directive."""
    app.add_directive("landing", Landing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
