"""What others have installed: where their modules lie, who ships them, and what that is made of."""

import hashlib
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

LIBRARIES = (  # all that is imported, but for what draws, prints, loads and starts processes
    "constriction",
    "llvmlite",
    "numba",
    "numpy",
    "scikit-learn",
    "scipy",
    "statsmodels",
)
OURS = "stablenoise"  # the distribution of our packages
IMPORTED_AS = {"scikit-learn": "sklearn"}
TOLD_BY_VERSION = {IMPORTED_AS.get(name, name) for name in LIBRARIES}


def homes_of(package: str) -> tuple[Path, ...]:
    """Folders in which a package or a module lies: one, several, or none that can be read."""
    try:
        spec = find_spec(package)
    except ValueError:  # the program itself, which has none
        return ()
    if spec is None:
        return ()
    if spec.submodule_search_locations is not None:
        return tuple(Path(place).parent for place in spec.submodule_search_locations)
    return (Path(spec.origin).parent,) if spec.origin else ()


@cache
def distribution_of(package: str) -> str:
    """Name of the distribution by whose record a package or a module was installed, or "".

    There is no such record of what lies in a folder of work that is on the path, or was installed
    to be edited.
    """
    homes = {home.resolve() for home in homes_of(package)}
    for name in shipped().get(package, ()):
        ships = _distributions()[name]
        is_there = Path(str(ships.locate_file(""))).resolve() in homes
        if is_there and any(_top_of(file) == package for file in _recorded(ships)):
            return name
    return ""


@cache
def shipped() -> dict[str, list[str]]:
    """Names of distributions by the packages and modules that they say they have."""
    found: dict[str, list[str]] = {}
    for name, ships in _distributions().items():
        for top in _tops_of(ships):
            found.setdefault(top, []).append(name)
    return found


@cache
def _distributions() -> dict[str, metadata.Distribution]:
    """All that can be read: of others, the source is followed."""
    found: dict[str, metadata.Distribution] = {}
    for ships in metadata.distributions():
        try:
            name = ships.metadata["Name"]
            if name and _tops_of(ships):
                found.setdefault(name, ships)  # the first on the path is the one that is imported
        except Exception:
            continue
    return found


def _tops_of(ships: metadata.Distribution) -> set[str]:
    listed = (ships.read_text("top_level.txt") or "").split()
    return set(listed) or set(map(_top_of, ships.files or ()))


def _top_of(file: metadata.PackagePath) -> str:
    """What a file is imported by: a package, or the name of a module before its endings."""
    return file.parts[0].partition(".")[0]


def _recorded(ships: metadata.Distribution) -> Iterator[metadata.PackagePath]:
    """Files with a hash in the record of a distribution, but for those that tell of it."""
    for file in ships.files or ():
        first = file.parts[0]
        if file.hash and first != ".." and not first.endswith((".dist-info", ".pth")):
            yield file


@cache
def sum_of(name: str) -> str:
    """Hash of what a distribution is made of: its modules as they lie, the rest by its record."""
    ships = _distributions()[name]
    digest = hashlib.sha256(f"{name} {ships.version}".encode())
    for file in sorted(_recorded(ships), key=str):
        path = Path(str(file.locate()))
        is_read = path.suffix == ".py" and path.exists()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if is_read else file.hash
        digest.update(f"{file}\0{content}\0".encode())
    return digest.hexdigest()


@cache
def needed_by(name: str) -> frozenset[str]:
    """Packages and modules that a distribution asks for, of those that are installed."""
    asked = _distributions()[name].requires or ()
    usual = [re.split(r"[^\w.-]", line)[0] for line in asked if not re.search(r"extra\s*==", line)]
    names = {_normal(each) for each in usual}
    return frozenset(
        top for top, ships in shipped().items() if names & {_normal(each) for each in ships}
    )


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def is_told_otherwise(package: str) -> bool:
    """Whether the version of a library says all of a package, or that of Python."""
    return package in TOLD_BY_VERSION or package in sys.stdlib_module_names
