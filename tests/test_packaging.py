"""What is installed is what is imported, and the scripts of continuous integration are in use."""

import re
import sys
from configparser import ConfigParser
from functools import cache

from test_layers import IMPORTED_AS, MAY_IMPORT, ROOT, imported_packages, trees

SCRIPTS = ROOT / ".ci"
NAMES = IMPORTED_AS | {"pytest-xdist": "xdist", "pyyaml": "yaml"}


def libraries(*extras):
    """Names by which the libraries of the base and of these extras are imported."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    known = setup["options.extras_require"]
    lines = [setup["options"]["install_requires"], *(known[name] for name in extras)]
    named = re.findall(r"^[\w-]+(?![\w-]|\[)", "\n".join(lines), re.MULTILINE)
    return {NAMES.get(name, name) for name in named}


@cache
def foreign(*folders):
    """Packages that are imported there, anywhere, and are neither Python's nor ours."""
    names = {n for folder in folders for _, tree in trees(folder) for n in imported_packages(tree)}
    ours = {path.stem for path in (ROOT / "tests").iterdir()} | {"benchmarks"}
    return names - MAY_IMPORT.keys() - ours - set(sys.stdlib_module_names)


def test_every_library_that_code_imports_is_named_by_the_setup():
    extras = "checks", "compress", "dask", "data", "gpu", "mpi", "weights"
    brought = {"dask", "llvmlite", "pandas"}  # by distributed, numba, statsmodels
    named = libraries(*extras) | brought
    assert foreign(*MAY_IMPORT) - named == set()
    assert foreign("tests") - libraries(*extras, "test") == set()


def test_every_library_of_the_tests_is_imported_by_them():
    assert libraries("test") - libraries() - foreign("tests") == set()
    assert {"hypothesis", "mpmath", "pytest"} <= libraries("test")


def commands(text):
    """Lines of a script that are no comment, no option of the shell and no change of folder."""
    lines = (line.split(" #")[0].strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]


def test_what_is_asked_before_a_commit_is_the_style_of_continuous_integration():
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    asked = re.findall(r"^ +entry: (.*)$", hooks, re.MULTILINE)
    assert asked == commands((SCRIPTS / "style").read_text(encoding="utf-8"))
    assert len(asked) == 3


def test_every_script_is_run_and_those_that_are_run_are_there():
    workflow = ROOT / ".github" / "workflows" / "tests.yml"
    scripts = [path for path in SCRIPTS.iterdir() if path.is_file()]
    texts = [path.read_text(encoding="utf-8") for path in (*scripts, workflow)]
    called = {name for text in texts for name in re.findall(r"(?<=\.ci/)[\w.]*\w", text)}
    assert called == {path.name for path in scripts}


def test_the_command_of_the_readme_is_what_is_run():
    (command,) = commands((SCRIPTS / "tests").read_text(encoding="utf-8"))
    shown = command.removesuffix(' "$@"')
    assert f"    {shown}\n" in (ROOT / "README.md").read_text(encoding="utf-8")
