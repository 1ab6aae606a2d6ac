"""Processor time of whole processes to a first result, with an empty compile cache and a full one.

``python benchmarks/cold_start.py [name ...]`` prints the table, or the rows whose names hold one of
the words.  "Cold" begins with nothing compiled, "again" is the same process once more, "warm" the
same where all that it uses is compiled (``STABLENOISE_INTERPRET=never`` has run before).
"""

import os
import platform
import resource
import subprocess
import sys
import tempfile
from datetime import date

LAW = "from stablenoise import Stable; import numpy as np; law = Stable(1.5, 0.3); "
FIELD = "from stablenoise import NoiseField; import numpy as np; field = NoiseField(1.5, 1); "
SAMPLE = "import numpy as np; x = np.random.default_rng(1).standard_cauchy(2000); "
NETWORK = "import numpy as np; rng = np.random.default_rng(1); "
WEIGHTS = NETWORK + "x = rng.normal(size=(2000, 10)); w = {'w': np.eye(10)}; "
PARTICLES = (
    "import numpy as np; from itertools import islice; from chaos.interactions import attraction; "
    "from chaos.particles import trajectory; from stablenoise import NoiseField; "
)
SGD = (
    "import numpy as np; from itertools import islice; from chaos.network import Network; "
    "from chaos.sgd import minibatch_drift, trajectory; from stablenoise import NoiseField; "
    "x, y, net = np.eye(4), np.array([0, 1, 0, 1]), Network(); "
)
CASES = {
    "import stablenoise": "import stablenoise",
    "from stablenoise import Stable": "from stablenoise import Stable",
    "pdf of a point": LAW + "law.pdf(0.3)",
    "pdf of 10,000 points": LAW + "law.pdf(np.linspace(-9, 9, 10_000))",
    "cdf of a point": LAW + "law.cdf(0.3)",
    "ppf of a point": LAW + "law.ppf(0.3)",
    "score of a point": LAW + "law.score(0.3)",
    "rvs, 1,000": LAW + "law.rvs(1000, 1)",
    "rvs, 1,000,000": LAW + "law.rvs(1_000_000, 1)",
    "NoiseField.at, 10 x 10": FIELD + "field.at(range(10), 0, 10)",
    "NoiseField.fill, 1,000 x 1,000": FIELD + "field.fill(np.empty((1000, 1000)), 0)",
    "StablePath, an increment": "from stablenoise import StablePath; "
    "StablePath(1.5, 1)(0.25, 0.5, [0], 1)",
    "isotropic pdf of a point": "from stablenoise.multivariate import Isotropic; "
    "Isotropic(1.5, 3).pdf([1.0, 1.0, 1.0])",
    "tails.hill": SAMPLE + "from stablenoise.tails import hill; hill.estimate(abs(x), 100)",
    "tails.block": SAMPLE + "from stablenoise.tails import block; block.estimate(x)",
    "tails.log_moment": SAMPLE + "from stablenoise.tails import log_moment; log_moment.estimate(x)",
    "particles.trajectory, 3 steps": PARTICLES
    + "path = trajectory(np.zeros((100, 1)), attraction(1.0), NoiseField(1.5, 1), eta=0.1); "
    "list(islice(path, 3))",
    "sgd.trajectory, 3 steps": SGD + "drift = minibatch_drift(net, x, y, batch=2, seed=1); "
    "path = trajectory(net.initial((4, 9, 2), seed=1), drift, NoiseField(1.8, 1), eta=0.1); "
    "list(islice(path, 3))",
    "code_length": NETWORK + "from compress.coding.length import code_length; "
    "code_length({'w': rng.standard_cauchy((30, 30)).round()})",
    "certify": WEIGHTS + "from compress.certificates.search import certify; "
    "certify(w, (x, x.argmax(axis=1)))",
    "coreset": NETWORK + "from compress.coresets import Budget, ReluNetwork, corenet; "
    "net = ReluNetwork([rng.normal(size=(30, 20)), rng.normal(size=(5, 30))]); "
    "corenet(net, abs(rng.normal(size=(50, 20))), Budget(0.5), seed=1)",
    "a claim at smoke": "import tempfile; from paper_checks.__main__ import main; "
    "main(['run', 'wan_noise_characteristic_functions', '--budget', 'smoke', '--jobs', '1', "
    "'--out', tempfile.mkdtemp()])",
}


def seconds(program: str, **environment: str) -> float:
    """Processor time of a process that runs this, in user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=os.environ | environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def row(name: str, program: str) -> str:
    """One line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        cache = {"NUMBA_CACHE_DIR": folder}
        first, again = seconds(program, **cache), seconds(program, **cache)
        compiled = seconds(program, STABLENOISE_INTERPRET="never", **cache)
        warm = seconds(program, **cache)
    return f"{name:34}{first:8.2f}{again:8.2f}{compiled:12.2f}{warm:8.2f}"


def main(words: list[str]) -> None:
    machine = platform.processor() or platform.machine()
    print(f"{machine}, Python {platform.python_version()}, {date.today()}")
    print(f"{'processor time, s':34}{'cold':>8}{'again':>8}{'to compile':>12}{'warm':>8}")
    for name, program in CASES.items():
        if not words or any(word in name for word in words):
            print(row(name, program), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
