"""Look into what was built: the wheel has the packages whole and no tests, the archive has all."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

PACKAGES = "stablenoise", "chaos", "compress", "paper_checks"
PROMISED = (  # files that are not Python
    "LICENSE",
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


def main(folder: Path) -> None:
    (wheel,), (archive,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    files = tracked()
    assert files.issuperset(PROMISED), set(PROMISED) - files
    ours = {name for name in files if name.split("/")[0] in PACKAGES}
    good = [told("wheel", of_wheel(wheel), ours), told("archive", of_archive(archive), files)]
    if not all(good):
        sys.exit(1)
    table = zipfile.ZipFile(wheel).getinfo("stablenoise/law/table.npz").compress_size
    print(f"wheel of {wheel.stat().st_size / 1e6:.2f} MB, the table {table / 1e6:.2f} of it")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
