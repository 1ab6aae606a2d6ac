"""The guard over shared objects sees a write into one; tried in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest
from shared_objects import damaged

DAMAGE = """
import ctypes, sys
from shared_objects import damaged
value = {value}
first = id(value) + sys.getsizeof(value) - {before_end}
true, false = ctypes.create_string_buffer(2), ctypes.create_string_buffer(b"MN")
ctypes.memmove(true, first, 1)
ctypes.memmove(first, false, 1)
seen = damaged()
ctypes.memmove(first, true, 1)
sys.exit(0 if "{kind}" in seen and damaged() == [] else f"seen: {{seen}}")
"""
KINDS = {  # a value, and how far from the end of the object its lowest byte is
    "one-byte objects": ("bytes([32])", 2),
    "one-character strings": ("chr(200)", 2),
    "small integers": ("250", 4),
}


def test_nothing_is_damaged_here():
    assert damaged() == []


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="the layout is that of CPython")
@pytest.mark.parametrize("kind", KINDS)
def test_a_write_into_a_shared_object_is_seen(kind):
    value, before_end = KINDS[kind]
    text = DAMAGE.format(kind=kind, value=value, before_end=before_end)
    path = {"PYTHONPATH": str(Path(__file__).parent)}
    subprocess.run([sys.executable, "-c", text], check=True, env=path)
