"""Claims that other distributions ship: listed, run and kept like ours, or told in a line."""

import json
import subprocess
import sys
from importlib import invalidate_caches
from multiprocessing import get_context
from pathlib import Path

import made_ledger
import pytest

from paper_checks import command, evidence, outside, registry
from paper_checks.ids import order
from paper_checks.page import levels

TESTS = Path(__file__).parent
CLAIM = """
from dataclasses import replace

import toy_claim

MINE = CLAIM = replace(toy_claim.TOY, id="{id}", title="A toy of others")
"""


class Site:
    """A folder on the path in which distributions are installed."""

    def __init__(self, folder, monkeypatch):
        self.folder, self._patch = folder, monkeypatch
        monkeypatch.syspath_prepend(str(folder))

    def ships(self, *entries, name="others", **files):
        """Install a distribution with these entry points and modules."""
        info = self.folder / f"{name}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text("\n".join([f"[{outside.GROUP}]", *entries]) + "\n")
        for path, text in files.items():
            (self.folder / f"{path}.py").write_text(text)
        self.look()

    def look(self):
        invalidate_caches()
        made_ledger.forget()


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    before = set(sys.modules)
    with monkeypatch.context() as patch:
        yield Site(folder, patch)
    for name in set(sys.modules) - before:
        if name.startswith("others"):
            del sys.modules[name]
    made_ledger.forget()


def ours():
    return {name for name in registry.all_claims() if not registry.place_of(name).distribution}


@pytest.mark.parametrize("value", ["others_one", "others_one:MINE", "others_one:CLAIM"])
def test_an_entry_point_names_a_module_or_a_claim(site, value):
    before = len(registry.all_claims())
    site.ships(f"mine = {value}", others_one=CLAIM.format(id="X-1"))
    assert registry.all_claims()["mine"].id == "X-1" and registry.broken_claims() == {}
    assert registry.place_of("mine")[:3] == ("mine", "others_one", "others 1.2")
    assert len(registry.all_claims()) == before + 1 and len(ours()) == before


def test_an_entry_point_names_a_package_whose_modules_are_claims(site):
    package = site.folder / "others_many"
    package.mkdir()
    for name in ("__init__", "_shared", "test_first"):
        (package / f"{name}.py").write_text("1 / 0" if name != "__init__" else "")
    for name, id in ("first", "X-1"), ("second", "P1-9999"):
        (package / f"{name}.py").write_text(CLAIM.format(id=id))
    site.ships("all_of_mine = others_many")
    assert registry.broken_claims() == {}
    assert registry.id_of("first") == "X-1" and registry.id_of("second") == "P1-9999"
    assert registry.place_of("second")[:3] == ("second", "others_many.second", "others 1.2")
    ids = [claim.id for claim in registry.all_claims().values()]
    assert ids == sorted(ids, key=order)


def test_claims_from_outside_are_a_family_of_their_own(site, monkeypatch):
    """They change no adjusted error of ours: by hand 2 x and 1 x, and ours as before."""
    ours = levels.family_size()
    site.ships("one = others_one", others_one=CLAIM.format(id="X-1"))
    site.ships("two = others_two", "three = others_three", name="more")
    for path, id in ("others_two", "X-2"), ("others_three", "X-3"):
        (site.folder / f"{path}.py").write_text(CLAIM.format(id=id))
    site.look()
    sizes = levels.family_size(), levels.family_size("others 1.2"), levels.family_size("more 1.2")
    assert sizes == (ours, 1, 2)
    own = next(name for name, claim in registry.all_claims().items() if not claim.is_computed)
    seen = [
        made_ledger.evidence(registry.id_of(name), name=name, delta=1e-6)
        for name in (own, "one", "two")
    ]
    errors = levels.adjusted(seen)
    assert errors == pytest.approx({registry.id_of(own): ours * 1e-6, "X-1": 1e-6, "X-2": 2e-6})
    first, *others = levels.together(seen).split("; ")
    assert first.endswith(f"(Holm, of {ours} sampled claims)") and first == levels.together(
        seen[:1]
    )
    chance = "right, but for a probability of at most"
    assert others == [
        f"of more 1.2, the verdict is {chance} 2e-06 (Holm, of 2 sampled claims)",
        f"of others 1.2, the verdict is {chance} 1e-06 (Holm, of 1 sampled claim)",
    ]


def test_what_is_not_computable_may_come_from_outside(site):
    text = "from paper_checks.claim import NotComputable\n"
    text += 'CLAIM = NotComputable("X-2", "too large", "It is.", "there", "it is too large")\n'
    site.ships("large = others_large", others_large=text)
    assert registry.not_computable()["large"].id == "X-2" and "large" not in registry.all_claims()


