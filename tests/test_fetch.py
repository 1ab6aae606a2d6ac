"""Data sets fetched from a server of this machine: resumed, checked, whole or not at all."""

import errno
import gzip
import io
import lzma
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from hashlib import md5, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from stablenoise.__main__ import main
from stablenoise.data import archives, datasets, downloads, fetch, fetching, official_files
from stablenoise.data.archives import labels_of_text
from stablenoise.data.fetching import destination

REAL = os.environ.get("STABLENOISE_DATA")
RNG = np.random.default_rng(1)
CONTENT = {f"{part}-ubyte": RNG.bytes(300_000 + i) for i, part in enumerate("abcd")}


class Server(ThreadingHTTPServer):
    """Serves what is in ``files``, and writes down what it is asked for."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.asked = {}, []
        self.ranges, self.cut, self.pause = True, [], 0.0

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server, wanted = self.server, self.headers.get("Range")
        server.asked.append((self.path, wanted))
        content = server.files.get(self.path)
        if content is None:
            return self.send_error(404)
        start = int(wanted[6:].partition("-")[0]) if wanted and server.ranges else 0
        if start >= len(content) > 0:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(content)}")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        self.send_response(206 if start else 200)
        if start:
            told = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.send_header("Content-Range", told)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.serve(content[start:])

    def serve(self, content):
        end = self.server.cut.pop(0) if self.server.cut else len(content)
        for at in range(0, min(end, len(content)), 50_000):
            self.wfile.write(content[at : min(at + 50_000, end)])
            time.sleep(self.server.pause)
        self.close_connection = end < len(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """Folder to fetch to; no proxy, and no file of the user's, is asked."""
    monkeypatch.delenv("STABLENOISE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    sums = {name: sha256(content).hexdigest() for name, content in CONTENT.items()}
    monkeypatch.setitem(official_files.SOURCES, "mnist", (sums, ("mnist",)))
    return tmp_path / "home"


def serve(server, suffix=".gz", folder="/m"):
    pack = {"": bytes, ".gz": lambda c: gzip.compress(c, 1, mtime=0), ".xz": lzma.compress}[suffix]
    files = {f"{folder}/{name}{suffix}": pack(content) for name, content in CONTENT.items()}
    server.files |= files
    return f"{server.address}/m"


def there(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_all_files_come_and_are_the_right_ones(server, home):
    paths = fetch("mnist", home, serve(server))
    assert there(home) == [f"{name}.gz" for name in CONTENT]
    assert [path.parent for path in paths] == [home / "mnist"] * 4
    for path, content in zip(paths, CONTENT.values(), strict=True):
        assert gzip.decompress(path.read_bytes()) == content
    assert datasets.source_files("mnist", home) == paths


def test_what_is_there_is_not_asked_for_again(server, home):
    address = serve(server)
    fetch("mnist", home, address)
    server.asked.clear()
    assert len(fetch("mnist", home, address)) == 4
    assert server.asked == []
    (home / "mnist" / "b-ubyte.gz").unlink()
    fetch("mnist", home, address)
    assert {path for path, _ in server.asked} == {"/m/b-ubyte", "/m/b-ubyte.gz"}


@pytest.mark.parametrize("suffix", ["", ".gz", ".xz"])
@pytest.mark.parametrize("folder", ["/m", "/m/mnist"])
def test_a_mirror_may_compress_and_may_have_folders(server, home, suffix, folder):
    fetch("mnist", home, serve(server, suffix, folder) + "/")
    assert there(home) == [f"{name}{suffix}" for name in CONTENT]


def test_the_published_addresses_are_asked_in_turn(server, home, monkeypatch):
    serve(server)
    source = fetching.Source("mnist", (f"{server.address}/n", f"{server.address}/m"), ".gz")
    monkeypatch.setitem(fetching.PUBLISHED, "mnist", source)
    fetch("mnist", home)
    assert [path for path, _ in server.asked][:2] == ["/n/a-ubyte.gz", "/m/a-ubyte.gz"]


def test_by_default_it_goes_where_the_loaders_look(server, home, monkeypatch):
    assert destination("mnist") == home.parent / "cache" / "stablenoise" / "mnist"
    monkeypatch.setenv("STABLENOISE_DATA", str(home))
    fetch("mnist", source=serve(server))
    assert there(home / "mnist") == [f"{name}.gz" for name in CONTENT]


# --- going on


def part_of(home, name="a-ubyte", suffix=".gz"):
    part = home / "mnist" / f"{name}.part{suffix}"
    part.parent.mkdir(parents=True, exist_ok=True)
    return part


def test_a_part_goes_on_where_it_ended(server, home):
    address = serve(server)
    part = part_of(home)
    part.write_bytes(server.files["/m/a-ubyte.gz"][:1234])
    fetch("mnist", home, address)
    assert ("/m/a-ubyte.gz", "bytes=1234-") in server.asked
    assert ("/m/a-ubyte.gz", None) not in server.asked
    assert there(home) == [f"{name}.gz" for name in CONTENT]


def test_a_server_without_ranges_begins_anew(server, home):
    address, server.ranges = serve(server), False
    part_of(home).write_bytes(b"x" * 1234)
    fetch("mnist", home, address)
    assert there(home) == [f"{name}.gz" for name in CONTENT]


def test_a_connection_that_ends_is_made_again_from_there(server, home):
    address = serve(server, "")
    server.cut = [100_000, 0, 50_000]
    fetch("mnist", home, address)
    ranges = [wanted for path, wanted in server.asked if path == "/m/a-ubyte"]
    assert ranges == [None, "bytes=100000-", "bytes=100000-", "bytes=150000-"]
    assert there(home) == list(CONTENT)


def test_a_connection_that_brings_nothing_more_is_given_up_and_the_part_kept(server, home):
    address, server.cut = serve(server, ""), [100_000, *[0] * 100]
    with pytest.raises(OSError, match="ended after 100,000 bytes, which are kept: the same again"):
        fetch("mnist", home, address)
    assert there(home) == ["a-ubyte.part"]
    assert part_of(home, suffix="").read_bytes() == CONTENT["a-ubyte"][:100_000]
    assert len(server.asked) == 1 + downloads.TRIES  # and no other address
    server.cut = []
    fetch("mnist", home, address)
    assert there(home) == list(CONTENT)


def test_the_rest_of_another_file_is_begun_anew(server, home):
    address = serve(server)
    part_of(home).write_bytes(b"x" * 500)
    fetch("mnist", home, address)
    asked = [wanted for path, wanted in server.asked if path == "/m/a-ubyte.gz"]
    assert asked == ["bytes=500-", None]
    assert there(home) == [f"{name}.gz" for name in CONTENT]


@pytest.mark.parametrize("more", [b"", b"and more"])
def test_a_part_that_is_whole_or_longer_is_used_or_begun_anew(server, home, more):
    address = serve(server)
    part_of(home).write_bytes(server.files["/m/a-ubyte.gz"] + more)
    fetch("mnist", home, address)
    asked = [wanted for path, wanted in server.asked if path == "/m/a-ubyte.gz"]
    assert len(asked) == (2 if more else 1)
    assert there(home) == [f"{name}.gz" for name in CONTENT]


def test_an_answer_from_another_byte_is_not_taken(server, home, monkeypatch):
    address = serve(server, "")
    right = CONTENT["a-ubyte"]
    part_of(home, suffix="").write_bytes(right[:1000])
    monkeypatch.setattr(downloads, "_start", lambda answer: 7 if answer.status == 206 else 0)
    fetch("mnist", home, address)
    assert [wanted for path, wanted in server.asked if path == "/m/a-ubyte"] == [
        "bytes=1000-",
        None,
    ]


def test_ctrl_c_keeps_the_part(server, home):
    address, seen = serve(server, ""), []

    def stop(address, done, total):
        seen.append((address, done, total))
        if done > 200_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("mnist", home, address, stop)
    assert there(home) == ["a-ubyte.part"]
    assert part_of(home, suffix="").stat().st_size == seen[-1][1] > 200_000
    assert {(where, total) for where, _, total in seen} == {(f"{address}/a-ubyte", 300_000)}
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


def test_ctrl_c_ends_the_command_with_130_and_keeps_the_part(server, home):
    server.files["/x/train-images-idx3-ubyte"], server.pause = bytes(40_000_000), 0.05
    command = [sys.executable, "-m", "stablenoise", "data", "fetch", "mnist", "--from"]
    arguments = [f"{server.address}/x", "--data-home", str(home)]
    process = subprocess.Popen([*command, *arguments], stderr=subprocess.PIPE, text=True)
    part = home / "mnist" / "train-images-idx3-ubyte.part"
    for _ in range(2400):  # two minutes, of a machine that has much else to do
        if part.exists() and part.stat().st_size:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.splitlines() == [
        "what came is kept: the same command goes on",
        "stablenoise: interrupted",
    ]
    assert part.stat().st_size > 0


# --- what is refused


def test_wrong_content_is_told_and_nothing_is_kept(server, home):
    address = serve(server)
    server.files["/m/a-ubyte.gz"] = gzip.compress(b"wrong")
    with pytest.raises(
        ValueError, match="^a-ubyte must be the official file, got another: "
    ) as error:
        fetch("mnist", home, address)
    wrong = sha256(b"wrong").hexdigest()
    assert f"{address}/a-ubyte.gz: sha256 of its content must be " in str(error.value)
    assert wrong in str(error.value) and "\n" not in str(error.value)
    assert there(home) == []


def test_a_page_in_place_of_a_file_is_told(server, home):
    server.files["/m/a-ubyte.gz"] = b"<html>login</html>"
    with pytest.raises(ValueError, match="must be a whole .gz file, got: Not a gzipped file"):
        fetch("mnist", home, f"{server.address}/m")
    assert there(home) == []


def test_a_wrong_file_of_the_folder_is_told_and_left_alone(server, home):
    path = home / "mnist" / "a-ubyte"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mine")
    with pytest.raises(ValueError, match=rf"^{path}: sha256 of its content must be "):
        fetch("mnist", home, serve(server))
    assert path.read_bytes() == b"mine"


def test_what_is_nowhere_says_where_it_was_sought(server, home):
    with pytest.raises(FileNotFoundError) as error:
        fetch("mnist", home, f"{server.address}/m")
    line = str(error.value)
    assert line.startswith("a-ubyte must be at an address that answers, got ")
    for path in ("a-ubyte", "a-ubyte.gz", "a-ubyte.xz", "mnist/a-ubyte"):
        assert f"{server.address}/m/{path}: 404 Not Found" in line
    assert there(home) == []


def test_without_a_network_it_is_told_in_one_line(home, capsys):
    address = "http://127.0.0.1:9/m"  # the port of a service that discards
    arguments = ["data", "fetch", "mnist", "--data-home", str(home), "--from", address]
    assert main(arguments) == 1
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and line.count(address) == 1
    rule = "stablenoise: a-ubyte must be at an address that answers, got "
    assert line.startswith(f"{rule}{address}/a-ubyte: no answer: ") and "refused" in line


def test_a_disk_without_room_is_told_before(server, home, monkeypatch):
    usage = type("Usage", (), {"free": 299_999})
    monkeypatch.setattr(downloads.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(OSError, match="home/mnist must have 300,000 bytes free, got 299,999$"):
        fetch("mnist", home, serve(server, ""))
    assert there(home) == []
    assert len(server.asked) == 1  # no other address helps


class Full(io.FileIO):
    def write(self, piece):
        if self.tell() + len(piece) > 100_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(piece)


def test_a_disk_that_is_full_is_told_and_given_back(server, home, monkeypatch):
    monkeypatch.setattr(downloads, "open", Full, raising=False)
    with pytest.raises(OSError, match="No space left on device: nothing is kept: .*a-ubyte.part"):
        fetch("mnist", home, serve(server, ""))
    assert there(home) == []


def test_a_folder_that_cannot_be_written_to_is_told_before(server, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError, match="must be a folder that can be written to"):
        fetch("mnist", tmp_path / "file", serve(server))
    assert server.asked == []


@pytest.mark.parametrize(
    "address", ["gopher://a/b", "a/b", "", "http://", "http://[a/b", "file:///a"]
)
def test_an_address_of_another_kind_is_told(address, home):
    with pytest.raises(
        ValueError, match="^source must begin with http:, https:, ftp:, sftp: or doi:"
    ):
        fetch("mnist", home, address)


@pytest.mark.parametrize(("name", "source"), [("minst", None), (3, None), ("mnist", 3)])
def test_arguments_of_another_kind_are_told(name, source, home):
    with pytest.raises(ValueError, match=r"^(name|source) must be "):
        fetch(name, home, source)


def test_the_command_tells_an_unknown_name_in_one_line(capsys):
    assert main(["data", "fetch", "minst"]) == 1
    line = capsys.readouterr().err
    assert line.startswith("stablenoise: name must be one of digits, mnist, ") and "'minst'" in line


# --- archives


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def tarred(files):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("deep/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return content.getvalue()


PACKED = {"ecg5000": ("ECG5000.zip", zipped), "cifar10": ("cifar-10-python.tar.gz", tarred)}
OTHERS = {"../../evil": b"evil", "readme.html": b"<html>"}


@pytest.fixture(params=PACKED)
def packed(request, monkeypatch):
    """A data set that is published as an archive: its name, its files and the archive."""
    name = request.param
    files = {file: CONTENT["a-ubyte"][i:] for i, file in enumerate(official_files.SOURCES[name][0])}
    files = {file: content for file, content in files.items() if not file.endswith(".bin")}
    kind = md5 if name == "cifar10" else sha256
    sums = {file: kind(content).hexdigest() for file, content in files.items()}
    folders = official_files.SOURCES[name][1]
    monkeypatch.setitem(official_files.SOURCES, name, (sums, folders))
    archive, pack = PACKED[name]
    content = pack(OTHERS | {f"deep/{file}": content for file, content in files.items()})
    source = fetching.PUBLISHED[name]
    if source.sha256:
        own = fetching.replace(source, sha256=sha256(content).hexdigest())
        monkeypatch.setitem(fetching.PUBLISHED, name, own)
    return name, files, f"/{archive}", content


def test_an_archive_gives_its_files_and_is_not_kept(server, home, packed):
    name, files, archive, server.files[archive] = packed
    paths = fetch(name, home, server.address)
    assert there(home.parent) == sorted(files)  # nothing beside them, wherever members point
    assert {path.name: path.read_bytes() for path in paths} == files
    assert [path for path, _ in server.asked] == [archive]


def test_a_part_of_an_archive_goes_on(server, home, packed):
    name, files, archive, server.files[archive] = packed
    server.cut = [70_000]
    fetch(name, home, server.address)
    assert server.asked == [(archive, None), (archive, "bytes=70000-")]
    assert there(home) == sorted(files)


def test_an_archive_that_is_wrong_is_told_and_nothing_is_kept(server, home, packed, monkeypatch):
    name, files, archive, content = packed
    last = list(files)[-1]
    pack = PACKED[name][1]
    wrong = {"other": b"x", last: b"x"}
    for bad, rule in (
        (content[:-5000], "archive|sha256 of its content"),
        (b"<html>", "archive|sha256 of its content"),
        (
            pack(files | {last: b"wrong"}),
            f"{last} of {server.address}{archive}: |{archive}: sha256",
        ),
        (pack(wrong), "must hold|sha256 of its content"),
    ):
        server.files[archive] = bad
        with pytest.raises(
            ValueError, match=rf"^{archive[1:]} must be the official file.*({rule})"
        ):
            fetch(name, home, server.address)
        assert [file for file in there(home) if ".part" in file] == []
    source = fetching.replace(fetching.PUBLISHED[name], sha256="")
    monkeypatch.setitem(fetching.PUBLISHED, name, source)
    for bad, rule in ((content[:-5000], "whole archive"), (pack(wrong), "must hold")):
        server.files[archive] = bad
        with pytest.raises(ValueError, match=rf"^{archive[1:]} must be the official file.*{rule}"):
            fetch(name, home, server.address)
        assert there(home) == []


def test_a_mirror_may_have_the_files_by_themselves(server, home, packed):
    name, files, archive, _ = packed
    server.files = {f"/{file}.xz": lzma.compress(content) for file, content in files.items()}
    fetch(name, home, server.address)
    assert there(home) == sorted(f"{file}.xz" for file in files)


def test_a_publisher_without_the_archive_is_told(server, home, packed, monkeypatch):
    name, _, archive, _ = packed
    source = fetching.replace(fetching.PUBLISHED[name], addresses=(server.address,))
    monkeypatch.setitem(fetching.PUBLISHED, name, source)
    with pytest.raises(FileNotFoundError, match=rf"^{archive[1:]} must be at an address "):
        fetch(name, home)


def test_a_member_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 5)
    for pack in (zipped, tarred):
        path = tmp_path / "archive"
        path.write_bytes(pack({"a": b"123456", "b": b"12345"}))
        assert archives.members("it", path, ["b"]) == {"b": b"12345"}
        with pytest.raises(ValueError, match="^it must hold a, got an archive without it$"):
            archives.members("it", path, ["a"])


def test_a_link_in_an_archive_is_not_followed(tmp_path):
    path = tmp_path / "archive"
    path.write_bytes(tarred({}))
    with pytest.raises(ValueError, match="^it must hold link, got an archive without it$"):
        archives.members("it", path, ["link"])


# --- pictures of CIFAR-10


def test_the_pictures_come_with_labels_out_of_a_text(server, home):
    if not REAL or not datasets.source_files("cifar10_subset", REAL):
        pytest.skip("the environment variable STABLENOISE_DATA names no folder of the pictures")
    real = {path.name: path.read_bytes() for path in datasets.source_files("cifar10_subset", REAL)}
    labels = np.load(io.BytesIO(real["labels.npy"]), allow_pickle=False)
    numbers = [*labels[:4000], *[7] * 46_000, *labels[4000:]]
    text = f"var labels=[{', '.join(map(str, numbers))}];".encode()
    server.files = {f"/{name}": content for name, content in real.items() if name != "labels.npy"}
    server.files["/cifar10_labels.js"] = text
    fetch("cifar10_subset", home, server.address)
    assert there(home) == sorted(real)
    assert (home / "cifar10_subset" / "labels.npy").read_bytes() == real["labels.npy"]
    (home / "cifar10_subset" / "labels.npy").unlink()
    server.files["/cifar10_labels.js"] = text.replace(b"=[6, 9", b"=[9, 6")
    with pytest.raises(ValueError, match="^labels.npy must be the official file, got another: "):
        fetch("cifar10_subset", home, server.address)
    server.files["/labels.npy"] = real["labels.npy"]
    assert len(fetch("cifar10_subset", home, server.address)) == 6


@pytest.mark.parametrize("count", [0, 50_999, 51_001])
def test_a_text_of_another_number_of_labels_is_told(count):
    with pytest.raises(ValueError, match=rf"^text must list 51,000 labels, got {count:,}$"):
        labels_of_text(b"7, " * count)


# --- other protocols, and the command


def test_other_protocols_are_left_to_pooch(home, monkeypatch):
    pooch, asked = pytest.importorskip("pooch"), []

    def to_file(self, url, path, _):
        asked.append(url)
        Path(path).write_bytes(gzip.compress(CONTENT[url.rpartition("/")[2][:-3]]))

    monkeypatch.setattr(pooch.DOIDownloader, "__call__", to_file)
    source = fetching.Source("mnist", ("doi:10.5281/zenodo.1",), ".gz")
    monkeypatch.setitem(fetching.PUBLISHED, "mnist", source)
    fetch("mnist", home)
    assert asked == [f"doi:10.5281/zenodo.1/{name}.gz" for name in CONTENT]
    assert there(home) == [f"{name}.gz" for name in CONTENT]


@pytest.mark.parametrize("protocol", ["ftp", "http"])
def test_pooch_is_called_as_it_wants_to_be(server, home, protocol):
    pytest.importorskip("pooch")
    serve(server, "")
    part = part_of(home, suffix="")
    if protocol == "http":  # which it knows as well: all are called in one way
        downloads._by_pooch("http", f"{server.address}/m/a-ubyte", part)
        assert part.read_bytes() == CONTENT["a-ubyte"]
    else:
        with pytest.raises(FileNotFoundError, match="^a-ubyte must be at .* Connection refused"):
            fetch("mnist", home, "ftp://127.0.0.1/m")


def test_without_pooch_it_is_told_what_to_install(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r'needs pooch: pip install "stablenoise\[data\]"$'):
        fetch("mnist", home, "ftp://127.0.0.1/m")


def test_the_command_fetches_and_lists(server, home, capsys):
    address = serve(server)
    assert main(["data", "fetch", "mnist", "--from", address, "--data-home", str(home)]) == 0
    lines = capsys.readouterr().out.splitlines()
    size = len(server.files["/m/a-ubyte.gz"])
    assert len(lines) == 4 and lines[0] == f"{home}/mnist/a-ubyte.gz: {size:,} bytes"
    assert main(["data", "list", "--data-home", str(home)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == list(fetching.LOADERS)
    assert lines[2].split() == ["mnist", "4", "files", f"{home}/mnist"]
    assert lines[6].split() == [
        "cifar10",
        *"0 files nowhere: stablenoise data fetch cifar10".split(),
    ]
    assert lines[1].endswith("brought by scikit-learn")


def test_a_data_set_without_files_needs_none(capsys):
    assert main(["data", "fetch", "digits"]) == 0
    assert capsys.readouterr().out == "digits: no file to fetch, brought by scikit-learn\n"


def test_progress_is_one_line_on_a_terminal(server, home, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    address = serve(server, "")
    assert main(["data", "fetch", "mnist", "--from", address, "--data-home", str(home)]) == 0
    told = capsys.readouterr().err
    assert "\n" not in told and f"{address}/d-ubyte: 0.3 of 0.3 MB" in told


def test_all_that_loaders_have_can_be_fetched_or_needs_no_file():
    assert fetching.PUBLISHED.keys() | {"digits"} == fetching.LOADERS.keys()
    for name, source in fetching.PUBLISHED.items():
        assert source.folder in official_files.SOURCES[name][1]  # where its loader looks
