from . import (
    addresses as addresses,
    cms as cms,
    elementary as elementary,
    random_words as random_words,
)
from .addresses import Address as Address, address as address
from .arrays import array_module as array_module
from .compiler import (
    bits as bits,
    fingerprint as fingerprint,
    fma as fma,
    from_bits as from_bits,
    jit as jit,
    scalar as scalar,
)
from .threads import in_threads as in_threads