def test_a_claim_from_outside_is_listed_run_and_kept_like_ours(site, tmp_path, capsys):
    site.ships("mine = others_one", others_one=CLAIM.format(id="X-1"))
    assert command.main(["list", "--paper", "X"]) == 0
    assert "X-1  A toy of others" in capsys.readouterr().out
    arguments = ["--budget", "4000", "--executor", "serial", "--out", str(tmp_path / "out")]
    for asked in ("X01", "mine"):
        assert command.main(["run", asked, *arguments]) == 0
    assert "kept from an earlier run" in capsys.readouterr().out
    (claim,) = json.loads((tmp_path / "out" / "results.json").read_text())["claims"]
    assert (claim["name"], claim["id"], claim["verdict"]) == ("mine", "X-1", "consistent")
    assert claim["control_caught"] is True
    assert evidence.evidence_path("mine", tmp_path / "out").exists()
    index = json.loads((tmp_path / "out" / "index.json").read_text())
    (told,) = [each for each in index["claims"] if each["id"] == "X-1"]
    assert (told["shipped_by"], told["verdict"], told["paper"]) == ("others 1.2", "consistent", "X")


def test_a_new_process_finds_it_too(site, monkeypatch):
    """Spawned, as workers are: it has this one's path and nothing else."""
    site.ships("mine = others_one", others_one=CLAIM.format(id="X-1"))
    with get_context("spawn").Pool(1) as pool:
        assert pool.apply(registry.id_of, ("mine",)) == "X-1"


@pytest.mark.parametrize(
    "entry, text, line",
    [
        ("bad = others_bad", "1 / 0", "ZeroDivisionError: division by zero"),
        ("bad = others_bad", "raise SystemExit('no\\nmore')", "SystemExit: no more"),
        (
            "bad = others_bad",
            "def __getattr__(name): raise OSError('no\\nplace')",
            "OSError: no place",
        ),
        ("bad = others_bad", "import nothing_there", "ModuleNotFoundError: No module named"),
        ("bad = others_gone", "", "ModuleNotFoundError: No module named 'others_gone'"),
        ("bad = others_bad:NOT", "", "AttributeError: module 'others_bad' has no attribute 'NOT'"),
        ("bad = others_bad", "", "TypeError: CLAIM of bad must be a Claim, got NoneType"),
        ("bad = others_bad", "CLAIM = 3", "TypeError: CLAIM of bad must be a Claim, got int"),
        ("bad = others_bad:X", "X = 'a'", "TypeError: CLAIM of bad must be a Claim, got str"),
        ("bad = others_bad", CLAIM.format(id="x1"), "ValueError: id must be like P1-2, B-4"),
        (
            "bad = others_bad",
            CLAIM.format(id="P1-2"),
            "ValueError: id must be new, got P1-2, which is that of wan_type_three_sampler",
        ),
        (
            "bad = others_bad",
            CLAIM.format(id="X-1").replace('id="', 'aliases=("p1-2",), id="'),
            "ValueError: id must be new, got p1-2, which is that of wan_type_three_sampler",
        ),
        ("bad! = others_bad", CLAIM.format(id="X-1"), "ValueError: name of a claim must be of "),
        ("../bad = others_bad", CLAIM.format(id="X-1"), "ValueError: name of a claim must be of "),
        ("bad = others bad", "", "'others bad'"),
    ],
)
def test_what_is_broken_is_a_line_and_the_rest_is_there(site, entry, text, line, capsys):
    before = registry.all_claims().keys()
    site.ships(entry, "good = others_good", others_bad=text, others_good=CLAIM.format(id="X-3"))
    name = entry.partition(" =")[0]
    assert registry.all_claims().keys() == before | {"good"}
    (told,) = registry.broken_claims().values()
    assert list(registry.broken_claims()) == [name] and "\n" not in told
    assert line in told or (entry == "bad = others bad" and told)
    assert command.main(["list"]) == 0
    assert f"{name}  broken: {told[:30]}" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["1 / 0", CLAIM.format(id="P1-2")], ids=["raises", "id of ours"])
def test_what_is_broken_fails_alone(site, text, tmp_path):
    site.ships("bad = others_bad", "good = others_good", others_bad=text,
               others_good=CLAIM.format(id="X-3"))  # fmt: skip
    out = ["--budget", "200", "--executor", "serial", "--out", str(tmp_path / "out")]
    assert command.main(["run", "good", "bad", *out]) == 1
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert results["failed"] == {"bad": registry.broken_claims()["bad"]}
    assert [claim["id"] for claim in results["claims"]] == ["X-3"]


