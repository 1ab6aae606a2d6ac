"""What is installed is what is imported, and the scripts of continuous integration are in use."""

import re
import sys
import zipfile
from configparser import ConfigParser
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location

import pytest
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


def test_the_whole_run_has_every_part():
    parts = {"tests", "docs", "browser", "style", "imports.py", "package"}
    run = commands((SCRIPTS / "run").read_text(encoding="utf-8"))
    assert {name for line in run for name in re.findall(r"\.ci/([\w.]*\w)", line)} == parts
    package = commands((SCRIPTS / "package").read_text(encoding="utf-8"))
    assert [line for line in package if "doctor" in line] == [
        '"$folder/empty/bin/stablenoise" doctor --strict'
    ]


def test_a_warning_of_the_documentation_is_an_error():
    text = (ROOT / "docs" / "Makefile").read_text(encoding="utf-8")
    (strict,) = re.findall(r"^STRICT = (.*)$", text, re.MULTILINE)
    assert "-W" in strict.split()
    (build,) = re.findall(r"^BUILD = (.*)$", text, re.MULTILINE)
    assert "$(STRICT)" in build
    targets = re.findall(r"^\t(.*sphinx.*|\$\(BUILD\).*)$", text, re.MULTILINE)
    assert len(targets) == 2 and all(line.startswith("$(BUILD) ") for line in targets)


@pytest.fixture(scope="module")
def contents():
    spec = spec_from_file_location("_contents", SCRIPTS / "contents.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


METADATA = """\
Metadata-Version: 2.4
Name: stablenoise
Version: 0.2.0
Summary: What it is
License-Expression: MIT
License-File: LICENSE
Description-Content-Type: text/markdown

{}
"""


def wheel(folder, described="A description", tag="py3-none-any", pure="true", **files):
    path = folder / f"stablenoise-0.2.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("stablenoise-0.2.0.dist-info/METADATA", METADATA.format(described))
        made.writestr("stablenoise-0.2.0.dist-info/WHEEL", f"Root-Is-Purelib: {pure}\nTag: {tag}\n")
        for name, content in files.items():
            made.writestr(f"stablenoise/{name}", content)
    return path


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"a": bytes(3_990_000)}, None),
        ({"a": bytes(4_100_000)}, "a wheel must be of at most 4.0 MB, got 4.10"),
        ({"a": b"\x7fELF..."}, "no object code must be in a wheel, got stablenoise/a"),
        ({"pure": "false"}, "a wheel must be pure"),
        ({"tag": "cp311-cp311-linux_x86_64"}, "a wheel must be py3-none-any, got "),
        ({"described": ""}, "there must be a description, in Markdown"),
        ({"described": "[how](docs/a.rst)"}, "must be absolute, got docs/a.rst"),
        ({"described": "![A picture](docs/a.png)"}, "must be absolute, got docs/a.png"),
        ({"described": "[how]: docs/a.rst"}, "must be absolute, got docs/a.rst"),
        ({"described": '<img src="docs/a.png">'}, "must be absolute, got docs/a.png"),
        ({"described": "[how](https://example.org/a) `f(x)[0](y)`"[:30]}, None),
    ],
)
def test_what_a_wheel_must_not_be_is_seen(contents, tmp_path, change, fault):
    found = list(contents.faults(wheel(tmp_path, **change)))
    assert len(found) == (fault is not None)
    assert all(fault in line for line in found)


def description():
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    named = setup["metadata"]["long_description"].removeprefix("file: ")
    return (ROOT / named).read_text(encoding="utf-8")


def test_the_description_leads_to_no_file_that_an_index_has_not(contents):
    assert contents.relative(description()) == []
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert description().partition("\n\nFrom")[0] in readme
    assert contents.relative(readme), "it could be the description again"


def test_the_code_of_the_description_runs():
    first, second = re.findall(r"```python\n(.*?)```", description(), re.DOTALL)
    space = {}
    exec(first, space)
    told = first.rpartition("# ")[2].strip()
    assert repr((space["report"].grade, space["report"].diagnosis)) == told
    exec(second, space)
    assert space["noise"].shape == (1000, 64) and 0 < min(space["both_tails"][:1]) < 1e-8
    low, high = space["interval"]
    assert low < 1.7 < high


def test_the_command_of_the_readme_is_what_is_run():
    (command,) = commands((SCRIPTS / "tests").read_text(encoding="utf-8"))
    shown = command.removesuffix(' "$@"')
    assert f"    {shown}\n" in (ROOT / "README.md").read_text(encoding="utf-8")
