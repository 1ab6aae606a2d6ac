"""The page as one file of HTML that needs no other: no script to be read, no network."""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from ..papers import links_of, paper_of
from . import deciding, figures, grouping, levels, texts
from .outcomes import Outcome


def page(outcome: Outcome, results: dict[str, Any]) -> str:
    """One self-contained HTML page.

    Parameters
    ----------
    outcome : Outcome
        What was seen, and what was not.
    results : dict
        What ``results.json`` holds.

    Returns
    -------
    str

    """
    grouped = grouping.by_paper(outcome)
    return (
        _environment()
        .get_template("page.html")
        .render(outcome=outcome, results=results, groups=grouped, total=grouping.total(grouped))
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {module.__name__.rpartition(".")[2]: module for module in _MODULES}
    filters = texts.interval, texts.power, texts.short, texts.sentence
    environment.filters |= {f.__name__: f for f in filters}
    environment.globals |= {"links_of": links_of, "paper_of": paper_of}
    return environment


_MODULES = deciding, figures, grouping, levels, texts
