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
FACTORIES = {
    "stablenoise/law/angle.py _quadrature",
    "stablenoise/kernels/addresses.py _loop",
    "stablenoise/kernels/elementary.py _functions",
    "stablenoise/kernels/variates/near_one.py make",
    "stablenoise/kernels/variates/stable.py make",
}
BASE = {
    "numpy",
    "scipy",
    "numba",
    "llvmlite",
    "statsmodels",
    "lazy_loader",
    "cupy",
}  # numba brings llvmlite


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


FLOORS = {
    "stablenoise": """
        kernels moved results text_table values
        checks
        executors intervals law layers noises tensors
        estimate targets
        field sampling stable_moments stable_probabilities
        bridges data stable
        multivariate random_variable refinement
        path tails
        fit
        checkup examine
        commands warm
        __main__""",
    "chaos": """
        checkpoint checks frequencies pairwise steps
        interactions
        coupling dependence distances losses particles rates solvable
        mean_field network streaming
        kesten sgd
        training
        commands
        __main__""",
    "compress": """
        compressibility
        networks
        coding outputs pruning
        certificates coresets
        comparison
        argument_values array_commands certify_command
        arguments
        __main__""",
    "paper_checks": """
        ids installed outside replicates sequences terminal
        papers summaries
        rules
        claim
        budgets decisions experiments skeleton stamps
        claims evidence
        family leases registry
        page tasks
        comparison display shards streams
        schedule
        run
        calibration index
        report
        commands
        command
        __main__""",
}  # of the rooms of each package, the lowest first


UPWARD = {  # Stable.fit, which is only a name for fit.stable; the version, which a command tells
    "stablenoise/stable.py": {"fit"},
    "stablenoise/commands/arguments.py": {"__version__"},
}


