"""Bytes of each codec against the entropy and against general compressors, and seconds for 1e7.

STABLENOISE_DATA=FOLDER python benchmarks/code_length.py [WEIGHTS]     # 10,000,000 by default

Stable weights are those of a layer of 784 x 500, scale 1, pruned by magnitude and quantised to 15
levels: independent, so that the frequencies of the values are all there is to know.  ``zlib`` and
``lzma`` are given the codes, a byte each, and neither codebook nor shape.  The published network
needs the folder; entropies there are of the values in each array.  One thread, processor time.
"""

import os
import sys
from pathlib import Path
from time import process_time

if __name__ == "__main__":
    for name in ("NUMBA", "OPENBLAS", "OMP", "MKL"):
        os.environ[f"{name}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the settings above

from compress.coding.length import code_length, decode_payload, encode_payload  # noqa: E402
from compress.coding.quantisation import quantise  # noqa: E402
from compress.pruning import dead_unit, magnitude  # noqa: E402
from stablenoise import Stable  # noqa: E402

OWN = "adaptive", "counts"
GENERAL = "zlib", "lzma"
LAYERS = (1.2, 0.01), (1.2, 0.2), (1.5, 0.05), (1.5, 0.2), (1.8, 0.2), (2.0, 0.05), (2.0, 0.2)
DENSE = ("fc1", "weights"), ("fc1", "bias"), ("fc2", "weights"), ("fc2", "bias")


def entropy(array):
    """Bytes by the frequencies of the values."""
    counts = np.unique_counts(array).counts
    return float(-(counts * np.log2(counts / array.size)).sum()) / 8


def line(name, quantised):
    found = quantise(quantised, 256)
    codes = [code.astype(np.uint8) for code in found.codes.values()]
    own = [code_length(quantised, codec).bytes for codec in OWN]
    general = [code_length(codes, codec).bytes for codec in GENERAL]
    floor = sum(entropy(array) for array in quantised.values())
    print(f"{name:24}{floor:10,.0f}" + "".join(f"{size:10,d}" for size in (*own, *general)))


def stable_layer(alpha, keep):
    weights = Stable(alpha).rvs((784, 500), np.random.default_rng(1))
    return {"w": quantise(magnitude.prune(weights, keep), 15).weights}


def published():
    """The pruned LeNet-5 of arXiv 1804.05862, and the same without dead units."""
    path = Path(os.environ["STABLENOISE_DATA"]) / "weights" / "lenet5_zhou2018_compressed.npz"
    with np.load(path) as held:
        network = {name: held[name] for name in held}
    dense = dead_unit.prune([network[f"{layer}_{kind}"].T for layer, kind in DENSE])
    smaller = {f"{layer}_{kind}": a.T for (layer, kind), a in zip(DENSE, dense, strict=True)}
    channels = network["conv2_weights"].any(axis=(0, 1, 3))
    smaller["conv1_bias"] = network["conv1_bias"] * channels
    return network, network | smaller


def large(size):
    """A matrix of normal weights, four fifths of them zero, in steps of a quarter."""
    weights = np.random.default_rng(2).standard_normal((size // 2_500, 2_500), np.float32)
    return np.where(abs(weights) > 1.3, np.rint(4 * weights) / 4, 0).astype(np.float32)


def times(codec, weights):
    """Bytes, and seconds to encode and to decode."""
    encode_payload(weights[:9], codec)  # compiles
    decode_payload(encode_payload(weights[:9], codec), weights[:9], codec)
    start = process_time()
    payload = encode_payload(weights, codec)
    middle = process_time()
    assert np.array_equal(decode_payload(payload, weights, codec), weights)
    return len(payload), middle - start, process_time() - middle


def main():
    print(f"{'bytes':24}{'entropy':>10}" + "".join(f"{codec:>10}" for codec in OWN + GENERAL))
    for alpha, keep in LAYERS:
        line(f"alpha {alpha}, keep {keep}", stable_layer(alpha, keep))
    if "STABLENOISE_DATA" in os.environ:
        for name, network in zip(("LeNet-5", "without dead units"), published(), strict=True):
            line(name, network)
    weights = large(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
    print(f"{weights.size} weights, entropy {entropy(weights):,.0f} B")
    for codec in (*OWN, "zlib"):
        size, encoding, decoding = times(codec, weights)
        print(f"    {codec}: {size:,} B, encoded in {encoding:.2f} s, decoded in {decoding:.2f} s")


if __name__ == "__main__":
    main()
