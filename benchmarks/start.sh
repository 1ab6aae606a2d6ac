#!/usr/bin/env bash
# Seconds from the start of Python to a first use of every kernel of noise and of Stable.rvs, in
# both formats, or of the law and of StablePath: with an empty compile cache, then a full one.
set -euo pipefail
export NUMBA_CACHE_DIR
NUMBA_CACHE_DIR=$(mktemp -d)
trap 'rm -rf "$NUMBA_CACHE_DIR"' EXIT
program='
import time; start = time.perf_counter()
import numpy as np
from stablenoise import NoiseField, Stable
from stablenoise.noises import common, independent, isotropic
for real in (np.float64, np.float32):
    for noise in (common, independent, isotropic): NoiseField(1.5, 1, noise).at(range(3), 0, 2, real)
    for law in (Stable(1.5), Stable(1.5, 0.5), Stable(1.0, 0.5), Stable(1.1, 0.5), Stable([1.5, 1.1])):
        law.rvs(2, 1, real)
print(f"{time.perf_counter() - start:.2f}")'
law='
import time; start = time.perf_counter()
import numpy as np
from stablenoise import Stable, StablePath
from stablenoise.law import table
from stablenoise.multivariate import Isotropic
from stablenoise.noises import isotropic
for law in (Stable(1.5), Stable(1.0, 0.5), Stable(0.7, 0.5)):
    for x in (1.0, np.linspace(-3, 3, 2000)):
        law.pdf(x), law.ppf(law.cdf(x)), law.sf(x)
    law.score(1.0), law.mode(), law.entropy(), law.moment(0.5)
table.score(1.0, 1.5)
StablePath(1.5, 1)(0.25, 0.5, [0], 1), StablePath(1.5, 1, noise=isotropic)(0.25, 0.5, [0], 2)
Isotropic(1.5, 3).pdf(np.ones(3))
print(f"{time.perf_counter() - start:.2f}")'
for part in "$program" "$law"; do
    echo "first start: $(python -c "$part")"
    for _ in 1 2 3; do echo "later start: $(python -c "$part")"; done
done
