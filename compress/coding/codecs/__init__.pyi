from . import (
    adaptive as adaptive,
    counts as counts,
    grouped as grouped,
    lzma as lzma,
    zlib as zlib,
)
