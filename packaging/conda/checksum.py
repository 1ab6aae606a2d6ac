"""Print what a feedstock's recipe says of a source archive: its name and its sha256."""

import hashlib
import sys
from pathlib import Path


def main(archive: Path) -> None:
    """Print the lines of ``source`` for a built archive."""
    print(f"url: # where {archive.name} is published")
    print(f"sha256: {hashlib.sha256(archive.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
