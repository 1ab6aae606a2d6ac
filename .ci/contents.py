"""Look into what was built: the wheel has the packages whole and no tests, the archive has all.

The wheel is pure, small, has no object code, and says of itself what the setup says.
"""

import re
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

PACKAGES = "stablenoise", "chaos", "compress", "paper_checks"
TAG = "py3-none-any"
MOST_MEGABYTES = 4.0
OBJECT_CODE = {".so", ".pyd", ".dll", ".dylib", ".o", ".a", ".pyc", ".pyo", ".nbc", ".nbi", ".exe"}
MAGIC = b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe"  # of such files, by any name
LINK = re.compile(r"\]\(([^)\s]*)|^ {0,3}\[[^]]+\]:\s*(\S+)|\b(?:href|src)=[\"']([^\"']*)", re.M)
ABSOLUTE = "https://", "mailto:"  # an index of packages shows the description without our files
LARGE = 100_000  # bytes of a file that is named beside its package
PROMISED = (  # files that are not Python
    "LICENSE",
    "stablenoise/checkup/golden_bits.csv",
    "stablenoise/fit/quantile_map.npz",
    "stablenoise/law/densities.npz",
    "stablenoise/law/table.npz",
    "paper_checks/index.schema.json",
    "paper_checks/page/templates/page.html",
    *(f"{package}/py.typed" for package in PACKAGES),
)


def tracked() -> set[str]:
    """Files of the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True)
    return {name for name in listed.stdout.split("\0") if name}


def of_wheel(path: Path) -> set[str]:
    """Files of a wheel, but for what the format adds."""
    names = zipfile.ZipFile(path).namelist()
    return {name for name in names if not name.split("/")[0].endswith(".dist-info")}


def of_archive(path: Path) -> set[str]:
    """Files of a source archive, but for what the format adds."""
    with tarfile.open(path) as archive:
        names = [member.name.partition("/")[2] for member in archive if member.isfile()]
    return {name for name in names if name != "PKG-INFO" and ".egg-info/" not in name}


def told(what: str, has: set[str], must: set[str]) -> bool:
    """Whether they are the same; what is not is printed."""
    for word, names in (("lacks", must - has), ("must not have", has - must)):
        for name in sorted(names):
            print(f"{what} {word} {name}")
    return has == must


def object_code(wheel: zipfile.ZipFile) -> list[str]:
    """Files of a wheel that are no text and no data, by their names or their first bytes."""
    named = [name for name in wheel.namelist() if Path(name).suffix in OBJECT_CODE]
    return named + [name for name in wheel.namelist() if wheel.read(name)[:4].startswith(MAGIC)]


def text_of(wheel: zipfile.ZipFile, name: str) -> Message:
    """METADATA or WHEEL of a wheel."""
    (path,) = [path for path in wheel.namelist() if path.endswith(f".dist-info/{name}")]
    return message_from_bytes(wheel.read(path))


def faults(path: Path) -> Iterator[str]:
    """What a wheel must not be."""
    wheel = zipfile.ZipFile(path)
    facts, told = text_of(wheel, "WHEEL"), text_of(wheel, "METADATA")
    if not path.name.endswith(f"-{TAG}.whl") or facts.get_all("Tag") != [TAG]:
        yield f"a wheel must be {TAG}, got {path.name}"
    if facts["Root-Is-Purelib"] != "true":
        yield "a wheel must be pure"
    if path.stat().st_size > MOST_MEGABYTES * 1e6:
        size = path.stat().st_size / 1e6
        yield f"a wheel must be of at most {MOST_MEGABYTES} MB, got {size:.2f}"
    yield from (f"no object code must be in a wheel, got {name}" for name in object_code(wheel))
    if told["License-Expression"] != "MIT" or told.get_all("License-File") != ["LICENSE"]:
        yield f"the license must be MIT and its file there, got {told['License-Expression']}"
    described = str(told.get_payload())
    if told["Description-Content-Type"] != "text/markdown" or not described.strip():
        yield "there must be a description, in Markdown"
    yield from (
        f"a link of the description must be absolute, got {to}" for to in relative(described)
    )
    if any(word.startswith("License ::") for word in told.get_all("Classifier") or []):
        yield "the license must be told once, not by a classifier too"
    if told["Version"] != path.name.split("-")[1] or not told["Summary"]:
        yield f"version and summary must be told, got {told['Version']}"


def relative(text: str) -> list[str]:
    """Where links and pictures of a text in Markdown lead that lead to files beside it."""
    found = ("".join(parts) for parts in LINK.findall(text))
    return [where for where in found if not where.startswith(ABSOLUTE)]


def weights(wheel: zipfile.ZipFile) -> list[tuple[str, int]]:
    """Bytes in the wheel: of each large file, and of the others by package; the most first."""
    found: Counter[str] = Counter()
    for info in wheel.infolist():
        top = info.filename.split("/")[0]
        others = top if top in PACKAGES else "metadata"
        found[info.filename if info.compress_size > LARGE else others] += info.compress_size
    return found.most_common()


def main(folder: Path) -> None:
    (wheel,), (archive,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    files = tracked()
    assert files.issuperset(PROMISED), set(PROMISED) - files
    ours = {name for name in files if name.split("/")[0] in PACKAGES}
    good = [told("wheel", of_wheel(wheel), ours), told("archive", of_archive(archive), files)]
    wrong = list(faults(wheel))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    if wrong or not all(good):
        sys.exit(1)
    for name, size in weights(zipfile.ZipFile(wheel)):
        print(f"{size / 1e6:6.2f} MB  {name}")
    sizes = (f"{path.stat().st_size / 1e6:.2f} MB" for path in (wheel, archive))
    print("wheel of {}, source archive of {}".format(*sizes))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
