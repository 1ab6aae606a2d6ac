"""Is noise that is added to a file part by part the noise of the whole?"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from stablenoise import NoiseField
from stablenoise.noises import isotropic

N, DIM, PART = 20_000, 50, 3_000

field = NoiseField(1.5, seed=1, noise=isotropic)
whole = np.zeros((N, DIM), np.float32)
field.add_to(whole, step=0, scale=0.1)

with TemporaryDirectory() as folder:
    theta = np.memmap(Path(folder) / "theta", np.float32, "w+", shape=(N, DIM))
    for low in range(0, N, PART):
        rows = range(low, min(low + PART, N))
        field.add_to(theta[rows.start : rows.stop], step=0, scale=0.1, particles=rows)
    print("the same bits:", np.array_equal(theta, whole))
    del theta
