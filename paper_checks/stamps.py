"""What numbers depend on: the source of all that a module imports, libraries, files of data.

Source is read, not run: imports are found in its syntax, those inside functions too.  A name that a
package hands out on demand is looked up in its face, ``__init__.pyi``.  Where a package itself is
bound to a name, all of its face counts; where its modules are listed (``iter_modules``), all of it.

What a claim from outside imports is followed in the same way, and a distribution that was installed
as a whole counts as one, with all that it asks for.  Our own packages import of others only what
``versions`` tells, and what no number depends on.
"""

import ast
import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from . import installed
from .claim import Claim
from .installed import LIBRARIES

PACKAGES = ("stablenoise", "chaos", "compress", "paper_checks")
ROOT = Path(__file__).parents[1]
DATA = (".csv", ".json", ".npy", ".npz", ".txt")  # what lies beside a module may be read by it
CALLS = "import_module", "__import__"
COMPILED = ".so", ".pyd"
LARGE = 2**20  # bytes of a file of data that is not read again unless it has changed
FACE, EVERY = ".*", ".**"  # of a package: all that its face names; all of its modules
SHIPPED = "!"  # after the name of a distribution that others have installed


class Reach(NamedTuple):
    """Which modules are followed: those of ours in ``root``, and others that nothing else tells.

    Parameters
    ----------
    root : Path
        Folder of the four packages.
    own : frozenset of str, optional
        Distributions that are followed file by file: those of the modules asked about.
    is_ours : bool, optional
        Whether it is a module of ours that imports: then others have no part in it.

    """

    root: Path
    own: frozenset[str] = frozenset()
    is_ours: bool = False


@cache
def code_stamp(root: Path = ROOT) -> str:
    """Hash of the source of the four packages that lie in ``root``, and of the data beside it."""
    files = [path for package in PACKAGES for path in (root / package).rglob("*")]
    return _hash_of([path for path in files if path.suffix in (".py", *DATA)], root)


