"""What a claim depends on: a change within its imports is seen, a change elsewhere is not."""

import shutil

import pytest

from paper_checks import stamps
from paper_checks.stamps import ROOT, source_stamp, sources

CLAIM = "paper_checks.claims.zhou_mnist_row"  # of few imports


def names(*modules, root=ROOT):
    return {path.relative_to(root).as_posix() for path in sources(modules, root)}


@pytest.fixture
def tree(tmp_path):
    """Packages of the names of ours, with the imports that there are."""
    files = {
        "stablenoise/__init__.py": "",
        "stablenoise/__init__.pyi": "from . import tails as tails\nfrom .field import Field as F",
        "stablenoise/field.py": "from .deep.inner import draw as draw",
        "stablenoise/deep/__init__.py": "",
        "stablenoise/deep/__init__.pyi": "from .inner import draw as draw",
        "stablenoise/deep/inner.py": "import numpy",
        "stablenoise/tails/__init__.py": "",
        "stablenoise/tails/__init__.pyi": "from .hill import estimate as estimate",
        "stablenoise/tails/hill.py": "",
        "stablenoise/tails/other.py": "",
        "chaos/__init__.py": "",
        "chaos/late.py": "def f():\n    if f:\n        from compress import codecs\n",
        "chaos/listed.py": "from pkgutil import iter_modules\nfrom compress import codecs\n",
        "compress/__init__.py": "",
        "compress/codecs/__init__.py": "",
        "compress/codecs/rle.py": "",
        "compress/table.npz": "1",
        "paper_checks/__init__.py": "",
        "paper_checks/a.py": "from stablenoise import F",
        "paper_checks/b.py": "from stablenoise import tails",
        "paper_checks/c.py": "from chaos.late import f",
        "paper_checks/d.py": "import chaos.listed",
        "paper_checks/e.py": "import stablenoise",
        "paper_checks/f.py": "from compress import *",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


PACKAGES_OF_F = {"stablenoise/__init__.py", "stablenoise/field.py"}
DEEP = {"stablenoise/deep/__init__.py", "stablenoise/deep/inner.py"}
TAILS = {"stablenoise/tails/__init__.py", "stablenoise/tails/hill.py"}
CODECS = {"compress/__init__.py", "compress/codecs/__init__.py", "compress/table.npz"}


@pytest.mark.parametrize(
    "module, expected",
    [
        ("a", PACKAGES_OF_F | DEEP),  # a name that the face hands out
        ("b", {"stablenoise/__init__.py"} | TAILS),  # a package: what its face hands out
        ("c", {"chaos/__init__.py", "chaos/late.py"} | CODECS),  # an import in a function
        (
            "d",
            {"chaos/__init__.py", "chaos/listed.py", "compress/codecs/rle.py"} | CODECS,
        ),  # a folder that is listed
        ("e", PACKAGES_OF_F | DEEP | TAILS),  # all of a face
        ("f", {"compress/__init__.py", "compress/table.npz"}),
    ],
)
def test_a_module_depends_on_what_it_imports(tree, module, expected):
    own = {"paper_checks/__init__.py", f"paper_checks/{module}.py"}
    assert names(f"paper_checks.{module}", root=tree) == own | expected


def test_a_module_without_source_is_told():
    with pytest.raises(
        ValueError, match=r"^source of paper_checks\.none must be at hand, got none$"
    ):
        source_stamp(("paper_checks.none",))


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of the files of the four packages."""
    root = tmp_path_factory.mktemp("copied")
    for package in stamps.PACKAGES:
        kept = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, root / package, ignore=kept)
    return root


def stamp_of_a_change(copied, name, added):
    """The stamp of the claim with something added to a file."""
    path = copied / name
    before = path.read_bytes()
    path.write_bytes(before + added)
    for cached in (stamps.source_stamp, stamps.sources, stamps._imports, stamps._sum_of_source):
        cached.cache_clear()
    try:
        return source_stamp((CLAIM,), copied)
    finally:
        path.write_bytes(before)


def test_a_copy_has_the_same_stamp(copied):
    assert source_stamp((CLAIM,), copied) == source_stamp((CLAIM,))


@pytest.mark.parametrize(
    "name, is_seen",
    [
        ("stablenoise/tails/hill.py", False),
        ("stablenoise/tails/__init__.py", False),
        ("paper_checks/run.py", False),
        ("paper_checks/experiments/nolan_errata.csv", False),
        ("paper_checks/claims/nolan_sums.py", False),
        ("paper_checks/claims/zhou_mnist_row.py", True),
        ("paper_checks/claims/__init__.py", True),
        ("paper_checks/summaries.py", True),  # by way of paper_checks.claim
        ("compress/certificates/inequalities/binomials.py", True),  # by a face
        ("stablenoise/__init__.py", True),
    ],
)
def test_a_comment_is_seen_where_it_can_matter_and_nowhere_else(copied, name, is_seen):
    changed = stamp_of_a_change(copied, name, b"\n# a comment\n")
    assert (changed != source_stamp((CLAIM,))) == is_seen


def test_data_beside_a_module_counts():
    assert "stablenoise/law/table.npz" in names("stablenoise.law.table")
    csv = "paper_checks/experiments/nolan_errata.csv"
    assert csv in names("paper_checks.claims.nolan_errata") and csv not in names(CLAIM)


def test_a_module_within_a_face_is_reached_by_its_name():
    """``from stablenoise import Stable``: the law, and not the estimators of tails."""
    seen = names("paper_checks.experiments.uniform_values")
    assert "stablenoise/stable.py" in seen and "stablenoise/law/integral.py" in seen
    assert "stablenoise/tails/hill.py" not in names("stablenoise.field")


def test_what_is_run_is_what_was_read_first(tmp_path):
    """A file that is changed later is not what this process has imported."""
    (tmp_path / "chaos").mkdir()
    path = tmp_path / "chaos" / "__init__.py"
    path.write_text("1")
    first = source_stamp(("chaos",), tmp_path)
    path.write_text("2")
    assert source_stamp(("chaos",), tmp_path) == first


@pytest.mark.parametrize("large", [1, 2**20])
def test_data_that_has_changed_has_another_sum(tmp_path, monkeypatch, large):
    monkeypatch.setattr(stamps, "LARGE", large)
    path = tmp_path / "a.npz"
    sums = []
    for content in (b"12345", b"12345", b"123456"):
        path.write_bytes(content)
        sums.append(stamps._sum_of(path))
    assert sums[0] == sums[1] != sums[2]
