"""
On a cluster, or on all cores
=============================

After this page you can have your own tasks, sweeps of training and the ledger done by several
processes, on this machine or on a cluster, and go on after an interruption.  No result depends on
any of that.

**The mistake that people make**: they begin workers in a script without ``if __name__ ==
"__main__":``.  Workers are new processes, which read the script again: each would do all of it, and
begin workers of its own.  That is refused in a line, and the script ends.

Everything here goes through ``stablenoise.executors``: processes of this machine, a Dask cluster,
MPI, or any ``concurrent.futures.Executor``.
"""

if __name__ == "__main__":  # workers read a script again, and need none of this
    import sys
    from concurrent.futures import ThreadPoolExecutor
    from contextlib import chdir
    from pathlib import Path
    from shutil import rmtree
    from tempfile import mkdtemp

    import matplotlib.pyplot as plt
    import numpy as np

    from chaos import train
    from chaos.__main__ import main as chaos_command
    from chaos.training import Settings
    from paper_checks import Settings as Budget
    from paper_checks import check_all
    from stablenoise.data import load_digits
    from stablenoise.executors import workers

# %%
# A task of your own
# ------------------
#
# A task is a function that workers can *import*, so it stands in a module, not in a notebook; and
# what it returns depends on its arguments alone.  This one also tells who did it and when.

TASK = """
import os
import time

import numpy as np

from stablenoise import NoiseField


def size_of_means(alpha, seed):
    '''Median size of means of 1,000 stable numbers; who did it, from when to when.'''
    began, field = time.time(), NoiseField(alpha, seed)
    means = [field.at(range(1_000), step, 8).mean(axis=0) for step in range(200)]
    return float(np.median(np.abs(means))), os.getpid(), began, time.time()
"""
if __name__ == "__main__":
    folder = Path(mkdtemp())
    (folder / "my_task.py").write_text(TASK)

# %%
# ``workers`` is a pool that begins and ends with a ``with``.  Outcomes come as tasks end.

TASKS = [(alpha, seed) for alpha in (1.2, 1.5, 1.8) for seed in (1, 2, 3, 4)]


def done_by(executor) -> dict:
    """What came of each task."""
    with workers(executor, count=2) as pool:
        for task in TASKS:
            pool.submit(task, size_of_means, *task)
        done = {}
        for task, outcome in pool.finished():
            if outcome.error:  # what a task raised comes back, and ends no worker
                raise outcome.error
            done[task] = outcome.value
    return done


if __name__ == "__main__":
    sys.path.insert(0, str(folder))  # workers look where this process does
    from my_task import size_of_means

    alone, local = done_by("serial"), done_by("local")
    with ThreadPoolExecutor(2) as executor:  # or any other
        pooled = done_by(executor)
    for name, done in ("two local workers", local), ("an Executor", pooled):
        equal = [done[task][0] == alone[task][0] for task in TASKS]
        print(f"{name}: {sum(equal)} of {len(TASKS)} results are those of this process alone")

# %%
# On a cluster the same function runs on Dask or on MPI, and only the word changes::
#
#     workers("dask", scheduler="tcp://10.0.0.1:8786")  # or client.get_executor(pure=False)
#     workers("mpi")  # in a program that mpiexec -n 9 python -m mpi4py.futures runs
#
# Each task has one thread of BLAS and one of Numba, wherever it runs.  Give each core a worker, and
# no worker several threads: small products on several threads wait for each other.  The first task
# of a worker takes longest, as it imports libraries and loads compiled code: make tasks of a second
# or more.

if __name__ == "__main__":
    figure, axes = plt.subplots(figsize=(5.2, 3.2), layout="constrained")
    first = min(began for _, _, began, _ in local.values())
    rows = {pid: row for row, pid in enumerate(sorted({part[1] for part in local.values()}))}
    for (alpha, _), (_, pid, began, ended) in local.items():
        colour = {1.2: "#D55E00", 1.5: "#E69F00", 1.8: "#0072B2"}[alpha]
        axes.barh(rows[pid], ended - began, left=began - first, color=colour, edgecolor="white")
    for alpha, colour in (1.2, "#D55E00"), (1.5, "#E69F00"), (1.8, "#0072B2"):
        axes.barh(0, 0, color=colour, label=f"index {alpha}")
    axes.set(xlabel="seconds since the first task began", yticks=list(rows.values()),
             yticklabels=[f"worker {row + 1}" for row in rows.values()],
             title="Who did which task, and when")  # fmt: skip
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    plt.show()

# %%
# Go on after an interruption
# ---------------------------
#
# A run with a folder keeps checkpoints.  Here Ctrl-C comes after step 130; the second call takes
# the folder up where it was left.  Noise and minibatches are looked up, so that no generator has a
# state that could be lost: the weights are those of a run that nobody interrupted.

if __name__ == "__main__":
    digits = load_digits()
    settings = Settings(widths=(64, 50, 10), eta=0.1, alpha=1.75, sigma=0.003, steps=200, seed=1)

    def interrupted(moment) -> None:
        """Stand in for Ctrl-C."""
        if moment.step == 130:
            raise KeyboardInterrupt

    run = folder / "run"
    try:
        train(settings, digits, run, progress=interrupted)
    except KeyboardInterrupt:
        print("interrupted")
    resumed, whole = train(settings, digits, run), train(settings, digits)
    print(resumed)
    same = all(np.array_equal(resumed.weights[name], w) for name, w in whole.weights.items())
    print("the same weights:", same)

# %%
# Sweeps
# ------
#
# The command line does the same for the cells of a sweep, one after the other, or side by side with
# ``--jobs 8`` or ``--executor dask``.  Cells that are done are skipped: the second call trains one.


def sweep(seeds: str) -> None:
    """As from the shell: chaos train ..."""
    words = "train --data digits --widths 64,50,10 --eta 0.1 --steps 100 --out sweep".split()
    with chdir(folder):
        chaos_command([*words, "--sweep", f"seed={seeds}"])


if __name__ == "__main__":
    sweep("1,2")
    sweep("1,2,3")

# %%
# The ledger
# ----------
#
# Claims and their controls run side by side.  Rows lie in the folder under the hash of all that
# they depend on: the same call on the same folder computes nothing again, and two runs on one
# folder, from two machines even, help each other.

if __name__ == "__main__":
    print(check_all(["B-5"], Budget("smoke"), folder / "ledger", executor="serial"))
    rmtree(folder)

# %%
# From the shell::
#
#     paper-checks run --workers 8
#     paper-checks run --executor dask --scheduler tcp://10.0.0.1:8786
#     mpiexec -n 9 python -m mpi4py.futures -m paper_checks run --executor mpi
#     chaos train --config sweep.toml --executor dask --scheduler tcp://10.0.0.1:8786
#
# Next: :doc:`../scale-out` has SLURM, Kubernetes and MPI, what a task costs, and what breaks first
# at 10,000 workers.
