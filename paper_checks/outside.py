"""Claims from elsewhere: by entry points of the group ``paper_checks.claims``, or in a file."""

import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.metadata import EntryPoint, distributions, entry_points
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, NamedTuple

GROUP = "paper_checks.claims"
NO_CLAIMS = "_", "test_"  # what names of other modules in a package of claims begin with

_files: dict[str, Path] = {}  # of claims that this process was given by their files


class Place(NamedTuple):
    """Where a claim is.

    Parameters
    ----------
    name : str
        What it is called, which names of files begin with.
    module : str
        What is imported for it.
    distribution : str
        Who ships it, such as "stablenoise 0.2"; empty for those of this package.
    load : callable
        Returns it, or raises anything.

    """

    name: str
    module: str
    distribution: str
    load: Callable[[], Any]


def add_file(path: Path) -> str:
    """Have the claim of a file among the places, as long as this process lives; return its name.

    Workers import it by its name, so its folder is searched for modules from now on, last of all.

    Raises
    ------
    ValueError
        If there is no such file, no module can have its name, or another file has it.

    """
    if not path.is_file():
        raise ValueError(f"file of a claim must be there, got {path}")
    if not path.stem.isidentifier():
        raise ValueError(f"file of a claim must be of letters, digits and _, got {path.name}")
    other = _files.get(path.stem, path.resolve())
    if other != path.resolve():
        raise ValueError(f"file of a claim must have a name of its own, got {path} and {other}")
    if (folder := str(path.resolve().parent)) not in sys.path:
        sys.path.append(folder)
    _files[path.stem] = path.resolve()
    return path.stem


def is_file(name: str) -> bool:
    """Whether a name is that of a file that this process was given."""
    return name in _files


def places() -> Iterator[Place]:
    """Claims from outside: those of entry points, then those of files."""
    yield from _places_of_entries()
    for name, path in _files.items():
        yield Place(name, name, path.name, partial(_claim_of_file, name, path))


def _claim_of_file(module: str, path: Path) -> Any:
    claim = _claim_in(module)
    if (seen := getattr(sys.modules[module], "__file__", None)) is None or Path(seen) != path:
        raise ValueError(f"file of a claim must have a name of its own, got that of {seen}")
    return claim


def _places_of_entries() -> Iterator[Place]:
    """Of each entry point a claim, or those of the modules of a package."""
    try:
        entries = list(entry_points(group=GROUP))
    except Exception:  # some distribution's list cannot be read: the others have theirs
        yield from _places_of_each()
        return
    for entry in sorted(entries, key=lambda each: (each.name, each.value)):
        yield from _places_of(entry)


def _places_of_each() -> Iterator[Place]:
    """The same, of one distribution after the other; a line for each that cannot be read."""
    for ships in distributions():
        try:
            entries = list(ships.entry_points.select(group=GROUP))
        except Exception as error:
            name = ships.name or "a distribution"
            told = ValueError(f"entry_points.txt of {name} must be lines name = value, got others")
            told.__cause__ = error
            yield Place(name, "", name, _raising(told))
        else:
            for entry in entries:
                yield from _places_of(entry)


def _places_of(entry: EntryPoint) -> list[Place]:
    ships, module = _distribution(entry), entry.value.partition(":")[0].strip()
    try:
        target = entry.load()
        if isinstance(target, ModuleType) and not hasattr(target, "CLAIM"):
            return _modules_of(target, entry.name, ships)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever it does, the other claims are there
        return [Place(entry.name, module, ships, _raising(error))]
    return [Place(entry.name, module, ships, lambda: getattr(target, "CLAIM", target))]


def _modules_of(package: ModuleType, name: str, ships: str) -> list[Place]:
    """A place for each module of a package; the package itself, where it has none."""
    path = package.__name__
    modules = [module.name for module in iter_modules(getattr(package, "__path__", []))]
    paths = {each: f"{path}.{each}" for each in modules if not each.startswith(NO_CLAIMS)}
    return [
        Place(each, within, ships, partial(_claim_in, within))
        for each, within in (paths or {name: path}).items()
    ]


def _claim_in(module: str) -> Any:
    return getattr(import_module(module), "CLAIM", None)


def check_name(name: str) -> None:
    """Raise ValueError unless files may be called so."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", name):
        rule = "name of a claim must be of at most 100 letters, digits, - and _"
        raise ValueError(f"{rule}, got {name[:100]!r}")


def _distribution(entry: EntryPoint) -> str:
    """Name and version of what ships it, or what stands for it where it does not say."""
    try:
        return f"{entry.dist.name} {entry.dist.version}" if entry.dist else "unknown"
    except Exception:  # metadata without a name or a version
        return "unknown"


def _raising(error: BaseException) -> Callable[[], Any]:
    def load() -> Any:
        raise error

    return load
