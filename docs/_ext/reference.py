"""The reference: pages written from the docstrings before Sphinx reads anything.

A face has a page with the table of its own docstring; what it exports has a page each; any other
module has a page with all that it has for users.  What has no docstring is a warning, which ends
the build.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from textwrap import indent
from typing import Any

from numpydoc.docscrape_sphinx import SphinxDocString
from public_callables import name_of, signature
from public_objects import Entry, Module, Walk, function_of, members, owner_of
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

FOLDER = Path("reference", "generated")
ROW = re.compile(r"^ *``(\w+)``  +(\S.*)$")  # of the table in the docstring of a face
LOG = logging.getLogger(__name__)


def documentation(value: Any, path: str) -> str:
    """The docstring; that there is none is told."""
    own = (vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__) or ""
    if not own or own.startswith(f"{value.__name__}("):  # what Python says of a dataclass
        LOG.warning("%s is public and has no docstring", path)
    return inspect.getdoc(value) or ""


def summary(text: str) -> str:
    """The first paragraph, on a line."""
    return " ".join(text.strip().split("\n\n")[0].split())


def body(text: str) -> str:
    """A numpydoc docstring as reStructuredText, pushed to the right."""
    made = str(SphinxDocString(text, config={"show_class_members": False}))
    return indent(made.strip(), "   ")


def heading(title: str, line: str = "=") -> list[str]:
    """A title."""
    return [title, line * len(title), ""]


def head(path: str, text: str) -> list[str]:
    """The beginning of a page, with what search engines show."""
    plain = re.sub(r":\w+:`([^`]*)`|``", r"\1", summary(text)).replace("\\", "")
    return [".. meta::", f"   :description: {path}: {plain}", "", *heading(path)]


def table(rows: list[tuple[str, str]]) -> list[str]:
    """A table of names, which are links, and words."""
    lines = [".. list-table::", "   :class: names", "   :widths: auto", ""]
    for path, words in rows:
        lines += [f"   * - :py:obj:`~{path}`", f"     - {words}"]
    return [*lines, ""]


def further_names(target: str, others: list[str]) -> list[str]:
    """What else was described just now is called."""
    if not others:
        return []
    return [f".. further-names:: {target}", "", *(f"   {other}" for other in others), ""]


def described(entry: Entry, walk: Walk) -> list[str]:
    """A function, or a class with its members."""
    module, _, name = entry.path.rpartition(".")
    kind = "class" if inspect.isclass(entry.value) else "function"
    text = documentation(entry.value, entry.path)
    lines = [f".. py:{kind}:: {name}{signature(entry.value)}", f"   :module: {module}", ""]
    lines += [body(text), ""]
    if kind == "function":
        return lines + further_names(entry.path, entry.others)
    inside, undescribed = class_body(entry, walk)
    paths = entry.path, *entry.others
    others = [*entry.others, *(f"{path}.{each}" for path in paths for each in undescribed)]
    return lines + [indent(line, "   ") for line in inside] + further_names(entry.path, others)


def class_body(entry: Entry, walk: Walk) -> tuple[list[str], list[str]]:
    """Lines on the members of a class; and names of fields, and of what is described elsewhere."""
    lines, elsewhere = [], {}
    for name, member in members(entry.value):
        owner = owner_of(member)
        if owner in walk.known and walk.known[owner] is not entry:
            elsewhere[name] = f":py:meth:`~{owner}.{name}`"
        else:
            lines += member_lines(entry, name, member)
    if elsewhere:
        lines += [f"Also has {', '.join(elsewhere.values())}.", ""]
    plain = [each.name for each in fields(entry.value)] if is_dataclass(entry.value) else []
    return lines, [name for name in (*plain, *elsewhere) if not name.startswith("_")]


def member_lines(entry: Entry, name: str, member: Any) -> list[str]:
    """A method or a property."""
    function, path = function_of(member), f"{entry.path}.{name}"
    is_property = isinstance(member, property) or hasattr(member, "func")
    taken = "" if is_property else re.sub(r"^\((self|cls)(, )?", "(", signature(function))
    lines = [f".. py:{'property' if is_property else 'method'}:: {name}{taken}"]
    if isinstance(member, classmethod | staticmethod):
        lines.append(f"   :{type(member).__name__}:")
    lines += ["", body(documentation(function, path)), ""]
    others = dict.fromkeys([*(f"{other}.{name}" for other in entry.others), name_of(function)])
    return lines + further_names(path, [other for other in others if other != path])


def face_page(module: Module, walk: Walk) -> list[str]:
    """A face: its docstring, the table made of links, and whatever lies below it."""
    text = documentation(import_module(module.path), module.path)
    lines = [*head(module.path, text), f".. py:module:: {module.path}", ""]
    lines += with_links(module.path, text) + constants(module, text)
    further = [path for path in module.inner if not is_exported(path, module.path)]
    if further:
        lines += heading("Further modules", "-")
        lines += table([(p, summary(documentation(import_module(p), p))) for p in further])
    inner = [p for p, each in walk.modules.items() if each.is_face and is_in(p, module.path)]
    own = [entry.path for entry in module.entries if entry.is_described]
    tree = [*sorted(inner), *sorted(module.inner), *sorted(own)]
    return [*lines, ".. toctree::", "   :hidden:", "", *map(tree_line, tree), ""]


def is_in(path: str, outer: str) -> bool:
    """Whether a name lies directly within another."""
    return path.rpartition(".")[0] == outer


def is_exported(path: str, face: str) -> bool:
    """Whether a module is among what a face exports."""
    return is_in(path, face) and path.rpartition(".")[2] in import_module(face).__all__


def tree_line(path: str) -> str:
    """An entry of a toctree, by the last part of the name."""
    return f"   {path.rpartition('.')[2]} <{path}>"


def constants(module: Module, text: str) -> list[str]:
    """What has no docstring: said in the words of the table."""
    words = {row[1]: row[2] for row in map(ROW.match, text.splitlines()) if row}
    lines = []
    for entry in module.entries:
        name = entry.path.rpartition(".")[2]
        if not entry.is_described:
            if name not in words:
                LOG.warning("%s is public, and the table of %s lacks it", entry.path, module.path)
            lines += [f".. py:data:: {name}", f"   :module: {module.path}", ""]
            lines += [f"   {words.get(name, '')}", ""]
    return lines


def with_links(face: str, text: str) -> list[str]:
    """The docstring of a face: rows become a table of links, a line above them a title."""
    lines: list[str] = []
    rows: list[tuple[str, str]] = []
    for line in [*text.splitlines(), ""]:
        if row := ROW.match(line):
            rows.append((f"{face}.{row[1]}", row[2]))
        elif rows and line.strip():  # goes on with the row
            rows[-1] = rows[-1][0], f"{rows[-1][1]} {line.strip()}"
        elif rows:
            lines = titled(lines) + table(rows)
            rows = []
        else:
            lines.append(line)
    return [*lines, ""]


def titled(lines: list[str]) -> list[str]:
    """The same, a last paragraph of a few words being a title."""
    *before, title, empty = ["", "", *lines][-3:] if len(lines) < 3 else lines
    alone = not empty.strip() and not before[-1].strip()
    if alone and re.fullmatch(r"[A-Z][\w ]{2,40}", title.strip()):
        return [*before, *heading(title.strip(), "-")]
    return lines


def module_page(module: Module, walk: Walk) -> list[str]:
    """A module with all that it has for users."""
    text = documentation(import_module(module.path), module.path)
    lines = [*head(module.path, text), f".. py:module:: {module.path}", "", text, ""]
    if len(module.entries) > 1:
        lines += table([(e.path, summary(inspect.getdoc(e.value) or "")) for e in module.entries])
    for entry in module.entries:
        lines += described(entry, walk)
    return lines


def texts() -> dict[str, str]:
    """Text of each page, by its path."""
    walk, made = Walk(), {}
    for path, module in walk.modules.items():
        made[path] = (face_page if module.is_face else module_page)(module, walk)
        for entry in module.entries if module.is_face else ():
            if entry.is_described:
                text = inspect.getdoc(entry.value) or ""
                made[entry.path] = head(entry.path, text) + described(entry, walk)
    return {path: "\n".join(lines) for path, lines in made.items()}


def write(app: Sphinx) -> None:
    """Write what has changed, and take away what is no more."""
    if app.tags.has("quick"):
        return
    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    made = {folder / f"{path}.rst": text for path, text in texts().items()}
    for path in set(folder.iterdir()) - made.keys():
        path.unlink()
    for path, text in made.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


class FurtherNames(SphinxDirective):
    """Names that lead to what was described before under another."""

    required_arguments = 1
    has_content = True

    def run(self) -> list:
        """Enter them into the inventory."""
        domain = self.env.domains.python_domain
        target = domain.objects[self.arguments[0]]
        for name in self.content:
            domain.note_object(name, target.objtype, target.node_id, aliased=True)
        return []


def setup(app: Sphinx) -> dict:
    """Write the pages when the build begins."""
    app.add_directive("further-names", FurtherNames)
    app.connect("builder-inited", write, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
