"""The reference: pages written from the docstrings before Sphinx reads anything.

A face (an ``__init__`` with a stub) has a page with its table, a class or a function that a face
exports a page of its own, and any other module a page with all that it has for users.  Each object
is described once, at the shortest path by which a face exports it; its other paths are names in the
inventory that lead there.  What has no docstring is a warning, which ends the build.
"""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, is_dataclass
from dataclasses import fields as fields_of
from importlib import import_module
from pathlib import Path
from textwrap import indent
from typing import Any

from numpydoc.docscrape_sphinx import SphinxDocString
from public_callables import PACKAGES, callables, name_of, signature
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

FOLDER = Path("reference", "generated")
ROW = re.compile(r"^ *``(\w+)``  +(\S.*)$")
LOG = logging.getLogger(__name__)


@dataclass
class Entry:
    """A class, a function or a constant: where it is described, and what else it is called."""

    value: Any
    path: str
    others: list[str] = field(default_factory=list)
    said: str = ""  # in the table of a face, of what can have no docstring

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition(".")[2]


@dataclass
class Module:
    """A face, or a module with something for users."""

    path: str
    entries: list[Entry] = field(default_factory=list)  # that are described here
    inner: list[str] = field(default_factory=list)  # modules whose pages hang below this one
    is_face: bool = False


def faces() -> list[str]:
    """Packages that say in a stub what they export, outer ones first."""
    roots = [Path(*import_module(package).__path__) for package in PACKAGES]
    stubs = sorted(stub.parent for root in roots for stub in root.rglob("*.pyi"))
    parts = [stub.relative_to(root.parent).parts for root in roots for stub in stubs
             if stub.is_relative_to(root)]  # fmt: skip
    return [".".join(part) for part in sorted(parts, key=len)]


def is_described(value: Any) -> bool:
    """Whether it has a docstring of its own: a class or a function."""
    return inspect.isclass(value) or inspect.isroutine(value) or hasattr(value, "py_func")


def modules() -> dict[str, Module]:
    """All pages of modules, with what is described on them or below them."""
    pages = {path: Module(path, is_face=True) for path in faces()}
    known: dict[str, Entry] = {}
    for path in list(pages):
        rows = dict(table_rows(path))
        for name in import_module(path).__all__:
            take(pages, known, path, name, rows.get(name, ""))
    for path, value in callables().items():
        if path not in known and (inspect.isclass(value) or "." not in value.__qualname__):
            known[path] = Entry(value, path)
            page(pages, value.__module__).entries.append(known[path])
    for owner in shared_owners(known):
        known[owner] = Entry(getattr(import_module(owner.rpartition(".")[0]), owner.split(".")[-1]),
                             owner)  # fmt: skip
        page(pages, owner.rpartition(".")[0]).entries.append(known[owner])
    return pages


def take(pages: dict[str, Module], known: dict, face: str, name: str, said: str) -> None:
    """Put what a face exports where it belongs."""
    value, path = getattr(import_module(face), name), f"{face}.{name}"
    if inspect.ismodule(value):
        if value.__name__ not in pages:
            page(pages, value.__name__)
        return
    if not is_described(value):
        pages[face].entries.append(Entry(value, path, said=said))
        return
    defined = f"{value.__module__}.{value.__qualname__}"
    if defined in known:
        known[defined].others.append(path)
        return
    known[defined] = Entry(value, path, [defined] * (defined != path))
    pages[face].entries.append(known[defined])


def page(pages: dict[str, Module], path: str) -> Module:
    """The page of a module, below that of the nearest package that has one."""
    if path not in pages:
        pages[path] = Module(path)
        outer = path.rpartition(".")[0]
        while outer not in pages or not pages[outer].is_face:
            outer = outer.rpartition(".")[0]
        pages[outer].inner.append(path)
    return pages[path]


def shared_owners(known: dict[str, Entry]) -> list[str]:
    """Classes that are not public themselves, and whose methods several public ones have."""
    heirs: dict[str, set[str]] = defaultdict(set)
    for path, entry in known.items():
        if inspect.isclass(entry.value):
            for _, member in members(entry.value):
                heirs[name_of(code(member)).rpartition(".")[0]].add(path)
    return sorted(owner for owner, those in heirs.items() if owner not in known and len(those) > 1)


