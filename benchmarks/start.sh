#!/usr/bin/env bash
# Seconds from the start of Python to the first noise: with an empty compile cache, then a full one.
set -euo pipefail
export NUMBA_CACHE_DIR
NUMBA_CACHE_DIR=$(mktemp -d)
trap 'rm -rf "$NUMBA_CACHE_DIR"' EXIT
program='
import time; start = time.perf_counter()
from stablenoise import NoiseField
from stablenoise.noises import common, independent, isotropic
for noise in (common, independent, isotropic): NoiseField(1.5, 1, noise).at(range(3), 0, 2)
print(f"{time.perf_counter() - start:.2f}")'
echo "first start: $(python -c "$program")"
for _ in 1 2 3; do echo "later start: $(python -c "$program")"; done
