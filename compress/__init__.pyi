from . import (
    certificates as certificates,
    coding as coding,
    comparison as comparison,
    compressibility as compressibility,
    coresets as coresets,
    networks as networks,
    pruning as pruning,
)
from .certificates.certificate import occam as occam, pac_bayes as pac_bayes
from .certificates.search import certify as certify, prune_quantise_encode as prune_quantise_encode
from .coding.length import code_length as code_length, decode as decode, encode as encode
from .coding.quantisation import quantise as quantise
from .compressibility.limits import limit_error as limit_error, width_for_error as width_for_error
from .compressibility.norms import relative_error as relative_error
from .coresets.algorithm import corenet as corenet
from .coresets.network import ReluNetwork as ReluNetwork
from .coresets.rules import Budget as Budget, Guarantee as Guarantee
