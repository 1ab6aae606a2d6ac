"""The recipe for conda asks for what the setup asks for, and is read by YAML alone.

That of the format itself is not asked here: rattler-build renders it (see ``packaging/conda``).
"""

import hashlib
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

import stablenoise

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "packaging" / "conda"
CALLED = {"matplotlib": "matplotlib-base"}  # by conda-forge, what PyPI calls so
NOT_THERE = {"cupy-cuda13x", "mpich"}  # conda's cupy and MPI are chosen by who installs them
FOR_USERS = "compress", "data", "weights", "dask", "mpi", "checks"


@pytest.fixture(scope="module")
def recipe():
    """The recipe, with the values of its context in place."""
    text = (FOLDER / "recipe.yaml").read_text(encoding="utf-8")
    values = yaml.safe_load(text)["context"]
    filled = re.sub(r"\$\{\{ (\w+) \}\}", lambda name: values[name[1]], text)
    assert "${{" not in filled
    return yaml.safe_load(filled)


@pytest.fixture(scope="module")
def setup():
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def asked(text):
    """Least versions by conda's name of each library, of lines as setup.cfg has them."""
    lines = [line.split(";")[0].strip() for line in text.splitlines() if line.strip()]
    pairs = [line.partition(">=") for line in lines]
    return {CALLED.get(name, name): least for name, _, least in pairs if name not in NOT_THERE}


def of_conda(lines):
    return {line.partition(" ")[0]: line.partition(" >=")[2] for line in lines}


def test_it_runs_with_what_the_setup_asks_for(recipe, setup):
    run = of_conda(recipe["requirements"]["run"])
    assert run.pop("python") == setup["options"]["python_requires"].removeprefix(">=")
    assert run == asked(setup["options"]["install_requires"])


def test_what_is_optional_is_constrained_as_the_extras_say(recipe, setup):
    extras = setup["options.extras_require"]
    wanted = asked("\n".join(extras[name] for name in FOR_USERS))
    assert of_conda(recipe["requirements"]["run_constraints"]) == wanted


def test_it_is_built_as_the_project_says(recipe):
    built = re.search(r'"setuptools>=([\d.]+)"', (ROOT / "pyproject.toml").read_text())[1]
    host = of_conda(recipe["requirements"]["host"])
    assert host["setuptools"] == built and "pip" in host
    assert recipe["build"]["noarch"] == "python"


def test_commands_version_and_license_are_those_of_the_setup(recipe, setup):
    scripts = setup["options.entry_points"]["console_scripts"].strip().splitlines()
    assert recipe["build"]["python"]["entry_points"] == scripts
    assert recipe["package"] == {"name": "stablenoise", "version": stablenoise.__version__}
    assert recipe["about"]["license"] == setup["metadata"]["license_expression"]
    assert (ROOT / recipe["about"]["license_file"]).exists()
    assert (FOLDER / recipe["source"]["path"]).resolve() == ROOT


def test_what_it_tries_is_there(recipe):
    imports, commands = recipe["tests"]
    assert imports["python"]["imports"] == ["stablenoise", "chaos", "compress", "paper_checks"]
    assert imports["python"]["pip_check"] is True
    assert commands["script"][0] == "stablenoise doctor --strict"


def test_the_sum_of_an_archive_is_printed(tmp_path):
    archive = tmp_path / "stablenoise-0.0.tar.gz"
    archive.write_bytes(b"content")
    command = [sys.executable, FOLDER / "checksum.py", archive]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert f"sha256: {hashlib.sha256(b'content').hexdigest()}\n" in said
    assert archive.name in said
