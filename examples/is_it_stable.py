"""Is a sample stable, or only heavy?  Estimators that disagree say that it is not."""

import numpy as np

from stablenoise import NoiseField
from stablenoise.tails import block, hill, log_moment

N = 100_000
rng = np.random.default_rng(1)
samples = {
    "stable, index 1.5": NoiseField(1.5, seed=1).at(range(N), step=0, dim=1)[:, 0],
    "Student t, index 3": rng.standard_t(3, N),
    "two Gaussians, no heavy tail": rng.standard_normal(N) * rng.choice([0.1, 1.0], N),
}
for name, sample in samples.items():
    found = []
    for estimator in (log_moment, block, hill):
        low, high = estimator.estimate(sample).conf_int(0.99)
        found.append(f"{estimator.__name__.split('.')[-1]} [{low:.2f}, {high:.2f}]")
    print(f"{name:30s}", *found)
