"""Files that are there whole or not at all."""

import os
from pathlib import Path


def write(path: Path, content: str | bytes) -> None:
    """Write ``content`` under a temporary name, bring it to the disk, and rename it to ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(temporary, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