def rooms_imported(package, path, tree):
    """Rooms of its own package that a file imports, but for the one that it lies in."""
    folder = list(path.relative_to(ROOT).parts[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            yield from (parts[1] for parts in names if parts[0] == package and len(parts) > 1)
            # A face hands out any room: who lies in the package says which one
            assert [package] not in names, f"{path.relative_to(ROOT)} imports its own face"
        elif isinstance(node, ast.ImportFrom):
            above = folder[: len(folder) - node.level + 1] if node.level else []
            names = [*above, *(node.module or "").split(".")] if node.module else above
            if names[:1] == [package]:
                yield from names[1:2] or [alias.name for alias in node.names]


@pytest.mark.parametrize("package", FLOORS)
def test_rooms_import_from_lower_floors_alone(package):
    """So there is no circle, and a reader may start from the lowest."""
    floors = {
        room: floor
        for floor, line in enumerate(FLOORS[package].strip().splitlines())
        for room in line.split()
    }
    seen = set()
    for path, tree in trees(package):
        room = path.relative_to(ROOT / package).with_suffix("").parts[0]
        if room != "__init__":
            seen.add(room)
            lower = {other for other in floors if floors[other] < floors[room]} | {room}
            allowed = UPWARD.get(path.relative_to(ROOT).as_posix(), set())
            upward = set(rooms_imported(package, path, tree)) - lower - allowed
            assert not upward, f"{path.relative_to(ROOT)} imports {upward}"
    assert seen == floors.keys()


def test_an_arrow_upward_is_seen():
    path = ROOT / "compress" / "coding" / "bits.py"
    for text in (
        "from ..coresets import x",
        "import compress.coresets.algorithm as a",
        "from compress import coresets",
        "def f():\n    import compress.coresets",
    ):
        assert set(rooms_imported("compress", path, ast.parse(text))) == {"coresets"}


@pytest.mark.parametrize("package", ["stablenoise", "chaos", "compress"])
def test_the_base_needs_no_more_than_its_four_libraries(package):
    """At import: a library of an extra is imported where it is used, inside a function."""
    for path, tree in trees(package):
        top = ast.Module([node for node in tree.body if not hasattr(node, "body")], [])
        foreign = set(imported_packages(top)) - MAY_IMPORT.keys() - BASE
        import sys

        assert foreign <= sys.stdlib_module_names, f"{path.relative_to(ROOT)} imports {foreign}"


SLOW = {"statsmodels", "pandas", "matplotlib", "sklearn", "jinja2", "rich"}  # to import
DRAWS_AND_PRINTS = "paper_checks"  # whose extra brings jinja2 and rich: its pages and its terminal


def imported_at_once(body):
    """What importing a file imports: all but what stands in functions or is for type checkers."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from imported_at_once(node.orelse)
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imported_packages(node)
        for inner in ("body", "orelse", "finalbody"):
            yield from imported_at_once(getattr(node, inner, []))
        for handler in getattr(node, "handlers", []):
            yield from imported_at_once(handler.body)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_what_is_slow_to_import_is_imported_inside_functions(package):
    """statsmodels, a library of the base, too: it takes more than a second."""
    allowed = {"jinja2", "rich"} if package == DRAWS_AND_PRINTS else set()
    for path, tree in trees(package):
        seen = set(imported_at_once(tree.body)) & SLOW - allowed
        assert not seen, f"{path.relative_to(ROOT)} imports {seen}"


@pytest.mark.parametrize(
    "text",
    [
        "import statsmodels.api",
        "try:\n    from pandas import DataFrame\nexcept ImportError:\n    pass",
        "class A:\n    import matplotlib",
        "if True:\n    import sklearn",
        "if not TYPE_CHECKING:\n    pass\nelse:\n    pass\nwith x:\n    import rich",
    ],
)
def test_a_slow_import_is_seen(text):
    assert set(imported_at_once(ast.parse(text).body)) & SLOW
    hidden = "if TYPE_CHECKING:\n    import pandas\ndef f():\n    import pandas"
    assert not set(imported_at_once(ast.parse(hidden).body))


def test_the_map_names_every_room_and_no_other_file():
    """And of the law every file: the table of rooms, and that of methods."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    tables = dict(re.findall(r"^\| \w+ of `(.*)/` \|.*\n((?:\|.*\n)*)", text, re.MULTILINE))
    assert tables.keys() == FLOORS.keys() | {"stablenoise/law"}
    for folder, table in tables.items():
        cells = [line.split("|")[1] for line in table.splitlines()[1:]]
        named = re.findall(r"`(\w+)(?:\.py|/)`", "".join(cells))
        there = {path.stem for path in (ROOT / folder).iterdir() if path.suffix in ("", ".py")}
        assert sorted(named) == sorted(there - {"__init__", "__pycache__"}), folder


def test_files_and_functions_stay_short():
    """Factories of kernels alone are longer: what they make shares their constants."""
    files, functions = {}, {}
    for package in MAY_IMPORT:
        for path, tree in trees(package):
            name = path.relative_to(ROOT).as_posix()
            files[name] = len(path.read_text().splitlines())
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    doc = ast.get_docstring(node, clean=False) or ""
                    lines = node.end_lineno - node.lineno - len(doc.splitlines())
                    functions[f"{name} {node.name}"] = lines
    assert {name: lines for name, lines in files.items() if lines > 400} == {}
    assert {name for name, lines in functions.items() if lines > 60} == FACTORIES


def test_cupy_is_imported_in_one_place():
    users = [
        path.relative_to(ROOT).as_posix()
        for package in MAY_IMPORT
        for path, tree in trees(package)
        if "cupy" in set(imported_packages(tree))
    ]
    assert users == ["stablenoise/kernels/arrays.py"]


ENGINES = {"multiprocessing", "joblib", "loky", "dask", "distributed", "mpi4py"}


def test_engines_are_known_in_one_place():
    """What begins processes for work; threads, and somebody's code in a child, are others."""
    users = {
        path.relative_to(ROOT).parts[:2]
        for package in MAY_IMPORT
        for path, tree in trees(package)
        if ENGINES & set(imported_packages(tree)) or "ProcessPoolExecutor" in path.read_text()
    }
    assert users == {("stablenoise", "executors")}


IMPORTED_AS = {"cupy-cuda13x": "cupy", "mpich": "mpi4py", "scikit-learn": "sklearn"}


def test_every_library_that_setup_names_is_imported():
    """Of the base and of the extras for users; those for developers are commands."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    extras = setup["options.extras_require"]
    users = [name for name in extras if name not in ("test", "dev", "docs")]
    lines = [setup["options"]["install_requires"], *(extras[name] for name in users)]
    named = re.findall(r"^[\w-]+", "\n".join(lines), re.MULTILINE)
    imported = {n for p in MAY_IMPORT for _, tree in trees(p) for n in imported_packages(tree)}
    assert len(named) >= 12
    assert [name for name in named if IMPORTED_AS.get(name, name) not in imported] == []
