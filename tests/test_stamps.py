"""What a claim depends on: a change within its imports is seen, a change elsewhere is not."""

import shutil
import sys
from base64 import urlsafe_b64encode
from hashlib import sha256
from types import SimpleNamespace

import pytest
from made_ledger import forget

from paper_checks import stamps, tasks
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
        "paper_checks/g.py": "match 1:\n    case 1:\n        import chaos",
        "paper_checks/h.py": "try:\n    pass\nfinally:\n    import chaos",
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
        ("g", {"chaos/__init__.py"}),
        ("h", {"chaos/__init__.py"}),
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


HELPED = """
from zz_helper import SCALE
import zz_library
import zz_space.inner
import numpy, os, zz_missing


def experiment(replicates, seed):
    return [[SCALE] for _ in replicates]
"""


def install(folder, name, *files, version="1.0", requires=()):
    """A distribution by its record, as pip leaves it."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    asked = "".join(f"Requires-Dist: {each}\n" for each in requires)
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{asked}"
    (info / "METADATA").write_text(head)
    sums = [sha256((folder / file).read_bytes()).digest() for file in files]
    rows = [
        f"{file},sha256={urlsafe_b64encode(digest).decode().rstrip('=')},1"
        for file, digest in zip(files, sums, strict=True)
    ]
    (info / "RECORD").write_text("\n".join(rows) + "\n")


@pytest.fixture
def others(tmp_path, monkeypatch):
    """What others have installed in a folder on the path: a claim, and all that it imports."""
    files = {
        "zz_helped.py": HELPED,
        "zz_helper.py": "SCALE = 1.0\n",
        "zz_unused.py": "",
        "zz_library/__init__.py": "from .inner import f\n",
        "zz_library/inner.py": "def f(): import zz_far\n",
        "zz_library/table.bin": "1",
        "zz_space/inner.py": "import zz_loose\n",
        "zz_loose.py": "print '' # of no Python that there is\n",
        "zz_asked/__init__.py": "",
        "zz_far.py": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    install(tmp_path, "zz-claims", "zz_helped.py", "zz_helper.py")
    library = [name for name in files if name.startswith("zz_library")]
    asks = ["ZZ.Asked >= 1; python_version > '3'", "zz-far; extra == 'all'"]
    install(tmp_path, "zz-library", *library, requires=asks)
    install(tmp_path, "zz_asked", "zz_asked/__init__.py")
    install(tmp_path, "zz-far", "zz_far.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("zz_")]:
        del sys.modules[name]
    forget()


def stamp_of_others():
    forget()
    return source_stamp(("zz_helped",))


@pytest.mark.parametrize(
    "name, is_seen",
    [
        ("zz_helped.py", True),
        ("zz_helper.py", True),  # of the same distribution
        ("zz_unused.py", False),
        ("zz_library/inner.py", True),  # of another, which is changed where it lies
        ("zz_library/table.bin", False),  # what is no module is told by the record alone
        ("zz_space/inner.py", True),  # in a folder without a file of its own
        ("zz_loose.py", True),  # of no distribution
        ("zz_asked/__init__.py", True),  # which the other one asks for
        ("zz_far.py", False),  # which it asks for under a condition that nobody set
    ],
)
def test_all_that_a_claim_from_outside_imports_is_in_its_stamp(others, name, is_seen):
    before = stamp_of_others()
    assert stamp_of_others() == before
    with open(others / name, "a") as file:
        file.write("# a comment\n")
    assert (stamp_of_others() != before) is is_seen


@pytest.mark.parametrize("name", ["zz-library", "zz_asked"])
@pytest.mark.parametrize("change", ["version", "record"])
def test_another_version_of_a_library_is_another_stamp(others, name, change):
    """So is a file of it that is no module, such as compiled code, by the record."""
    before = stamp_of_others()
    info = others / f"{name}-1.0.dist-info"
    if change == "version":
        path = info / "METADATA"
        path.write_text(path.read_text().replace("Version: 1.0", "Version: 1.1"))
    else:
        (info.parent / "zz_library" / "new.bin").touch()
        with open(info / "RECORD", "a") as file:
            file.write("zz_library/new.bin,sha256=AAAA,1\n")
    assert stamp_of_others() != before


def test_what_is_missing_is_seen_when_it_comes(others):
    before = stamp_of_others()
    (others / "zz_missing.py").write_text("")
    assert stamp_of_others() != before


def test_a_stamp_is_the_same_wherever_others_are_installed(others, tmp_path_factory, monkeypatch):
    before = stamp_of_others()
    first, second = (tmp_path_factory.mktemp(name) for name in ("b", "a"))
    for path in others.iterdir():
        home = first if "loose" in path.name or "space" in path.name else second
        path.rename(home / path.name)
    for home in (first, second):
        monkeypatch.syspath_prepend(str(home))
    assert stamp_of_others() == before


def test_our_own_modules_follow_no_others(others, monkeypatch):
    """Optional libraries, which no number depends on, are in no key of ours."""
    monkeypatch.setattr(stamps, "PACKAGES", (*stamps.PACKAGES, "zz_helped"))
    forget()
    assert stamps._needed_by_all(("zz_helped",), others) == {"zz_helped"}


def test_a_worker_with_other_modules_of_others_refuses_in_a_line(others):
    """Though its four packages are those of the run."""
    forget()
    what = {"function": "zz_helped:experiment", "options": {}}
    depends = {"versions": stamps.versions(), "source": source_stamp(("zz_helped",))}
    key = tasks.Recipe(what, 1, depends).key(range(3))
    code = stamps.code_stamp()
    (others / "zz_missing.py").write_text("")
    (others / "zz_helped.py").write_text(HELPED.replace("import numpy", "SCALE *= 7; import numpy"))
    forget()
    (answer,) = tasks.compute([key], code)
    assert "must have the same source as the run, got " in answer.failure


def test_the_stamp_of_the_packages_is_of_data_too(tmp_path):
    """A worker with another table computes other numbers."""
    (tmp_path / "chaos").mkdir()
    sums = []
    for content in ("1", "2"):
        forget()
        (tmp_path / "chaos" / "table.csv").write_text(content)
        sums.append(stamps.code_stamp(tmp_path))
    forget()
    assert sums[0] != sums[1]


def test_of_a_package_of_others_every_file_counts(others):
    """What it imports by name at run time, and data in folders below, of any ending."""
    package = others / "zz_package"
    for name in ("__init__.py", "c.py", "parts/p.py", "data/x.dat"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("import zz_far" if name == "parts/p.py" else "")
    (package / "c.py").write_text("from importlib import import_module\nimport_module('zz_loose')")
    forget()
    seen = {path.name for path in sources(("zz_package.c",))}
    assert seen == {"__init__.py", "c.py", "p.py", "x.dat", "zz_loose.py"}


def test_a_claim_in_a_folder_without_a_file_of_its_own_has_a_stamp(others):
    forget()
    assert {path.name for path in sources(("zz_space.inner",))} == {"inner.py", "zz_loose.py"}


def test_files_of_one_name_in_two_folders_are_two(tmp_path):
    paths = [tmp_path / folder / "x.csv" for folder in "ab"]
    sums = []
    for content in "12":
        for path in paths:
            path.parent.mkdir(exist_ok=True)
            path.write_text(content if path is paths[0] else "1")
        sums.append(stamps.data_stamp(SimpleNamespace(data=lambda: paths)))
    assert sums[0] != sums[1] and list(sums[0]) == ["x.csv", "x.csv (2)"]


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npy", ".npz", ".txt"])
def test_data_of_each_ending_counts(tmp_path, suffix):
    (tmp_path / "chaos").mkdir()
    (tmp_path / "chaos" / "__init__.py").touch()
    (tmp_path / "chaos" / f"table{suffix}").touch()
    assert names("chaos", root=tmp_path) == {"chaos/__init__.py", f"chaos/table{suffix}"}


def test_versions_are_of_python_and_all_libraries():
    assert set(stamps.versions()) == {"python", *stamps.LIBRARIES}