def test_no_name_of_ours_is_taken(site):
    mine = registry.all_claims()["nolan_sums"]
    site.ships("nolan_sums = others_one", others_one=CLAIM.format(id="X-1"))
    assert registry.all_claims()["nolan_sums"] is mine
    assert registry.broken_claims() == {
        "nolan_sums of others 1.2": "ValueError: name of a claim must be new, got that of L-3"
    }


def test_two_distributions_with_one_name_and_one_id(site):
    site.ships("mine = others_one", name="others", others_one=CLAIM.format(id="X-1"))
    site.ships("mine = others_two", name="more", others_two=CLAIM.format(id="X-2"))
    site.ships("third = others_three", name="third", others_three=CLAIM.format(id="X-1"))
    assert registry.id_of("mine") == "X-1"
    assert sorted(registry.broken_claims()) == ["mine of more 1.2", "third"]


def test_a_list_of_entry_points_that_cannot_be_read_is_a_line(site):
    site.ships("mine = others_one", others_one=CLAIM.format(id="X-1"))
    site.ships("nonsense", name="odd")
    assert registry.id_of("mine") == "X-1"
    (told,) = registry.broken_claims().items()
    assert told == (
        "odd",
        "ValueError: entry_points.txt of odd must be lines name = value, got others",
    )


def test_an_interrupt_is_no_broken_claim(site):
    site.ships("mine = others_one", others_one="raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        registry.all_claims()


def test_the_command_itself_finds_what_is_installed(site):
    """In a process of its own, with the folder on its path as an installation has it."""
    site.ships("mine = others_one", others_one=CLAIM.format(id="X-1"))
    paths = [str(site.folder), str(TESTS), *filter(None, sys.path)]
    done = subprocess.run(
        [sys.executable, "-m", "paper_checks", "list", "--paper", "X"],
        capture_output=True,
        text=True,
        env={"PATH": "", "PYTHONPATH": ":".join(paths)},
    )
    assert "X-1  A toy of others" in done.stdout, done.stderr


@pytest.mark.parametrize(
    "change, line",
    [
        ("experiment=lambda *_: 1 / 0", "ZeroDivisionError: division by zero"),
        ("experiment=lambda n, _: np.full((len(n), 1), np.nan)", "must return finite numbers"),
        ("experiment=lambda n, _: np.zeros((len(n), 2))", "must return rows of shape ("),
        ("experiment=lambda n, _: [['a']] * len(n)", "rows of experiment of bad must be a real"),
        ("control=lambda *_: None", "rows of control of bad must be a real"),
        ("needs=lambda: 1 / 0", "ZeroDivisionError: division by zero"),
        ("data=lambda: ['nowhere']", "'nowhere'"),
    ],
)
def test_a_claim_that_fails_as_it_runs_is_a_line_and_the_rest_is_run(site, change, line, tmp_path):
    text = CLAIM.format(id="X-1") + f"import numpy as np\nCLAIM = replace(CLAIM, {change})\n"
    site.ships("bad = others_bad", "good = others_good", others_bad=text,
               others_good=CLAIM.format(id="X-3"))  # fmt: skip
    out = ["--budget", "200", "--executor", "serial", "--out", str(tmp_path / "out")]
    assert command.main(["run", "X-1", "X-3", *out]) == 1
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert [claim["id"] for claim in results["claims"]] == ["X-3"]
    (told,) = results["failed"].values()
    assert line in told and "\n" not in told and list(results["failed"]) == ["X-1"]


def test_a_claim_that_ends_its_process_fails_alone(site, tmp_path):
    """With one worker, too: it is a process of its own as soon as a claim is from outside."""
    text = (
        CLAIM.format(id="X-1") + "import os\nCLAIM = replace(CLAIM, control=lambda *_: os._exit(0))"
    )
    site.ships("bad = others_bad", "good = others_good", others_bad=text,
               others_good=CLAIM.format(id="X-3"))  # fmt: skip
    out = ["--budget", "200", "--workers", "1", "--out", str(tmp_path / "out")]
    assert command.main(["run", "X-1", "X-3", *out]) == 1
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert [claim["id"] for claim in results["claims"]] == ["X-3"]
    assert (
        "lost with its worker 3 times, the last time as its process ended with status 0"
        in (results["failed"]["X-1"])
    )