@cache
def source_stamp(modules: tuple[str, ...], root: Path = ROOT) -> str:
    """Hash of the source of these modules and of all that they import, with data beside it.

    Parameters
    ----------
    modules : tuple of str
        Names with their packages, such as "paper_checks.claims.nolan_sums".
    root : Path, optional
        Folder of the four packages.

    Returns
    -------
    str
        Hexadecimal.  Libraries that our packages import have no part in it: those are told by
        ``versions``.

    Raises
    ------
    ValueError
        If there is no source of one of them.

    """
    shipped = sorted(name[:-1] for name in _needed_by_all(modules, root) if name[-1] == SHIPPED)
    parts = [_hash_of(sources(modules, root), root), *map(installed.sum_of, shipped)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_ours(module: str) -> bool:
    """Whether a module lies in one of the four packages."""
    return module.partition(".")[0] in PACKAGES


@cache
def sources(modules: tuple[str, ...], root: Path = ROOT) -> tuple[Path, ...]:
    """Files that the numbers of these modules depend on, in the order of their names."""
    reach = _reach_of(modules, root)
    names = _needed_by_all(modules, root)
    modules_seen = [_file_of(name, reach) for name in names if not name.endswith(("*", SHIPPED))]
    code = {path for path in modules_seen if path}
    return tuple(sorted({*code, *(each for path in code for each in _data_beside(path))}))


@cache
def _needed_by_all(modules: tuple[str, ...], root: Path) -> frozenset[str]:
    """Modules, faces and distributions that these modules need."""
    reach = _reach_of(modules, root)
    for module in modules:
        if _file_of(module, reach) is None:
            raise ValueError(f"source of {module} must be at hand, got none")
    seen: set[str] = set()
    pending = list(modules)
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending += _needed(name, reach) - seen
    return frozenset(seen)


@cache
def _reach_of(modules: tuple[str, ...], root: Path) -> Reach:
    tops = {module.partition(".")[0] for module in modules if not is_ours(module)}
    return Reach(root, frozenset(map(installed.distribution_of, tops)) - {""})


def _hash_of(paths: list[Path] | tuple[Path, ...], root: Path) -> str:
    digest = hashlib.sha256()
    for name, path in sorted((_name_of(path, root), path) for path in paths):
        digest.update(f"{name}\0{_sum_of_source(path)}\0".encode())
    return digest.hexdigest()


def _name_of(path: Path, root: Path) -> str:
    """What a file is called wherever its package is installed."""
    home = path.parent
    if path.is_relative_to(root) and is_ours(path.relative_to(root).parts[0]):
        home = root
    while (home / "__init__.py").exists():
        home = home.parent
    return path.relative_to(home).as_posix()


@cache
def _sum_of_source(path: Path) -> str:
    """Hash of a file of source as it was when it was first asked for: that is what is run."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _data_beside(path: Path) -> Iterator[Path]:
    """Files of data in the folder of a module that lies in a package."""
    if not (path.parent / "__init__.py").exists():
        return
    if is_ours(_name_of(path, ROOT).partition("/")[0]):
        yield from (each for each in path.parent.iterdir() if each.suffix in DATA)
    else:  # nobody knows what a package of others reads
        below = (each for each in path.parent.rglob("*") if each.is_file())
        yield from (each for each in below if each.suffix != ".pyc")


@cache
def _file_of(module: str, reach: Reach) -> Path | None:
    """Where the source of a module lies, or what is loaded for it, if it is followed."""
    first, *rest = module.split(".")
    for home in _homes_of(first, reach):
        path = home.joinpath(first, *rest)
        choices = path / "__init__.py", path.with_name(f"{path.name}.py")
        if found := next((choice for choice in choices if choice.exists()), None):
            return found
        if first not in PACKAGES and (compiled := _compiled(path)):
            return compiled[0]
    return None


def _compiled(path: Path) -> list[Path]:
    return [each for each in sorted(path.parent.glob(f"{path.name}.*")) if each.suffix in COMPILED]


def _homes_of(package: str, reach: Reach) -> tuple[Path, ...]:
    """Folders in which a package lies, if it is followed."""
    if package in PACKAGES:
        return (reach.root,)
    return installed.homes_of(package) if _is_followed(package, reach) else ()


def _is_followed(package: str, reach: Reach) -> bool:
    if not package or reach.is_ours or installed.is_told_otherwise(package):
        return False
    return installed.distribution_of(package) in ("", *reach.own)


def _shipped(module: str, reach: Reach) -> set[str]:
    """The distribution that a module is a part of, where that counts as one."""
    first = module.partition(".")[0]
    if not first or is_ours(first) or reach.is_ours or installed.is_told_otherwise(first):
        return set()
    name = installed.distribution_of(first)
    return {name + SHIPPED} if name and name not in reach.own and name != installed.OURS else set()


def _needed(name: str, reach: Reach) -> set[str]:
    """What a module needs by itself: its packages, and what it imports."""
    if name.endswith(SHIPPED):
        asked = installed.needed_by(name.removesuffix(SHIPPED))
        return set().union(*(_bound(each, reach) for each in asked))
    reach = reach._replace(is_ours=is_ours(name))
    if name.endswith(EVERY):
        return _modules_within(name.removesuffix(EVERY), reach)
    module = name.removesuffix(FACE)
    path = _file_of(module, reach)
    if path is None:
        return set()
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    if name.endswith(FACE):
        face = _face_of(path)
        if face is None and not reach.is_ours:
            return _modules_within(module, reach)
        return {module} | (_imports(face, package, reach) if face else set())
    above = module.rpartition(".")[0]
    needed = ({above} if above else set()) | _imports(path, package, reach)
    return needed if reach.is_ours or package == "" else needed | {package + EVERY}


def _modules_within(package: str, reach: Reach) -> set[str]:
    path = _file_of(package, reach)
    if path is None or path.name != "__init__.py":
        return {package}
    folder = path.parent
    parts = [each.relative_to(folder).with_suffix("").parts for each in folder.rglob("*.py")]
    names = {".".join((package, *each)).removesuffix(".__init__") for each in parts}
    return {package} | names


def _face_of(path: Path) -> Path | None:
    face = path.with_suffix(".pyi")
    return face if path.name == "__init__.py" and face.exists() else None


@cache
def _imports(path: Path, package: str, reach: Reach) -> set[str]:
    """What a file imports of ours; ``package`` is where its relative imports begin."""
    found: set[str] = set()
    lists_modules = False
    for node in _statements(_syntax_of(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found |= _bound(alias.name, reach)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            names = [alias.name for alias in node.names]
            lists_modules |= base == "pkgutil" and "iter_modules" in names
            for name in names:
                found |= _handed_out(base, name, reach)
    if not reach.is_ours:
        found |= _imported_by_calls(_syntax_of(path), reach)
    if lists_modules:
        found |= {name.removesuffix(FACE) + EVERY for name in found if name.endswith(FACE)}
    return found


def _imported_by_calls(syntax: ast.AST, reach: Reach) -> set[str]:
    """What others import by a function, ``import_module("name")``."""
    found: set[str] = set()
    for node in ast.walk(syntax):
        match node:
            case ast.Call(args=[ast.Constant(value=str(name)), *_], func=function):
                if ast.unparse(function).rpartition(".")[2] in CALLS and name[:1] != ".":
                    found |= _bound(name, reach)
    return found


def _syntax_of(path: Path) -> ast.AST:
    """Syntax of a file; nothing, where it has none: nobody can import it, or it is compiled."""
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements below a node: imports are among them, never within an expression."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for statement in getattr(node, block, ()):
            yield statement
            yield from _statements(statement)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _bound(module: str, reach: Reach) -> set[str]:
    """A module that a name is bound to: of a package, all that can be had through it."""
    path = _file_of(module, reach)
    if path is None:
        return _shipped(module, reach)
    return {module, module + FACE} if path.name == "__init__.py" else {module}


def _handed_out(base: str, name: str, reach: Reach) -> set[str]:
    """What ``from base import name`` needs."""
    path = _file_of(base, reach)
    if path is None:  # a folder without a file of its own, perhaps
        return _shipped(base, reach) or _bound(f"{base}.{name}", reach)
    if path.name != "__init__.py":
        return {base}
    if name == "*":
        return _bound(base, reach)
    if found := _bound(f"{base}.{name}", reach):
        return found
    face = _face_of(path)
    where = _names_of(face, base).get(name) if face else None
    return {base} | (_handed_out(*where, reach) if where else set())


@cache
def _names_of(face: Path, package: str) -> dict[str, tuple[str, str]]:
    """Names that a face hands out: where each is defined, and its name there."""
    return {
        alias.asname or alias.name: (_absolute(node, package), alias.name)
        for node in _statements(ast.parse(face.read_bytes()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@cache
def versions() -> dict[str, str]:
    """Versions that the numbers may depend on."""
    return {name: _version(name) for name in LIBRARIES} | {"python": platform.python_version()}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # an optional one
        return "none"


def data_stamp(claim: Claim) -> dict[str, str]:
    """sha256 of the files that a claim reads; those of ``stablenoise.data`` are in its code."""
    stamp: dict[str, str] = {}
    for path in map(Path, claim.data()):
        name, count = path.name, 1
        while name in stamp:  # of another folder
            count += 1
            name = f"{path.name} ({count})"
        stamp[name] = _sum_of(path)
    return stamp


def _sum_of(path: Path) -> str:
    seen = path.stat()
    if seen.st_size < LARGE:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return _sum_of_large(path.resolve(), seen.st_mtime_ns, seen.st_size)


@cache
def _sum_of_large(path: Path, *seen: int) -> str:
    """Hash of a file that was last changed then: it is read once a process."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
