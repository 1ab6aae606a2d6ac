"""What is shared in a file is made by one process of a run, and every test is run once."""

import subprocess
import sys
from pathlib import Path

from by_file import LONG, next_of, unit_of

TESTS = Path(__file__).parent
FILE = """
import pytest

@pytest.fixture(scope="module")
def made():
    with open("made", "a") as file:
        file.write(f"{__name__}\\n")

@pytest.mark.parametrize("i", range(20))
def test_one_of_many(i, made):
    pass
"""


def test_a_file_is_done_by_one_process(tmp_path):
    """Three files, two processes: by the test each fixture would be made in both.

    The last of the files is one of the long ones, and so among the two that are begun with.
    """
    (tmp_path / "tests").mkdir()
    for name in "a", "b", "tutorials":
        (tmp_path / "tests" / f"test_{name}.py").write_text(FILE)
    hook = "from by_file import pytest_xdist_make_scheduler"
    (tmp_path / "conftest.py").write_text(f"import sys\nsys.path.insert(0, {str(TESTS)!r})\n{hook}")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert "60 passed" in done.stdout, done.stdout
    made = (tmp_path / "made").read_text().split()
    assert sorted(made) == ["test_a", "test_b", "test_tutorials"]
    assert "test_tutorials" in made[:2]


def test_long_files_come_first_and_then_those_with_many_tests():
    short, claims = ["tests/test_public_docs.py", "tests/test_cite.py"], "tests/test_claims.py::wan"
    units = [short[0], "tests/test_tutorials.py", claims, short[1]]
    done = []
    while units:
        done.append(next_of(units))
        units.remove(done[-1])
    assert done == ["tests/test_tutorials.py", claims, *short]
    assert all((TESTS.parent / file).is_file() for file in LONG)


def test_claims_of_a_paper_are_a_unit():
    file = "tests/test_claims.py"
    names = ["wan_linear_chaos", "wan_euler_error", "zhou_mnist_row"]
    units = [unit_of(f"{file}::test_the_control_is_caught[{name}]") for name in names]
    assert units == [f"{file}::wan", f"{file}::wan", f"{file}::zhou"]
    assert unit_of(f"{file}::test_of_no_claim") == f"{file}::"
    assert unit_of("tests/test_law.py::test_x[wan_a]") == "tests/test_law.py"
