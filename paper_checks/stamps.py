"""What numbers depend on: the source of all that a module imports, libraries, files of data.

Source is read, not run: imports are found in its syntax, those inside functions too.  A name that a
package hands out on demand is looked up in its face, ``__init__.pyi``.  Where a package itself is
bound to a name, all of its face counts; where its modules are listed (``iter_modules``), all of it.
"""

import ast
import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from .claim import Claim

LIBRARIES = (  # all that is imported, but for what draws, prints, loads and starts processes
    "constriction",
    "llvmlite",
    "numba",
    "numpy",
    "scikit-learn",
    "scipy",
    "statsmodels",
)
PACKAGES = ("stablenoise", "chaos", "compress", "paper_checks")
ROOT = Path(__file__).parents[1]
DATA = (".csv", ".json", ".npy", ".npz", ".txt")  # what lies beside a module may be read by it
LARGE = 2**20  # bytes of a file of data that is not read again unless it has changed
FACE, EVERY = ".*", ".**"  # of a package: all that its face names; all of its modules


@cache
def code_stamp(root: Path = ROOT) -> str:
    """Hash of the source of the four packages that lie in ``root``."""
    paths = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    return _hash_of(paths, root)


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
        Hexadecimal.  What lies in other packages than these four and those of ``modules`` has no
        part in it: that is told by ``versions``.

    Raises
    ------
    ValueError
        If there is no source of one of them.

    """
    return _hash_of(sources(modules, root), root)


@cache
def sources(modules: tuple[str, ...], root: Path = ROOT) -> tuple[Path, ...]:
    """Files that the numbers of these modules depend on, in the order of their names."""
    ours = frozenset((*PACKAGES, *(module.partition(".")[0] for module in modules)))
    for module in modules:
        if _file_of(module, root, ours) is None:
            raise ValueError(f"source of {module} must be at hand, got none")
    seen: set[str] = set()
    pending = list(modules)
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending += _needed(name, root, ours) - seen
    modules_seen = [_file_of(name, root, ours) for name in seen if not name.endswith("*")]
    code = {path for path in modules_seen if path}
    return tuple(sorted({*code, *(each for path in code for each in _data_beside(path))}))


def _hash_of(paths: list[Path] | tuple[Path, ...], root: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        # A claim from elsewhere has the same stamp wherever it is installed.
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        digest.update(f"{name}\0{_sum_of_source(path)}\0".encode())
    return digest.hexdigest()


@cache
def _sum_of_source(path: Path) -> str:
    """Hash of a file of source as it was when it was first asked for: that is what is run."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _data_beside(path: Path) -> Iterator[Path]:
    """Files of data in the folder of a module that lies in a package."""
    if (path.parent / "__init__.py").exists():
        yield from (each for each in path.parent.iterdir() if each.suffix in DATA)


@cache
def _file_of(module: str, root: Path, ours: frozenset[str]) -> Path | None:
    """Where the source of a module lies, if it is one of ours."""
    first, *rest = module.split(".")
    if first not in ours:
        return None
    home = root if first in PACKAGES else _home_of(first)
    if home is None:
        return None
    path = home.joinpath(first, *rest)
    choices = path / "__init__.py", path.with_name(f"{path.name}.py")
    return next((choice for choice in choices if choice.exists()), None)


def _home_of(package: str) -> Path | None:
    """Folder in which a package or a module from elsewhere lies."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin)
    return path.parents[1] if path.name == "__init__.py" else path.parent


def _needed(name: str, root: Path, ours: frozenset[str]) -> set[str]:
    """What a module needs by itself: its packages, and what it imports."""
    if name.endswith(EVERY):
        return _modules_within(name.removesuffix(EVERY), root, ours)
    module = name.removesuffix(FACE)
    path = _file_of(module, root, ours)
    if path is None:
        return set()
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    if name.endswith(FACE):
        face = _face_of(path)
        return {module} | (_imports(face, package, root, ours) if face else set())
    above = module.rpartition(".")[0]
    return ({above} if above else set()) | _imports(path, package, root, ours)


def _modules_within(package: str, root: Path, ours: frozenset[str]) -> set[str]:
    path = _file_of(package, root, ours)
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
def _imports(path: Path, package: str, root: Path, ours: frozenset[str]) -> set[str]:
    """What a file imports of ours; ``package`` is where its relative imports begin."""
    found: set[str] = set()
    lists_modules = False
    for node in _statements(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found |= _bound(alias.name, root, ours)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            names = [alias.name for alias in node.names]
            lists_modules |= base == "pkgutil" and "iter_modules" in names
            for name in names:
                found |= _handed_out(base, name, root, ours)
    if lists_modules:
        found |= {name.removesuffix(FACE) + EVERY for name in found if name.endswith(FACE)}
    return found


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


def _bound(module: str, root: Path, ours: frozenset[str]) -> set[str]:
    """A module that a name is bound to: of a package, all that can be had through it."""
    path = _file_of(module, root, ours)
    if path is None:
        return set()
    return {module, module + FACE} if path.name == "__init__.py" else {module}


def _handed_out(base: str, name: str, root: Path, ours: frozenset[str]) -> set[str]:
    """What ``from base import name`` needs."""
    path = _file_of(base, root, ours)
    if path is None:
        return set()
    if path.name != "__init__.py":
        return {base}
    if name == "*":
        return _bound(base, root, ours)
    if found := _bound(f"{base}.{name}", root, ours):
        return found
    face = _face_of(path)
    where = _names_of(face, base).get(name) if face else None
    return {base} | (_handed_out(*where, root, ours) if where else set())


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
    return {path.name: _sum_of(path) for path in map(Path, claim.data())}


def _sum_of(path: Path) -> str:
    seen = path.stat()
    if seen.st_size < LARGE:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return _sum_of_large(path.resolve(), seen.st_mtime_ns, seen.st_size)


@cache
def _sum_of_large(path: Path, *seen: int) -> str:
    """Hash of a file that was last changed then: it is read once a process."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