def code(member: Any) -> Any:
    """The function behind a method, a property or a cached property."""
    function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
    return getattr(function, "func", function)


def members(owner: type) -> Iterator[tuple[str, Any]]:
    """Public methods and properties of a class that are defined in our packages, in order."""
    every = dict(inspect.getmembers_static(owner))
    order = {name: i for kind in owner.__mro__[::-1] for i, name in enumerate(vars(kind))}
    for name in sorted(every, key=lambda name: order.get(name, 0)):
        function = code(every[name])
        public = name == "__call__" or not name.startswith("_")
        ours = inspect.isfunction(function) and function.__module__.startswith(PACKAGES)
        if public and ours and "<locals>" not in function.__qualname__:
            yield name, every[name]


def documentation(value: Any, path: str) -> str:
    """The docstring; that there is none is told."""
    text = inspect.getdoc(value) or ""
    if not text.strip():
        LOG.warning("%s is public and has no docstring", path)
    return text


def summary(text: str) -> str:
    """The first paragraph, on a line."""
    return " ".join(text.strip().split("\n\n")[0].split())


def body(text: str) -> str:
    """A numpydoc docstring as reStructuredText."""
    made = SphinxDocString(text, config={"show_class_members": False})
    return str(made).strip()


def table_rows(path: str) -> list[tuple[str, str]]:
    """Names and words of the table in the docstring of a face."""
    lines = (import_module(path).__doc__ or "").splitlines()
    return [(row[1], row[2]) for row in map(ROW.match, lines) if row]


def heading(title: str, line: str = "=") -> list[str]:
    """A title."""
    return [title, line * len(title), ""]


def meta(text: str, path: str) -> list[str]:
    """What search engines show."""
    plain = re.sub(r":\w+:`([^`]*)`", r"\1", summary(text)).replace("``", "").replace("\\", "")
    return [".. meta::", f"   :description: {path}: {plain}", ""]


def table(rows: list[tuple[str, str]]) -> list[str]:
    """A table of names, which are links, and words."""
    lines = [".. list-table::", "   :class: names", "   :widths: auto", ""]
    for path, words in rows:
        lines += [f"   * - :py:obj:`~{path}`", f"     - {words}"]
    return [*lines, ""]


def aliases(target: str, others: list[str]) -> list[str]:
    """Further names of what was described just now."""
    return [f".. further-names:: {target}", "", *(f"   {other}" for other in others), ""]


def described(entry: Entry) -> list[str]:
    """A class with its members, a function, or a constant."""
    module, _, name = entry.path.rpartition(".")
    if not is_described(entry.value):
        return [f".. py:data:: {name}", f"   :module: {module}", "", f"   {entry.said}", ""]
    is_class = inspect.isclass(entry.value)
    text = documentation(entry.value, entry.path)
    taken = signature(entry.value)
    kind = "class" if is_class else "function"
    lines = [f".. py:{kind}:: {name}{taken}", f"   :module: {module}"]
    lines += ["", indent(body(text), "   "), ""]
    further = list(entry.others)
    if is_class:
        inside, silent = of_members(entry)
        lines += [indent(line, "   ") for line in inside]
        further += [f"{path}.{each}" for path in (entry.path, *entry.others) for each in silent]
    return lines + (aliases(entry.path, further) if further else [])


def of_members(entry: Entry) -> tuple[list[str], list[str]]:
    """Lines about the members of a class, and names of its fields and of what others describe."""
    lines, silent, elsewhere = [], [], []
    if is_dataclass(entry.value):
        silent += [each.name for each in fields_of(entry.value) if not each.name.startswith("_")]
    for name, member in members(entry.value):
        owner = name_of(code(member)).rpartition(".")[0]
        if owner not in (entry.path, *entry.others) and owner in DESCRIBED:
            elsewhere.append(f":py:meth:`~{owner}.{name}`")
            silent.append(name)
        else:
            lines += of_member(entry, name, member)
    if elsewhere:
        lines += [f"Also has {', '.join(elsewhere)}.", ""]
    return lines, silent


DESCRIBED: set[str] = set()  # paths of classes by which they are defined


