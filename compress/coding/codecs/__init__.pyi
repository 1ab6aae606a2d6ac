from . import adaptive as adaptive, counts as counts, lzma as lzma, zlib as zlib
