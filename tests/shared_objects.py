"""Objects of which CPython keeps one for everybody: what writes into one changes it for all.

Their values are compared with longer objects of this module, which nobody shares.
"""

import struct

INTEGERS = range(-5, 257)
BYTES = bytes(range(256))
CHARACTERS = BYTES.decode("latin-1")
WORDS = struct.pack(f"{len(INTEGERS)}q", *INTEGERS)


def damaged():
    """Which kinds of shared object have another value than they should have."""
    now = {
        "one-byte objects": b"".join(BYTES[i : i + 1] for i in range(256)) == BYTES,
        "one-character strings": "".join(CHARACTERS[i] for i in range(256)) == CHARACTERS,
        "small integers": struct.pack(f"{len(INTEGERS)}q", *INTEGERS) == WORDS,
        "truth values": struct.pack("2q", True, False) == struct.pack("2q", 1, 0),
        "empty objects": (len(b""), len(""), len(())) == (0, 0, 0),
    }
    return [kind for kind, whole in now.items() if not whole]
