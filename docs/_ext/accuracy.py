"""Pages of figures: ``benchmarks/RESULTS.md``, a page for each of its sections."""

import re
from pathlib import Path

from sphinx.application import Sphinx

RESULTS = Path(__file__).parents[2] / "benchmarks" / "RESULTS.md"
FOLDER = Path("accuracy", "generated")
TREE = "```{{toctree}}\n:maxdepth: 1\n\n{}\n```\n"
PLAIN = "```{highlight} none\n```\n"  # blocks are what programs print


def pages(text: str) -> dict[str, str]:
    """Text of each file by its name: what comes before the sections, and a list of them, too."""
    preamble, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    made = dict(map(section, sections))
    if len(made) < len(sections):
        raise ValueError(f"sections of {RESULTS} must begin with different words")
    contents = "\n".join(f"generated/{name.removesuffix('.md')}" for name in made)
    return made | {
        "preamble.txt": preamble.partition("\n")[2],
        "contents.txt": TREE.format(contents),
    }


def section(text: str) -> tuple[str, str]:
    """Name and text of a page: a command in the title stands below it instead."""
    title, _, rest = text.partition("\n")
    words, comma, command = title.partition(", `")
    by = f"By `{command}.\n" if comma else ""
    name = re.sub(r"\W+", "-", words.lower()).strip("-")
    rest = re.sub(r"^#(#+ )", r"\1", rest, flags=re.MULTILINE)
    return f"{name}.md", f"# {words}\n\n{PLAIN}\n{by}{rest}"


def write(app: Sphinx) -> None:
    """Write what has changed, and take away what is no more."""
    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    made = {folder / name: each for name, each in pages(RESULTS.read_text("utf-8")).items()}
    for path in set(folder.iterdir()) - made.keys():
        path.unlink()
    for path, each in made.items():
        if not path.exists() or path.read_text("utf-8") != each:
            path.write_text(each, encoding="utf-8")


def setup(app: Sphinx) -> dict:
    """Write the pages when the build begins."""
    app.connect("builder-inited", write, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
