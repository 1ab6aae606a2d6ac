"""What the reference describes, and where: walked before Sphinx reads anything.

Each object is described once, at the shortest path by which a face (an ``__init__`` with a stub)
exports it, else where it is defined; its other paths are names that lead there.
"""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from public_callables import PACKAGES, callables, name_of


@dataclass
class Entry:
    """A class, a function or a constant."""

    value: Any
    path: str
    others: list[str] = field(default_factory=list)

    @property
    def is_described(self) -> bool:
        """Whether it has a docstring of its own: a class or a function."""
        return inspect.isclass(self.value) or inspect.isroutine(self.value)


@dataclass
class Module:
    """A face, or another module with something for users."""

    path: str
    is_face: bool
    entries: list[Entry] = field(default_factory=list)  # described here, or on pages below a face
    inner: list[str] = field(default_factory=list)  # modules whose pages hang below this one


class Walk:
    """All modules that have a page, by path, and entries by the path of their definition."""

    def __init__(self) -> None:
        self.modules = {path: Module(path, is_face=True) for path in faces()}
        self.known: dict[str, Entry] = {}
        for path in list(self.modules):
            for name in import_module(path).__all__:
                self._add_exported(path, name)
        for path, value in callables().items():
            if inspect.isclass(value) or "." not in value.__qualname__:
                self._add_defined(path, value)
        for owner in self._owners_of_several():
            module, _, name = owner.rpartition(".")
            self._add_defined(owner, getattr(import_module(module), name))

    def module(self, path: str) -> Module:
        """That module; one without a page gets it below the nearest face."""
        if path not in self.modules:
            outer = path.rpartition(".")[0]
            while outer not in self.modules or not self.modules[outer].is_face:
                outer = outer.rpartition(".")[0]
            self.modules[outer].inner.append(path)
            self.modules[path] = Module(path, is_face=False)
        return self.modules[path]

    def _add_exported(self, face: str, name: str) -> None:
        value = getattr(import_module(face), name)
        entry = Entry(value, f"{face}.{name}")
        if inspect.ismodule(value):
            self.module(value.__name__)
        elif not entry.is_described:
            self.modules[face].entries.append(entry)
        elif (defined := defined_at(value)) in self.known:
            self.known[defined].others.append(entry.path)
        else:
            entry.others = [defined] if defined != entry.path else []
            self.known[defined] = entry
            self.modules[face].entries.append(entry)

    def _add_defined(self, path: str, value: Any) -> None:
        if path not in self.known:
            self.known[path] = Entry(value, path)
            self.module(value.__module__).entries.append(self.known[path])

    def _owners_of_several(self) -> list[str]:
        """Classes that are not public, whose methods are described once for several that are."""
        heirs: dict[str, set[str]] = defaultdict(set)
        for path, entry in self.known.items():
            if inspect.isclass(entry.value):
                for _, member in members(entry.value):
                    heirs[owner_of(member)].add(path)
        return sorted(owner for owner, those in heirs.items() if len(those) > 1)


def faces() -> list[str]:
    """Packages that say in a stub what they export, outer ones first."""
    found = []
    for package in PACKAGES:
        root = Path(*import_module(package).__path__)
        folders = (stub.parent.relative_to(root.parent) for stub in root.rglob("*.pyi"))
        found += [".".join(folder.parts) for folder in folders]
    return sorted(found, key=lambda path: (path.count("."), path))


def defined_at(value: Any) -> str:
    """Path of the definition of a class or a function."""
    return f"{value.__module__}.{value.__qualname__}"


def function_of(member: Any) -> Any:
    """The function behind a method, a property or a cached property."""
    function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
    return getattr(function, "func", function)


def owner_of(member: Any) -> str:
    """Path of the class that defines a member."""
    return name_of(function_of(member)).rpartition(".")[0]


def members(owner: type) -> Iterator[tuple[str, Any]]:
    """Public methods and properties of a class that are written in our packages, in order."""
    every = dict(inspect.getmembers_static(owner))
    order = {name: i for kind in owner.__mro__[::-1] for i, name in enumerate(vars(kind))}
    for name in sorted(every, key=lambda name: order.get(name, 0)):
        function = function_of(every[name])
        is_public = name == "__call__" or not name.startswith("_")
        is_ours = inspect.isfunction(function) and function.__module__.startswith(PACKAGES)
        if is_public and is_ours and "<locals>" not in function.__qualname__:
            yield name, every[name]