def of_member(entry: Entry, name: str, member: Any) -> list[str]:
    """Lines about a method or a property."""
    function = code(member)
    is_property = isinstance(member, property) or hasattr(member, "func")
    taken = "" if is_property else bound(signature(function))
    lines = [f".. py:{'property' if is_property else 'method'}:: {name}{taken}"]
    if isinstance(member, classmethod | staticmethod):
        lines.append(f"   :{type(member).__name__}:")
    text = documentation(function, f"{entry.path}.{name}")
    lines += ["", indent(body(text), "   "), ""]
    further = [f"{other}.{name}" for other in entry.others]
    defined = name_of(function)
    if defined not in (*further, f"{entry.path}.{name}"):
        further.append(defined)
    return lines + (aliases(f"{entry.path}.{name}", further) if further else [])


def bound(taken: str) -> str:
    """A signature without ``self``."""
    return re.sub(r"^\((self|cls)(, )?", "(", taken)


def face_page(module: Module, pages: dict[str, Module]) -> list[str]:
    """A package: its table in its own words, and whatever lies below it."""
    value = import_module(module.path)
    text = documentation(value, module.path)
    lines = [*meta(text, module.path), *heading(module.path), f".. py:module:: {module.path}", ""]
    lines += in_words(module.path, text)
    for entry in module.entries:
        if not is_described(entry.value):
            lines += described(entry)
    exported = {getattr(value, name).__name__ for name in value.__all__
                if inspect.ismodule(getattr(value, name))}  # fmt: skip
    further = [path for path in module.inner if path not in exported]
    if further:
        lines += heading("Further modules", "-")
        lines += table([(p, summary(documentation(import_module(p), p))) for p in further])
    own = [entry.path for entry in module.entries if is_described(entry.value)]
    below = [p for p, each in pages.items() if each.is_face and p.rpartition(".")[0] == module.path]
    tree = [*sorted(below), *sorted(module.inner), *sorted(own)]
    return [*lines, ".. toctree::", "   :hidden:", "", *(f"   {short(p)}" for p in tree), ""]


def short(path: str) -> str:
    """An entry of a toctree."""
    return f"{path.rpartition('.')[2]} <{path}>"


def in_words(face: str, text: str) -> list[str]:
    """The docstring of a face: rows become a table, lines above rows become titles."""
    lines, rows = [], []
    for line in [*text.splitlines(), ""]:
        row = ROW.match(line)
        if row:
            rows.append((f"{face}.{row[1]}", row[2]))
            continue
        if rows and line.strip():
            rows[-1] = rows[-1][0], f"{rows[-1][1]} {line.strip()}"
            continue
        if rows:
            if lines and re.fullmatch(r"[A-Z][\w ]{2,40}", title := titles(lines)):
                lines[-2:] = heading(title, "-")
            lines += table(rows)
            rows = []
        lines.append(line)
    return [*lines, ""]


def titles(lines: list[str]) -> str:
    """The line above a table, if it stands alone."""
    alone = len(lines) > 2 and not lines[-1].strip() and not lines[-3].strip()
    return lines[-2].strip() if alone else ""


def module_page(module: Module) -> list[str]:
    """A module with all that it has for users."""
    text = documentation(import_module(module.path), module.path)
    lines = [*meta(text, module.path), *heading(module.path), f".. py:module:: {module.path}", ""]
    lines += [text, ""]
    if len(module.entries) > 1:
        lines += table([(e.path, summary(inspect.getdoc(e.value) or "")) for e in module.entries])
    for entry in module.entries:
        lines += described(entry)
    return lines


def entry_page(entry: Entry) -> list[str]:
    """A page of its own for what a face exports."""
    text = inspect.getdoc(entry.value) or ""
    return [*meta(text, entry.path), *heading(entry.path), *described(entry)]


def texts() -> dict[str, str]:
    """Text of each page, by its path."""
    pages = modules()
    every = [entry for module in pages.values() for entry in module.entries]
    DESCRIBED.clear()
    DESCRIBED.update(f"{e.value.__module__}.{e.value.__qualname__}"
                     for e in every if inspect.isclass(e.value))  # fmt: skip
    made = {}
    for path, module in pages.items():
        made[path] = face_page(module, pages) if module.is_face else module_page(module)
        if module.is_face:
            for entry in module.entries:
                if is_described(entry.value):
                    made[entry.path] = entry_page(entry)
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
