"""The page is of all that lies in its folder; claims that break; what is printed can be read."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from test_ledger_kept import results, start
from toy_claim import TOY

from paper_checks import command, evidence, index, registry, run, stamps, terminal
from paper_checks.claim import Quantity, Verdict, below, equals
from paper_checks.ids import order
from paper_checks.page import levels, texts
from paper_checks.run import Settings
from paper_checks.summaries import Guarantee, computed, worst


def same(replicates, seed, value=4.0):
    return np.full((len(replicates), 1), value)


SUM = replace(
    TOY,
    id="T-3",
    kind="arithmetic",
    quantities=(Quantity("four", equals(4, 0.5), computed),),
    experiment=same,
    control=lambda replicates, seed: same(replicates, seed, 5.0),
    smoke=1,
    full=1,
    chunk=1,
    unit="computations",
)


@pytest.fixture
def toys(monkeypatch):
    claims = {"toy": TOY, "other": replace(TOY, id="T-2"), "sum": SUM}
    monkeypatch.setattr(registry, "all_claims", lambda: claims)
    monkeypatch.setattr(registry, "broken_claims", dict)
    monkeypatch.setattr(registry, "not_computable", dict)
    return claims


def page_of(out):
    return (out / "index.html").read_text()


def ids(out):
    return [claim["id"] for claim in results(out)["claims"]]


def test_a_later_run_of_one_claim_keeps_the_others_on_the_page(toys, tmp_path, capsys):
    """Others have a budget and a seed of their own; Holm counts all: 2 are sampled, by hand 2 x."""
    assert start(tmp_path, "T-2", "T-3", "--budget", "4000", "--seed", "2") == 0
    alone = results(tmp_path)["family"]["adjusted"]["T-2"]
    assert start(tmp_path, "T-1", "--budget", "2000") == 0
    found, page = results(tmp_path), page_of(tmp_path)
    assert ids(tmp_path) == ["T-1", "T-2", "T-3"] and found["checked"] == "1 of 1"
    assert found["of_earlier_runs"] == ["T-2", "T-3"] and not found["of_an_earlier_version"]
    assert [(c["cap"], c["seed"]) for c in found["claims"][:2]] == [(2000, 1), (4000, 2)]
    assert "1 of 1 claims checked.</b> 2 more from earlier runs. Both verdicts" in page
    assert "at most 2,000; seed 1" in page and "at most 4,000; seed 2" in page
    errors = {c["id"]: c["error"] for c in found["claims"][:2]}
    assert found["family"]["adjusted"].keys() == {"T-1", "T-2"}
    assert alone == pytest.approx(2 * errors["T-2"])
    assert min(found["family"]["adjusted"].values()) == pytest.approx(2 * min(errors.values()))
    assert "2 more from earlier runs are on the page, too" in capsys.readouterr().out
    assert "earlier version" not in page
    assert ">T</h3>" in page and "T T" not in page  # a paper of no name but its prefix


def test_a_claim_is_on_the_page_once_with_what_was_seen_last(toys, tmp_path):
    for seed in "12":
        assert start(tmp_path, "T-1", "--budget", "200", "--seed", seed) == 0
    assert [c["seed"] for c in results(tmp_path)["claims"]] == [2]


def test_evidence_that_is_no_longer_current_says_so(toys, tmp_path, monkeypatch):
    assert start(tmp_path, "T-2", "T-3", "--budget", "200") == 0
    monkeypatch.setattr(stamps, "code_stamp", lambda *_: "other")
    assert start(tmp_path, "T-1", "--budget", "200") == 0
    assert results(tmp_path)["of_an_earlier_version"] == ["T-2", "T-3"]
    for id in ("T-1", "T-2", "T-3"):
        section = page_of(tmp_path).partition(f">{id} {TOY.title}</h3>")[2].partition("</p>")[0]
        assert ("of an earlier version of the code" in section) == (id != "T-1")


@pytest.mark.parametrize("how", ["data", "gone", "broken"])
def test_evidence_whose_data_or_claim_is_gone_is_not_of_this_run(toys, tmp_path, monkeypatch, how):
    """Without the claim, as that of a file not asked for, nobody can say that its code changed."""
    data = tmp_path / "data.npz"
    data.write_bytes(b"1")
    toys["other"] = replace(toys["other"], data=lambda: [data])
    assert start(tmp_path / "out", "T-2", "--budget", "200") == 0
    if how == "data":
        data.unlink()
    else:
        del toys["other"]
    if how == "broken":
        monkeypatch.setattr(registry, "broken_claims", lambda: {"other": "SyntaxError: no"})
    assert start(tmp_path / "out", "T-1", "--budget", "4000") == 0
    found, page = results(tmp_path / "out"), page_of(tmp_path / "out")
    assert ids(tmp_path / "out") == ["T-1", "T-2"]
    unseen = ["T-2"] * (how == "gone")
    assert found["not_looked_at"] == unseen
    assert found["of_an_earlier_version"] == ([] if unseen else ["T-2"])
    assert found["family"]["adjusted"].keys() == {"T-1"}  # either way it takes no part
    assert ("earlier code" in page, ">not looked at in this run<" in page) == (
        (False, True) if unseen else (True, False)
    )


def test_a_claim_under_a_new_name_is_shown_once(toys, tmp_path):
    assert start(tmp_path, "T-2", "--budget", "200") == 0
    toys["new"] = toys.pop("other")  # sorted before the old name
    assert start(tmp_path, "T-1", "--budget", "200") == 0 and ids(tmp_path) == ["T-1", "T-2"]
    assert start(tmp_path, "T-2", "--budget", "200") == 0
    assert start(tmp_path, "T-1", "--budget", "200") == 0 and ids(tmp_path) == ["T-1", "T-2"]
    assert {c["name"] for c in results(tmp_path)["claims"]} == {"toy", "new"}


def test_what_is_missing_is_of_the_claims_that_were_asked_for(toys, tmp_path):
    """T-2 has evidence with another budget, is asked for, and fails now."""
    assert start(tmp_path, "T-2", "--budget", "200") == 0
    toys["other"] = replace(toys["other"], experiment=same)
    toys["other"] = replace(toys["other"], data=lambda: 1 / 0)
    assert start(tmp_path, "T-1", "T-2", "--budget", "400") == 1
    found = results(tmp_path)
    assert found["checked"] == "1 of 2" and found["failed"].keys() == {"T-2"}
    assert ids(tmp_path) == ["T-1", "T-2"] and found["of_an_earlier_version"] == ["T-2"]


OPEN = "No claim that rests on samples is decided yet"


@pytest.mark.parametrize("is_stale", [True, False])
def test_a_claim_that_fails_has_no_verdict_of_an_earlier_run(
    toys, tmp_path, capsys, is_stale, monkeypatch
):
    """Neither in the level of all, nor in the index, whether its code has changed or not."""
    assert start(tmp_path, "T-2", "--budget", "4000") == 0
    assert results(tmp_path)["family"]["adjusted"].keys() == {"T-2"}
    assert OPEN not in capsys.readouterr().out
    if is_stale:
        toys["other"] = replace(toys["other"], data=lambda: 1 / 0)
    else:
        monkeypatch.setattr(run, "check_all", lambda names, *_, watch, **__: fail(names, watch))
    assert start(tmp_path, "T-2", "--budget", "400") == 1
    found = results(tmp_path)
    assert [claim["id"] for claim in found["claims"]] == ["T-2"]
    assert found["of_an_earlier_version"] == ["T-2"] * is_stale
    assert found["family"]["adjusted"] == {}
    assert OPEN in capsys.readouterr().out and f"{OPEN}." in page_of(tmp_path)
    told = index_of(tmp_path)["T-2"]
    assert (told["verdict"], told["control_caught"], told["is_current"]) == (None, None, None)
    assert told["reason"] == found["failed"]["T-2"]


def fail(names, watch):
    for name in names:
        watch.ended(name, "MemoryError: no luck today")


def index_of(out):
    return {each["id"]: each for each in json.loads((out / "index.json").read_text())["claims"]}


@pytest.mark.parametrize("missing", [False, True])
def test_a_verdict_of_an_earlier_version_takes_no_part(toys, tmp_path, capsys, missing):
    assert start(tmp_path, "T-2", "--budget", "4000") == 0
    kept = results(tmp_path)["claims"]
    toys["other"] = replace(toys["other"], data=lambda: [tmp_path / "gone"])
    if missing:
        toys["other"] = replace(toys["other"], needs=lambda: "data must be there")
    start(tmp_path, *["T-1", "T-2"][: 1 + missing], "--budget", "4000")
    found, told = results(tmp_path), index_of(tmp_path)
    assert found["claims"][1] == kept[0] and found["of_an_earlier_version"] == ["T-2"]
    errors = {claim["id"]: claim["error"] for claim in found["claims"]}
    assert found["family"]["adjusted"] == {"T-1": pytest.approx(2 * errors["T-1"])}
    assert "The verdict is right" in capsys.readouterr().out.splitlines()[-2]
    assert "The verdict is right" in page_of(tmp_path)
    seen = told["T-2"]["verdict"], told["T-2"]["is_current"], told["T-2"]["reason"]
    assert seen == ((None, None, "data must be there") if missing else ("consistent", False, None))
    assert told["T-1"]["verdict"] == "consistent" and told["T-1"]["is_current"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "a"}', '{"verdict": 3}'])
def test_other_files_in_the_folder_are_passed_over(tmp_path, text):
    path = evidence.evidence_path("a", tmp_path)
    path.parent.mkdir()
    path.write_text(text)
    assert evidence.finished(tmp_path) == [] == evidence.finished(tmp_path / "none")


@pytest.mark.parametrize("name", registry.all_claims())
@pytest.mark.parametrize(
    "settings", [Settings("smoke", 3), Settings("full"), Settings(20, 2**64 - 1)]
)
def test_every_printed_command_asks_for_what_is_shown(name, settings):
    claim = registry.all_claims()[name]
    seen = SimpleNamespace(name=name, kind=claim.kind, cap=settings.cap(claim), seed=settings.seed)
    program, *words = texts.again(seen).split()
    options = command._parser().parse_args(words)
    again = Settings(options.budget, options.seed)
    assert program == "paper-checks" and registry.chosen(options.claims) == [name]
    assert (again.cap(claim), again.seed) == (seen.cap, seen.seed)


@pytest.fixture
def seen(toys):
    return run.check("toy", Settings(2_000), lambda done, most: None)


def test_the_level_of_the_whole_is_told_of_what_rests_on_samples(seen, monkeypatch):
    monkeypatch.setattr(levels, "family_size", lambda _="": 6)
    computed_one = replace(seen, id="f", kind="arithmetic")
    assert levels.together([computed_one]) == "arithmetic only: no probability enters"
    some = [replace(seen, id=id, delta=1e-6) for id in "abcdeg"]
    both = [computed_one, replace(computed_one, id="h")]
    chance = "right, but for a probability of at most"
    which = "all 6 verdicts that rest on samples (2 are arithmetic) are"
    assert levels.together([*some, *both]) == f"{which} {chance} 6e-06 (Holm, of 6 sampled claims)"
    which = "the verdict that rests on samples (1 is arithmetic) is"
    one = levels.together([some[0], computed_one])
    assert one == f"{which} {chance} 6e-06 (Holm, of 6 sampled claims)"
    undecided = replace(seen, verdict=Verdict.UNDECIDED)
    assert levels.together([undecided, computed_one]) == levels.UNDECIDED + levels.MORE
    assert levels.together([]) == levels.UNDECIDED


@pytest.mark.parametrize("kind", ["arithmetic", "sampled"])
def test_a_sentence_begins_with_a_capital_letter(toys, tmp_path, kind):
    assert start(tmp_path, "T-3" if kind == "arithmetic" else "T-1", "--budget", "4000") == 0
    text = re.sub(
        r"<style.*?</style>|<script.*?</script>|<svg.*?</svg>|<[^>]*>",
        "",
        page_of(tmp_path),
        flags=re.S,
    )
    assert not re.findall(r"\w\. +[a-z][^.]*", text)
    assert ("Arithmetic only: no probability enters." in text) == (kind == "arithmetic")


def test_the_page_has_words_that_cannot_be_mistaken(toys, tmp_path):
    toys["other"] = replace(
        TOY, id="T-2", quantities=(Quantity("u", below(1.2), worst),), smoke=40, full=40
    )
    assert start(tmp_path, "--budget", "200") == 0
    page = page_of(tmp_path)
    assert "<dd>would have caught one row beyond the margin" in page
    assert "any row" not in page and "one of the draws above 1.2" in page
    assert ">p, any look</th>" in page and "p, any look: the smallest error" in page
    assert ">error</th>" not in page and "1 computations" not in page
    assert page.count("computed, not sampled") >= 3


@pytest.mark.parametrize(
    "rows, told",
    [(0, "none of 24 violates it"), (1, "1 of 24 violates it"), (5, "5 of 24 violate it")],
)
def test_violations_are_counted(seen, rows, told):
    finding = replace(
        seen.findings[0], violations=0.3952, violating=(rows, 24), guarantee=Guarantee.EACH
    )
    value = f"{finding.seen.value:.3g}"
    assert texts.interval(finding) == f"{value}; {told}; at most 39.6% of all could"
    older = replace(finding, violating=None)
    assert texts.interval(older) == f"{value}; at most 39.6% of all could violate it"


def test_the_summary_in_the_terminal_says_what_is_contradicted(toys, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    toys["toy"] = replace(TOY, against="the rate of theorem 2")
    toys["other"] = replace(TOY, id="T-2", experiment=TOY.control)
    start(tmp_path, "T-1", "T-2", "--budget", "4000")
    lines = capsys.readouterr().out.splitlines()
    assert "T-1: against the paper: the rate of theorem 2" in lines
    assert "T-2: the claim: mean 0.5 ± 0.05" in lines


@pytest.mark.parametrize("width", [1, 20, 80, 250])
def test_the_list_says_every_claim_whole_within_the_width(width, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    assert command.main(["list"]) == 0
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= width
    pressed = "".join(printed.split())  # the narrowest ones break words
    for claim in registry.all_claims().values():
        assert "".join(f"{claim.id}{claim.title}".split()) in pressed


def test_a_list_that_is_piped_has_a_line_for_each_claim_and_each_paper(capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert command.main(["list"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    claims = [line.split(maxsplit=1) for line in lines if line.startswith(" ")]
    members = dict(index.members_in_order())
    assert [id for id, _ in claims] == [member.id for member in members.values()]
    for (_, told), member in zip(claims, members.values(), strict=True):
        assert told == member.title or told.startswith(f"{member.title} (")
    heads = [line.partition(" ")[0] for line in lines if not line.startswith(" ")]
    assert heads == list(dict.fromkeys(member.id.partition("-")[0] for member in members.values()))
    assert last.startswith(
        f"all  {index.counts(members.values())['can_be_contradicted']} claims that"
    )


@pytest.mark.parametrize(
    "width, encoding, lines",
    [
        (None, "utf-8", ["A-1  0 ± 1 ≤ 2 and more"]),
        (None, "ascii", ["A-1  0 +- 1 <= 2 and more"]),
        (23, "utf-8", ["A-1  0 ± 1 ≤ 2 and more"]),
        (23, "ascii", ["A-1  0 +- 1 <= 2 and", "     more"]),
        (21, "utf-8", ["A-1", "  0 ± 1 ≤ 2 and more"]),
    ],
)
def test_an_entry_is_wrapped_in_the_characters_of_the_terminal(width, encoding, lines, monkeypatch):
    monkeypatch.setattr(terminal, "ROOM", 17)
    assert terminal.entry("A-1", "0 ± 1 ≤ 2 and more", width, encoding) == lines


def test_what_is_computed_is_shown_so(toys, capsys):
    assert command.main(["show", "T-3"]) == 0
    shown = capsys.readouterr().out
    assert "no budget: it is computed, not sampled" in shown and "(number)" not in shown


def claim_files(monkeypatch, **modules):
    """Claims as if their folder had these modules, each an action that returns the module."""
    found = [SimpleNamespace(name=name) for name in modules]
    monkeypatch.setattr(registry, "iter_modules", lambda path: found)
    monkeypatch.setattr(registry, "import_module", lambda name: modules[name.rpartition(".")[2]]())
    registry._members.cache_clear()


@pytest.fixture
def broken(monkeypatch):
    def stop():
        raise SystemExit("stopped")

    def ended():
        raise ImportError("no module\nnamed x")

    claim_files(
        monkeypatch,
        bad_import=ended,
        exits=stop,
        no_claim=lambda: SimpleNamespace(),
        toy=lambda: SimpleNamespace(CLAIM=TOY),
    )
    yield
    monkeypatch.undo()
    registry._members.cache_clear()


def test_a_module_that_gives_no_claim_fails_alone(broken, tmp_path, capsys):
    assert start(tmp_path, "--budget", "200") == 1
    assert results(tmp_path)["failed"] == {
        "bad_import": "ImportError: no module named x",
        "exits": "SystemExit: stopped",
        "no_claim": "TypeError: CLAIM of no_claim must be a Claim, got NoneType",
    }
    assert ids(tmp_path) == ["T-1"] and results(tmp_path)["checked"] == "1 of 4"
    assert "bad_import     failed       ImportError: no module named x" in capsys.readouterr().out
    assert start(tmp_path, "T-1", "--budget", "200") == 0
    assert start(tmp_path, "exits", "--budget", "200") == 1


def test_a_module_that_gives_no_claim_is_listed_and_shown_as_broken(broken, capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)  # a width would wrap lines
    assert command.main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = ["bad_import", "exits", "no_claim"]
    assert [line.split()[0] for line in lines] == ["T", "T-1", *names, "all"]
    assert "broken: ImportError" in lines[2]
    assert command.main(["show", "no_claim"]) == 1
    assert "no_claim is broken: TypeError: CLAIM" in capsys.readouterr().out


def raising(error):
    def call(*_):
        raise error

    return call


@pytest.mark.parametrize(
    "change, line",
    [
        ({"needs": raising(KeyError("x"))}, "KeyError: 'x'"),
        ({"needs": raising(SystemExit(3))}, "SystemExit: 3"),
        ({"experiment": raising(SystemExit(3))}, "SystemExit: 3"),
        ({"control": raising(GeneratorExit())}, "GeneratorExit"),
        ({"data": raising(RuntimeError("no data"))}, "RuntimeError: no data"),
        ({"experiment": lambda r, s: np.zeros((len(r), 2))}, "rows of shape (50, 1), got (50, 2)"),
        ({"experiment": lambda r, s: np.zeros(len(r))}, "rows of shape (50, 1), got (50,)"),
        ({"experiment": lambda r, s: np.zeros((1, 1))}, "rows of shape (50, 1), got (1, 1)"),
        ({"experiment": lambda r, s: np.full((len(r), 1), np.nan)}, "finite numbers, got nan"),
        ({"experiment": lambda r, s: [["a"]] * len(r)}, "rows of experiment of toy must be"),
        ({"experiment": lambda r, s: None}, "rows of experiment of toy must be"),
    ],
)
def test_whatever_a_claim_does_the_others_are_run(toys, tmp_path, change, line):
    toys["toy"] = replace(TOY, **change)
    assert start(tmp_path, "T-1", "T-2", "--budget", "200") == 1
    failed = results(tmp_path)["failed"]
    assert failed.keys() == {"T-1"} and line in failed["T-1"] and "\n" not in failed["T-1"]
    assert ids(tmp_path) == ["T-2"]


def test_only_an_interrupt_ends_the_run(toys, tmp_path):
    toys["toy"] = replace(TOY, experiment=raising(KeyboardInterrupt()))
    assert start(tmp_path, "T-1", "T-2", "--budget", "200") == 130


def test_ids_are_sorted_by_their_numbers():
    some = ["P1-2", "P1-11a", "P1-11a-mnist", "P1-11b", "P2-1", "P10-1"]
    assert sorted(reversed(some), key=order) == some
    assert sorted(["x", "", "1"], key=order) == ["", "1", "x"]  # of any text
