"""Figures stay true: documents have what the records have, and every figure can be measured."""

import json
import os
import subprocess
import sys
import time
from copy import deepcopy
from functools import partial
from pathlib import Path

import pytest
from test_layers import MAY_IMPORT

from benchmarks.figures import __main__ as command
from benchmarks.figures import machines, pages, records, turns
from benchmarks.figures.areas import AREAS, FIGURES, READERS
from benchmarks.figures.kinds import Figure, Work

ROOT = Path(__file__).parents[1]
PATHS = command.kept()
RECORDS = [records.read(path) for path in PATHS]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The record of a run of all figures, each once at the size of a test, and what was printed."""
    folder = tmp_path_factory.mktemp("figures")
    words = [sys.executable, "-m", "benchmarks.figures", "run", "--tiny", "--to", str(folder)]
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        words, env=os.environ | {"PYTHONPATH": paths}, cwd=ROOT, capture_output=True, text=True
    )
    (path,) = folder.iterdir()
    return path, records.read(path), done


def test_every_figure_runs_at_the_size_of_a_test(tiny):
    path, record, done = tiny
    assert done.returncode == 0, done.stderr
    assert ".partial" not in path.name and path.stem == machines.key_of(record["machine_info"])
    assert [name for name in FIGURES if not records.has(record, name)] == []


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_a_pair_where_its_peer_is_installed(tiny, name):
    figure, record = FIGURES[name], tiny[1]
    sides = records.numbers(record, name) if figure.is_number else records.turns(record, name)
    assert len(sides) == 1 + figure.has_peer
    told = pages.cells(figure, record)
    assert (pages.NOT_HERE in told[1]) != figure.has_peer


@pytest.mark.parametrize("path", command.DOCUMENTS, ids=[path.name for path in command.DOCUMENTS])
def test_a_document_has_the_figures_of_the_records(path):
    """Else: python -m benchmarks.figures write."""
    text = path.read_text(encoding="utf-8")
    assert command.as_it_should_be(path, RECORDS) == text


def test_the_command_says_which_document_is_stale(monkeypatch, tmp_path, capsys):
    (tmp_path / "benchmarks").mkdir()
    for name in "README.md", "benchmarks/RESULTS.md":
        (tmp_path / name).write_text(f"a\n{pages.BEGIN}\n{pages.END}\nb\n", encoding="utf-8")
    made = {tmp_path / path.relative_to(ROOT): page for path, page in command.DOCUMENTS.items()}
    monkeypatch.setattr(command, "DOCUMENTS", made)
    assert command.main(["write", "--check"]) == 1
    assert capsys.readouterr().out.count("is stale") == 2
    assert command.main(["write"]) == 0 and command.main(["write", "--check"]) == 0
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"a\n{pages.BEGIN}\n|") and text.endswith(f"{pages.END}\nb\n")
    (tmp_path / "README.md").write_text(text.replace(" | ", " | 1", 1), encoding="utf-8")
    assert command.main(["write", "--check"]) == 1
    assert capsys.readouterr().out.endswith("README.md is stale\n")


def test_a_document_without_its_marks_is_refused():
    with pytest.raises(ValueError, match="README.md must have <!-- figures --> and"):
        pages.placed("text", "inner", "README.md")


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_a_record_has_every_figure_and_the_name_of_its_processor(path):
    record = records.read(path)
    assert path.stem == machines.key_of(record["machine_info"])
    assert [name for name in FIGURES if not records.has(record, name)] == []
    assert set(named(record)) == set(FIGURES)


def named(record):
    """Figures of a record, one after the other."""
    timed = [entry["extra_info"]["figure"] for entry in record["benchmarks"]]
    return timed + [entry["figure"] for entry in record["numbers"]]


def test_there_is_a_record_and_what_readers_are_told_is_in_it():
    assert RECORDS
    assert 8 <= len(READERS) <= 10 and len(set(READERS)) == len(READERS)
    for name in READERS:
        told = pages.cells(FIGURES[name], RECORDS[0])
        assert pages.NOT_HERE not in " ".join(told), name


@pytest.mark.parametrize(
    "part, key, word",
    [
        ("machine_info", "processor", "processor"),
        ("machine_info", "cores", "cores"),
        ("machine_info", "versions", "versions"),
        ("commit_info", "id", "commit_info.id"),
        (None, "datetime", "date"),
        (None, "machine_info", "machine_info"),
    ],
)
def test_a_record_that_does_not_say_where_and_when_is_refused(part, key, word, tmp_path):
    record = deepcopy(RECORDS[0])
    del (record[part] if part else record)[key]
    path = tmp_path / "some.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(ValueError, match=f"a record must have .*{word}.*some.json"):
        records.read(path)


@pytest.mark.parametrize("library", records.LIBRARIES)
def test_a_record_without_a_version_is_refused(library):
    record = deepcopy(RECORDS[0])
    del record["machine_info"]["versions"][library]
    with pytest.raises(ValueError, match=f"version of {library}"):
        records.check(record, "some.json")


def test_turns_that_are_no_pairs_are_refused():
    record = deepcopy(RECORDS[0])
    record["benchmarks"][0]["stats"]["data"].pop()
    with pytest.raises(ValueError, match=f"turns of {named(record)[0]} must be pairs"):
        records.check(record, "some.json")


def test_statistics_that_are_not_those_of_the_turns_are_refused():
    record = deepcopy(RECORDS[0])
    record["benchmarks"][1]["stats"]["median"] *= 1.1
    name = record["benchmarks"][1]["name"]
    with pytest.raises(ValueError) as refused:
        records.check(record, "some.json")
    assert f"statistics of {name} must be those of its turns" in str(refused.value)


def made(ours, peer, **other):
    """A figure of two works of known costs."""

    def make(size):
        yield Work(ours)
        yield Work(peer)

    return Figure("made", "something", "piece", "a peer", make, 1, 1, rounds=4, **other)


def test_the_first_of_a_pair_changes_from_turn_to_turn():
    calls = []
    works = Work(lambda: calls.append("ours")), Work(lambda: calls.append("peer"))
    turns.in_turn(works, 4, tiny=True)
    assert calls == ["ours", "peer", "peer", "ours"] * 2


@pytest.fixture
def clocks(monkeypatch):
    """Clocks that stand still but for work, which takes 1 s of the processor and 3 s in all."""
    seen = {"calls": 0}
    monkeypatch.setattr(turns, "processor_time", lambda: 1.0 * seen["calls"])
    monkeypatch.setattr(turns, "perf_counter", lambda: 3.0 * seen["calls"])

    def work():
        seen["calls"] += 1

    return work


def test_seconds_are_a_unit_by_the_processor_and_by_the_clock(clocks):
    assert turns.timed(Work(clocks, count=10), calls=4) == (0.1, 0.3)
    processor, wall = turns.in_turn([Work(clocks), Work(clocks, count=5)], 2, tiny=True)
    assert (processor, wall) == ([[1.0, 1.0], [0.2, 0.2]], [[3.0, 3.0], [0.6, 0.6]])


def test_a_short_call_is_repeated_for_the_least_time(monkeypatch):
    monkeypatch.setattr(turns, "LEAST_SECONDS", 30.0)
    monkeypatch.setattr(turns, "timed", lambda work, calls: (9.0, 0.8))
    assert turns.calls_of(Work(int, count=5)) == 8  # of 4 s


def test_time_of_children_is_counted():
    """A sum of 10 million numbers takes 0.1 s or more; waiting for it takes next to none."""
    before, waited = turns.processor_time(), time.process_time()
    subprocess.run([sys.executable, "-S", "-c", "sum(range(10**7))"], check=True)
    spent = turns.processor_time() - before
    assert spent > 0.03 + (time.process_time() - waited)


@pytest.mark.parametrize("is_tiny", [False, True])
def test_figures_run_compiled_on_one_thread(monkeypatch, is_tiny):
    given = []
    monkeypatch.delenv("STABLENOISE_INTERPRET", raising=False)
    monkeypatch.setattr(subprocess, "run", lambda command, env, **_: given.append(env))
    found = command.in_a_process(["rvs"], is_tiny)
    assert found == {"rvs": "the process ended without a word"}
    for library in "NUMBA", "OPENBLAS", "OMP", "MKL":
        assert given[0][f"{library}_NUM_THREADS"] == "1"
    assert given[0].get("STABLENOISE_INTERPRET") == (None if is_tiny else "never")


def test_a_figure_that_fails_leaves_a_record_that_is_partial(monkeypatch, tmp_path, capsys):
    good, bad = list(FIGURES)[:2]

    def measured(names, tiny):
        side = [1.0, 2.0]
        seen = turns.Measured([side, side], [side, side], [], 0.5)
        return {name: "no such thing" if name == bad else seen for name in names}

    monkeypatch.setattr(command, "FIGURES", {name: FIGURES[name] for name in (good, bad)})
    monkeypatch.setattr(command, "in_a_process", measured)
    assert command.run([], anew=False, tiny=False, to=tmp_path) == 1
    assert f"{bad}: failed: no such thing" in capsys.readouterr().err
    (path,) = tmp_path.iterdir()
    assert path.name.endswith(".partial.json")
    assert named(json.loads(path.read_text())) == [good, good]


def test_an_old_record_is_told(monkeypatch, tmp_path, capsys):
    records.save({**RECORDS[0], "datetime": "2020-01-01T00:00:00+00:00"}, tmp_path / "a.json")
    monkeypatch.setattr(records, "FOLDER", tmp_path)
    monkeypatch.setattr(command, "DOCUMENTS", {})
    command.write(check=True)
    assert "days old: measure again" in capsys.readouterr().err
    records.save({**RECORDS[0], "datetime": records.now()}, tmp_path / "a.json")
    command.write(check=True)
    assert capsys.readouterr().err == ""


def test_a_commit_of_any_package_is_seen():
    assert set(MAY_IMPORT) <= set(machines.CODE)


def test_the_first_and_the_last_day_and_the_load_are_told():
    record = deepcopy(RECORDS[0])
    entries = record["benchmarks"] + record["numbers"]
    for entry in entries:
        entry.get("extra_info", entry).update(datetime="2031-01-02T03:04:05+00:00", load=7.25)
    assert pages.days(record) == "2031-01-02"
    entries[5].get("extra_info", entries[5])["datetime"] = "2031-02-01T03:04:05+00:00"
    for page in pages.table, pages.block:
        text = " ".join(page([record]).split())
        assert "2031-01-02 to 2031-02-01" in text and "median load 7.2" in text


def spin(n):
    return lambda: sum(range(n))


def test_a_ratio_is_that_of_the_work():
    """Ten times the additions; half or twice as long a turn is what the machine may do to it."""
    measured = turns.measured(made(spin(20_000), spin(200_000)))
    ratios = pages.ratios(*measured.processor)
    assert len(ratios) == 4
    assert 5 < records.quartiles(ratios)[1] < 20


def record_of(ours, peer, unit="piece"):
    """A record with one figure, of these seconds by processor; the clock had twice as many."""
    figure = made(None, None)
    both = [x for x in (ours, peer) if x]
    seen = turns.Measured(both, [[2 * x for x in side] for side in both], [], 1.0)
    empty = {**RECORDS[0], "benchmarks": [], "numbers": []}
    return figure, records.put(empty, figure, seen, ["made"], "0123456789ab")


def test_medians_quartiles_and_units_are_told():
    figure, record = record_of([1e-6, 2e-6, 4e-6], [5e-6, 20e-6, 80e-6])
    assert pages.cells(figure, record) == (
        "2.00 µs a piece",
        "20.0 µs",
        "10.0 (7.50 to 15.0)",
        "10.0",
    )


def test_a_ratio_is_of_pairs_and_not_of_medians():
    """Turns on a machine that is twice as slow in the second: the ratio is 3 in each of them."""
    figure, record = record_of([1e-3, 2e-3, 1e-3, 2e-3], [3e-3, 6e-3, 3e-3, 6e-3])
    assert pages.cells(figure, record)[2] == "3.00 (3.00 to 3.00)"


def test_where_the_peer_is_missing_ours_is_told_and_so_is_that():
    figure, record = record_of([2e-3], None)
    told = pages.cells(figure, record)
    assert told == ("2.00 ms a piece", "not measured here: it was not installed", "", "")


@pytest.mark.parametrize(
    "x, three, two",
    [(0.1424, "0.142", "0.14"), (0.996, "0.996", "1.00"), (5.938, "5.94", "5.9")]
    + [(26.44, "26.4", "26"), (1284, "1,280", "1,300"), (2.3e7, "2e+07", "2e+07")],
)
def test_ratios_have_three_digits_and_two_for_readers(x, three, two):
    assert (pages.told(x), pages.told(x, 2)) == (three, two)


@pytest.mark.parametrize(
    "x, text", [(1.04, "1.04 s"), (0.0362, "36.2 ms"), (4.12e-7, "412 ns"), (3.4e-9, "3.40 ns")]
    + [(0.9999, "1.00 s")],
)  # fmt: skip
def test_seconds_have_three_digits(x, text):
    assert pages.told_seconds(x) == text


def test_an_error_of_one_or_more_has_no_digit_right():
    assert pages.told_number(7.3e-14, pages.ERROR) == "7.3e-14"
    assert pages.told_number(4.9e15, pages.ERROR) == "no digit right"
    assert pages.told_number(None, pages.ERROR) == "no digit right"


def test_a_second_processor_adds_a_column_and_its_line():
    other = deepcopy(RECORDS[0])
    other["machine_info"]["processor"] = "Intel Xeon 6"
    one, two = pages.block(RECORDS[:1]), pages.block([RECORDS[0], other])
    assert "No figure of a processor of Intel" in one and "No figure" not in two
    assert two.count("times, Intel Xeon 6 |") == len(AREAS)
    row = next(line for line in two.splitlines() if line.startswith(f"| {FIGURES['rvs'].what}"))
    cells = row.split(" | ")
    assert cells[4] == cells[6].removesuffix(" |")
    row = next(line for line in two.splitlines() if FIGURES["pdf error"].what in line)
    assert row.endswith("; no digit right |") and pages.NOT_HERE not in row
    other = records.without(other, "rvs")
    rows = pages.block([RECORDS[0], other]).splitlines()
    assert [row.endswith(f"| {pages.NOT_HERE} |") for row in rows].count(True) == 1


def test_another_version_is_told():
    other = deepcopy(RECORDS[0])
    other["machine_info"]["versions"]["stablenoise"] = "0.0.9"
    for page in pages.block, pages.table:
        assert "**Measured with version 0.0.9; this is " in page([other])
        assert ("**Measured with" in page(RECORDS)) == any(
            pages.minor(pages.version(record)) != pages.minor(pages.stablenoise.__version__)
            for record in RECORDS
        )


def test_a_stopped_run_goes_on_and_another_version_begins_anew(tmp_path, capsys):
    fresh = {**RECORDS[0], "benchmarks": [], "numbers": []}
    path, partial = tmp_path / "a.json", tmp_path / "a.partial.json"
    records.save(RECORDS[0], partial)
    assert command.begun(path, partial, fresh, keep=False, anew=False) == RECORDS[0]
    assert command.begun(path, partial, fresh, keep=False, anew=True) == fresh
    later = {**fresh, "commit_info": {"id": "another"}}
    assert command.begun(path, partial, later, keep=False, anew=False) == later
    assert "begun anew" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="a.json must be there, got none"):
        command.begun(path, partial, fresh, keep=True, anew=False)


@pytest.mark.parametrize("change", [{"cores": 96}, {"versions": {"NumPy": "9.9"}}])
def test_a_record_is_of_one_machine_and_one_set_of_versions(tmp_path, change):
    there = {**RECORDS[0]["machine_info"], **change}
    fresh = {**RECORDS[0], "machine_info": there, "benchmarks": [], "numbers": []}
    path, partial_path = tmp_path / "a.json", tmp_path / "a.partial.json"
    for each in path, partial_path:
        records.save(RECORDS[0], each)
    begun = partial(command.begun, path, partial_path)
    assert begun(fresh, keep=False, anew=False) == fresh
    with pytest.raises(SystemExit, match="must run on the machine and versions of the record"):
        begun(fresh, keep=True, anew=False)
    assert begun(RECORDS[0], keep=True, anew=False) == RECORDS[0]


def test_a_record_takes_a_figure_of_a_new_peer_where_others_are_not_installed(tmp_path):
    """All versions of both runs, as none of them contradict."""
    path, machine = tmp_path / "a.json", RECORDS[0]["machine_info"]
    records.save(RECORDS[0], path)
    base = {name: machine["versions"][name] for name in records.LIBRARIES}
    fresh = {**RECORDS[0], "machine_info": machine | {"versions": base | {"new": "1.0"}}}
    record = command.begun(path, tmp_path / "b.json", fresh, keep=True, anew=False)
    assert record["machine_info"] == machine | {"versions": machine["versions"] | {"new": "1.0"}}
    assert record["benchmarks"] == RECORDS[0]["benchmarks"]


def test_a_figure_of_a_record_keeps_its_peer(monkeypatch):
    monkeypatch.setattr("benchmarks.figures.kinds.version_of", lambda distribution: None)
    with pytest.raises(SystemExit, match="--only must not lose a peer .* install torch$"):
        command.check_peers(["particles torch", "decode"], RECORDS[0] | with_versions(torch="1"))
    command.check_peers(["particles torch"], RECORDS[0] | with_versions())  # there was none
    command.check_peers(["decode"], RECORDS[0])


def with_versions(**versions):
    return {"machine_info": RECORDS[0]["machine_info"] | {"versions": versions}}


def test_a_record_that_is_written_is_read_back(tmp_path):
    path = tmp_path / "new" / "a.json"
    records.save(RECORDS[0], path)
    assert records.read(path) == RECORDS[0]
    assert path.read_bytes() == PATHS[0].read_bytes()


@pytest.mark.parametrize(
    "told, key",
    [
        ("AMD EPYC, Zen 4", "amd-epyc-zen4"),
        ("Intel(R) Xeon(R) Platinum 8480C CPU @ 2.00GHz", "intel-xeon-platinum-8480c"),
        ("arm", "arm"),
    ],
)
def test_the_file_of_a_record_is_named_after_the_processor(told, key):
    assert machines.key_of({"processor": told}) == key


@pytest.mark.parametrize(
    "family, model, name",
    [("23", "49", "Zen 2"), ("25", "1", "Zen 3"), ("25", "17", "Zen 4"), ("25", "33", "Zen 3")]
    + [("25", "97", "Zen 4"), ("26", "2", "Zen 5"), ("21", "2", "")],
)
def test_amd_models_that_bear_one_name_are_told_by_family_and_model(family, model, name):
    told = {"vendor_id": "AuthenticAMD", "cpu family": family, "model": model}
    assert machines.generation_of(told) == name
    assert machines.generation_of(told | {"vendor_id": "GenuineIntel"}) == ""
