from . import codecs as codecs
from .length import (
    CodeLength as CodeLength,
    code_length as code_length,
    decode as decode,
    decode_payload as decode_payload,
    encode as encode,
    encode_payload as encode_payload,
    length_bits as length_bits,
)
from .quantisation import Quantised as Quantised, quantise as quantise
