"""Which package may import which: the arrows of the house, enforced."""

import ast
import re
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "stablenoise": set(),
    "chaos": {"stablenoise"},
    "compress": {"stablenoise"},
    "paper_checks": {"stablenoise", "chaos", "compress"},
}
BASE = {"numpy", "scipy", "numba", "llvmlite", "statsmodels", "cupy"}  # numba brings llvmlite


def imported_packages(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def trees(package):
    paths = sorted((ROOT / package).rglob("*.py"))
    assert paths, f"{package} has no source here"
    return [(path, ast.parse(path.read_text())) for path in paths]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_downwards(package):
    for path, tree in trees(package):
        ours = MAY_IMPORT.keys() & set(imported_packages(tree)) - {package}
        assert ours <= MAY_IMPORT[package], f"{path.relative_to(ROOT)} imports {ours}"


def test_an_arrow_the_wrong_way_is_seen():
    tree = ast.parse("import chaos.sgd\nfrom paper_checks import claim")
    assert set(imported_packages(tree)) == {"chaos", "paper_checks"}


@pytest.mark.parametrize("package", ["stablenoise", "chaos", "compress"])
def test_the_base_needs_no_more_than_its_four_libraries(package):
    """At import: a library of an extra is imported where it is used, inside a function."""
    for path, tree in trees(package):
        top = ast.Module([node for node in tree.body if not hasattr(node, "body")], [])
        foreign = set(imported_packages(top)) - MAY_IMPORT.keys() - BASE
        import sys

        assert foreign <= sys.stdlib_module_names, f"{path.relative_to(ROOT)} imports {foreign}"


def test_cupy_is_imported_in_one_place():
    users = [
        path.relative_to(ROOT).as_posix()
        for package in MAY_IMPORT
        for path, tree in trees(package)
        if "cupy" in set(imported_packages(tree))
    ]
    assert users == ["stablenoise/kernels/arrays.py"]


IMPORTED_AS = {"cupy-cuda13x": "cupy", "scikit-learn": "sklearn"}


def test_every_library_that_setup_names_is_imported():
    """Of the base and of the extras for users; those for developers are commands."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    extras = setup["options.extras_require"]
    users = [name for name in extras if name not in ("test", "dev")]
    lines = [setup["options"]["install_requires"], *(extras[name] for name in users)]
    named = re.findall(r"^[\w-]+", "\n".join(lines), re.MULTILINE)
    imported = {n for p in MAY_IMPORT for _, tree in trees(p) for n in imported_packages(tree)}
    assert len(named) >= 12
    assert [name for name in named if IMPORTED_AS.get(name, name) not in imported] == []
