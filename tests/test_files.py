"""Files are there whole or not at all; what a killed writer leaves is swept, and nothing else."""

import errno
import os
import platform
import signal
import subprocess
import sys
import threading

import pytest

from stablenoise.data import files

KILLED = """
import os, signal, sys
from pathlib import Path
from stablenoise import files
how, path = sys.argv[1:]
def stop(*arguments):
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    print("here", flush=True)
    sys.stdin.read()
os.replace = stop
files.write(Path(path), "new")
"""


def writer(path, how):
    """A process that is killed, or waits, between the bytes and the name of its file."""
    command = [sys.executable, "-c", KILLED, how, str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_the_bytes_are_in_the_file_when_it_is_brought_to_the_disk(tmp_path, monkeypatch):
    """Asked of the file system: what Python still buffers is not in the file."""
    seen, sync = [], os.fsync

    def look(handle):
        (temporary,) = tmp_path.glob(".*")
        seen.append(temporary.read_bytes())
        sync(handle)

    monkeypatch.setattr(os, "fsync", look)
    files.write(tmp_path / "a", b"some bytes")
    files.write(tmp_path / "a", b"")
    assert seen == [b"some bytes", b""] and (tmp_path / "a").read_bytes() == b""


@pytest.mark.parametrize("name", ["a.json", "b.json"])
def test_what_a_killed_writer_left_is_swept_by_the_next_one(name, tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")
    with writer(path, "kill") as killed:
        assert killed.wait() == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 2 and path.read_text() == "old"
    files.write(tmp_path / name, "newer")
    assert {p.name for p in tmp_path.iterdir()} == {"a.json", name}


def test_the_file_of_a_living_writer_stays(tmp_path):
    path = tmp_path / "a.json"
    with writer(path, "wait") as other:
        assert other.stdout.readline() == b"here\n"
        (theirs,) = tmp_path.iterdir()
        files.write(path, "ours")
        assert {p.name for p in tmp_path.iterdir()} == {"a.json", theirs.name}
        assert theirs.read_text() == "new"
        other.stdin.close()


def test_files_of_others_stay(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    ours = f"{files._own_prefix()}{dead.pid}-1.tmp"
    theirs = [
        f".a.json.{dead.pid}",
        ours[1:],
        f"{ours}~",
        f".stablenoise-elsewhere-{dead.pid}-1.tmp",
    ]
    theirs += [f"{files._own_prefix()}{10**10}-1.tmp", f"{files._own_prefix()}x-1.tmp", ".tmp"]
    for name in [*theirs, ours]:
        (tmp_path / name).write_text("kept")
    files.write(tmp_path / "a.json", "new")
    assert {p.name for p in tmp_path.iterdir()} == {*theirs, "a.json"}


def test_files_of_another_machine_or_user_stay(tmp_path, monkeypatch):
    """In a folder that machines share a number means another process on each."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with monkeypatch.context() as patch:
        patch.setattr(platform, "node", lambda: "another")
        theirs = tmp_path / f"{files._own_prefix()}{dead.pid}-1.tmp"
    theirs.write_text("kept")
    files.write(tmp_path / "a.json", "new")
    assert theirs.read_text() == "kept"
    ours = tmp_path / f"{files._own_prefix()}{dead.pid}-1.tmp"
    ours.write_text("kept")

    def denied(process, number):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    with monkeypatch.context() as patch:
        patch.setattr(os, "kill", denied)
        files.write(tmp_path / "a.json", "new")
    assert ours.read_text() == "kept"


def test_a_file_that_cannot_be_swept_does_not_hinder(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / f"{files._own_prefix()}{dead.pid}-1.tmp").mkdir()
    files.write(tmp_path / "a.json", "new")
    assert (tmp_path / "a.json").read_text() == "new"


def test_threads_that_write_one_file_do_not_meet(tmp_path):
    """A barrier holds each before it renames: both temporary files are there at once."""
    barrier, rename, counts = threading.Barrier(2, timeout=60), os.replace, []

    def meet(source, target):
        barrier.wait()
        counts.append(len(list(tmp_path.iterdir())))
        barrier.wait()
        rename(source, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", meet)
        path = tmp_path / "a"
        threads = [threading.Thread(target=files.write, args=(path, t)) for t in ("one", "two")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert counts == [2, 2] and path.read_text() in ("one", "two")
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_as_long_as_a_name_may_be_is_written(tmp_path):
    path = tmp_path / ("a" * 255)
    files.write(str(path), "x")
    assert path.read_text() == "x"


def full(*arguments):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_an_error_names_the_file_asked_for_and_leaves_nothing(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    for name in ("file/a", "folder"):
        with pytest.raises(OSError, match=rf"^\[Errno \d+\] .*: '{tmp_path / name}'$"):
            files.write(tmp_path / name, "y")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=rf"^\[Errno 28\] .*: '{tmp_path / 'b'}'$") as raised:
        files.write(tmp_path / "b", "y")
    assert raised.value.errno == errno.ENOSPC
    assert {p.name for p in tmp_path.iterdir()} == {"file", "folder"}


@pytest.mark.parametrize("asked", [".", "to/be/made"])
def test_a_folder_that_takes_files_is_as_it_was_before(asked, tmp_path):
    files.check_writable(tmp_path / asked)
    assert not list(tmp_path.iterdir())


def test_more_than_a_name_is_tried(tmp_path, monkeypatch):
    """A full disk still takes empty files."""
    sizes = []
    monkeypatch.setattr(os, "fsync", lambda handle: sizes.append(os.fstat(handle).st_size))
    files.check_writable(tmp_path)
    assert sizes == [1]


@pytest.mark.parametrize("asked", ["file", "file/deep/er", "link", "link/x"])
def test_what_is_no_folder_is_refused_in_one_line(asked, tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    there = tmp_path / asked.split("/")[0]
    line = (
        f"^{tmp_path / asked} must be a folder that can be written to, got {there}: [A-Z][a-z ]*$"
    )
    with pytest.raises(OSError, match=line):
        files.check_writable(tmp_path / asked)
    assert {p.name for p in tmp_path.iterdir()} == {"file", "link"}


def test_a_full_disk_and_a_closed_folder_are_seen_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=f"got {tmp_path}: No space left on device$"):
        files.check_writable(tmp_path / "out")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a folder closed even to root")
def test_a_closed_folder_is_refused():
    with pytest.raises(OSError, match="^/proc/self/out must be a folder .*, got /proc/self: "):
        files.check_writable("/proc/self/out")
