"""``python tests/script_values.py SCRIPT FILE``: runs a script without a network, as a program.

Its plain values (numbers, strings, arrays, results as dicts, and containers of these) by name are
pickled to the file.
"""

import pickle
import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np

from stablenoise.results import Result

HERE = {"localhost", "127.0.0.1", "::1"}  # a script may have workers of its own
ATOMS = bool, int, float, str, np.ndarray, np.generic
NOT_PLAIN = object()


def refuse_network(event: str, args: tuple) -> None:
    """An audit hook: the error that a machine without a network gives."""
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event == "socket.connect" and isinstance(args[1], tuple):  # a path is of this machine
        host = args[1][0]
    else:
        return
    if host not in HERE:
        raise OSError(f"a script must not ask the network, got {host}")


def plain(value: Any) -> Any:
    """What a test can read of a value without the script: itself, a dict, or NOT_PLAIN."""
    if value is None or isinstance(value, ATOMS):
        return value
    if isinstance(value, Result):
        return value.to_dict()
    if isinstance(value, dict):
        return {key: plain(x) for key, x in value.items() if plain(x) is not NOT_PLAIN}
    if isinstance(value, tuple | list):
        return [plain(x) for x in value if plain(x) is not NOT_PLAIN]
    return NOT_PLAIN


if __name__ == "__main__":
    script, file = sys.argv[1:]
    sys.addaudithook(refuse_network)
    sys.argv = [script]
    names = runpy.run_path(script, run_name="__main__")
    kept = {name: plain(x) for name, x in names.items() if not name.startswith("_")}
    kept = {name: x for name, x in kept.items() if x is not NOT_PLAIN}
    Path(file).write_bytes(pickle.dumps(kept))
