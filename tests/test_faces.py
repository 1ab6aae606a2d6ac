"""What is found by its name: faces of packages, modules, and the paths of the version before."""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
import warnings
from pathlib import Path
from statistics import median

import pytest

import chaos
import compress
import paper_checks
import stablenoise
from stablenoise.moved import MOVED

ROOT = Path(__file__).parents[1]
PUBLIC_NAMES = ROOT / "tests" / "data" / "public_names.txt"
NAMES_BEFORE = ROOT / "tests" / "data" / "names_before.txt"
TOP = [stablenoise, chaos, compress, paper_checks]


def modules():
    """Names of all modules and packages of the four packages."""
    for package in TOP:
        yield package.__name__
        walked = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        yield from (module.name for module in walked)


def faces():
    """Packages that say in a stub what they export."""
    stubs = sorted(path for package in TOP for path in Path(*package.__path__).rglob("*.pyi"))
    return [".".join(path.parent.relative_to(ROOT).parts) for path in stubs]


@pytest.mark.parametrize("name", faces())
def test_a_face_tells_each_name_that_it_exports(name):
    package = importlib.import_module(name)
    assert package.__all__
    for exported in package.__all__:
        assert f"\n``{exported}``  " in package.__doc__.replace("\n  ", "\n"), exported
        getattr(package, exported)
    assert dir(package) == sorted(package.__all__)


def test_a_change_of_the_public_names_is_one_of_the_changelog():
    """Of this list too: it is what a version promises."""
    seen = [f"{name}.{exported}" for name in faces() for exported in sys.modules[name].__all__]
    assert len(seen) > 150
    assert PUBLIC_NAMES.read_text().split() == seen


LOOK = """
import sys, time
before = time.process_time()
import {name}
print(time.process_time() - before, *sys.modules.keys() & {{"numba", "numpy", "scipy"}})
"""
IMPORTS = 5  # of which the median counts: a single one may meet a busy machine
SECONDS = 0.3  # of processor time


@pytest.mark.parametrize("name", ["stablenoise", "chaos", "compress", "paper_checks"])
def test_the_import_of_a_package_loads_no_library_of_numbers_and_is_quick(name):
    command = [sys.executable, "-c", LOOK.format(name=name)]
    seen = [
        subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        for _ in range(IMPORTS)
    ]
    assert [loaded for _, *loaded in seen] == [[]] * IMPORTS
    assert median(float(seconds) for seconds, *_ in seen) < SECONDS


def test_no_module_bears_the_name_of_what_it_defines():
    """A package that exported such a name would hide the module behind it."""
    hidden = []
    for name in modules():
        tree = ast.parse(inspect.getsource(importlib.import_module(name)))
        kinds = ast.FunctionDef | ast.ClassDef
        defined = {node.name for node in tree.body if isinstance(node, kinds)}
        hidden += [name] if name.rpartition(".")[2] in defined else []
    assert hidden == []


def test_no_module_is_hidden_by_its_package():
    for name in modules():
        parent, _, child = name.rpartition(".")
        if parent:
            module = importlib.import_module(name)
            assert getattr(sys.modules[parent], child) is module, name


@pytest.mark.parametrize("line", NAMES_BEFORE.read_text().splitlines())
def test_an_old_path_leads_to_the_names_that_it_had(line):
    """Those of version 0.1, but for helpers that no document named."""
    old, *names = line.split()
    assert not (ROOT / old.replace(".", "/")).with_suffix(".py").exists()
    sys.modules.pop(old, None)
    with pytest.warns(DeprecationWarning, match=f"^{old} has moved to {MOVED[old]}; the old"):
        module = importlib.import_module(old)
    assert module is importlib.import_module(MOVED[old])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are others today
        assert [name for name in names if not hasattr(module, name)] == []


def test_all_that_moved_is_asked():
    assert {line.split()[0] for line in NAMES_BEFORE.read_text().splitlines()} == MOVED.keys()


def run(program, *options):
    command = [sys.executable, *options, "-c", program]
    return subprocess.run(command, check=True, capture_output=True, text=True)


def test_old_paths_are_found_in_a_fresh_interpreter_in_all_ways_of_importing():
    program = """
import compress.norms, stablenoise.parameters as parameters
from compress import limits
from compress.coresets.corenet import corenet
from chaos.datasets import load_digits
from stablenoise.law.score import score
from stablenoise.law.quantile import ppf
from compress.search import *
import compress.codecs.adaptive, stablenoise.variates.normal
import importlib.util, stablenoise, compress.coresets
from unittest import mock
print(compress.norms.norm([3.0, 4.0]), parameters.Stable(2.0).pdf(0.0), limits.pareto)
assert callable(certify) and callable(compress.codecs.adaptive.encode)
assert importlib.util.find_spec("stablenoise.jit") is not None
assert importlib.reload(compress.norms) is compress.compressibility.norms
with mock.patch("compress.norms.norm", 7):
    assert compress.compressibility.norms.norm == 7
import compress.quantise, compress.code_length
for function in (stablenoise.law.score, compress.coresets.corenet, compress.quantise,
                 compress.code_length):
    assert type(function).__name__ == "function", function
"""
    assert run(program, "-W", "ignore").stdout.startswith("5.0 0.28209479177387")


def test_an_old_path_is_told_once_where_it_is_imported():
    program = "from compress.search import certify, prune_quantise_encode\nimport compress.search"
    told = run(program, "-W", "always").stderr
    assert told.count("compress.search has moved to compress.certificates.search") == 1
    assert told.startswith("<string>:1: DeprecationWarning")


def test_who_walks_over_all_modules_is_told_nothing():
    """A pickle of a ufunc asks every module whether the ufunc is there."""
    packages = "stablenoise, chaos, compress, paper_checks, stablenoise.law, compress.coresets"
    run(f"import {packages}, pickle, scipy.special as s; pickle.dumps(s.gamma)", "-W", "error")
