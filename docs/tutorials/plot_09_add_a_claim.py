"""
Add a claim, and a control that must be caught
==============================================

After this page you can write a statement down so that numbers can contradict it, give it a control
without which a check has no teeth, see both decided, and ship it where ``paper-checks`` finds it.

**The mistake that people make**: they write a check that nothing could fail.  The part "Break it"
shows how one sees that.
"""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np

from paper_checks import Claim, Quantity, equals, judge
from paper_checks.claim import overall
from paper_checks.decisions import DELTA, looks
from paper_checks.replicates import by_rng
from paper_checks.summaries import proportion
from stablenoise import Stable

# %%
# The experiment: a row
# ---------------------
#
# The statement is: the mean of a hundred Cauchy numbers is as wide as one of them, so that it lies
# beyond 1 in half of all samples.  A *row* is one replicate, here one sample, and has one number
# for each quantity.  It draws from the generator that it is given and from nothing else.


def row(rng: np.random.Generator, alpha: float = 1.0) -> list[float]:
    """Whether the mean of a hundred stable numbers is beyond 1 in size."""
    return [float(abs(Stable(alpha).rvs(100, rng=rng).mean()) > 1)]


# %%
# The claim
# ---------
#
# A quantity has a label, a rule (where the statement would have it) and a summary (what is
# estimated, with which interval).  The margin of the rule is part of the statement.  The control
# breaks one hypothesis, here the index, and must be contradicted.

claim = Claim(
    id="ZZ-1",
    title="The mean of 100 Cauchy numbers is no narrower than one",
    statement="The mean of 100 Cauchy numbers is beyond 1 in half of all samples.",
    source="Stability: a sum of n numbers of index 1 is n times one of them",
    quantities=(Quantity("means beyond 1", equals(0.5, 0.05), proportion),),
    experiment=by_rng(row),
    control=by_rng(row, alpha=1.3),
    broken="the numbers have index 1.3",
    unit="samples of 100 numbers",
    smoke=4_000,
    full=16_000,
    chunk=100,
)

# %%
# Decide it
# ---------
#
# Verdicts come from intervals, which hold at every look: rows may be added until the claim is
# decided.  ``DELTA`` is the probability that any verdict of the claim is wrong, 1e-4.


def decided(claim: Claim, role: str) -> list:
    """Number of rows and interval at each look, up to the one that decides."""
    course, rows = [], np.empty((0, 1))
    for number in looks(claim, claim.smoke):
        more = getattr(claim, role)(range(len(rows), number), 1)  # of seed 1
        rows = np.concatenate([rows, more])
        findings = judge(claim.quantities, rows, DELTA)
        course.append((number, findings[0].seen))
        if overall(findings) != "undecided":
            break
    print(f"{role:10} {number:5} rows: {findings[0]}")
    return course


courses = {role: decided(claim, role) for role in ("experiment", "control")}

# %%
figure, axes = plt.subplots(figsize=(5.2, 4), layout="constrained")
axes.axhspan(0.45, 0.55, color="0.88", label="where the statement has it")
for (role, course), colour, mark in zip(courses.items(), ("#0072B2", "#D55E00"), "os", strict=True):
    rows, seen = zip(*course, strict=True)
    values = np.array([s.value for s in seen])
    ends = np.array([(s.low, s.high) for s in seen]).T
    axes.errorbar(rows, values, abs(ends - values), fmt=mark + "-", color=colour, capsize=4,
                  label=role)  # fmt: skip
axes.set(xscale="log", ylim=(0, 1), xlabel="rows looked at", ylabel="share of means beyond 1",
         title="Decided where an interval is inside, or outside")  # fmt: skip
axes.set_xticks([400, 800, 1_600, 3_200], ["400", "800", "1,600", "3,200"])
axes.minorticks_off()
axes.legend()
plt.show()

# %%
# Break it
# --------
#
# First a statement that is not true, that a quarter of the means are beyond 1: it is contradicted.
# Then a control that breaks next to nothing: it is not, and so says nothing of the check.  A
# control that is not contradicted means that the margin is too wide, the rows too few, or the
# quantity blind to the hypothesis; a run of ``paper-checks`` that meets one fails, whatever the
# verdicts.

untrue = replace(claim, quantities=(Quantity("means beyond 1", equals(0.25, 0.05), proportion),))
decided(untrue, "experiment")
toothless = replace(claim, control=by_rng(row, alpha=1.01), broken="the numbers have index 1.01")
decided(toothless, "control")

# %%
# A file of its own
# -----------------
#
# ``paper-checks new`` begins a claim and its test.  Both run as they are: its toy experiment can be
# contradicted, and its control is caught.

with TemporaryDirectory() as folder:

    def command(*words: str) -> str:
        """As from the shell: paper-checks ..."""
        line = [sys.executable, "-m", "paper_checks", *words]
        return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=True).stdout

    print(command("new", "ZZ", "Means of Cauchy numbers do not narrow").partition("ZZ is")[0])
    name = "zz_means_of_cauchy_numbers_do_not_narrow.py"
    print(command("run", name, "--budget", "smoke", "--workers", "1"))
    print(Path(folder, name).read_text().partition("CLAIM =")[0])

# %%
# Replace the toy by your row, and the words by yours; its test says whether it holds together::
#
#     python -m pytest test_zz_means_of_cauchy_numbers_do_not_narrow.py
#
# To be listed and run, a distribution of yours names its claims in its ``pyproject.toml``:
#
# .. code-block:: toml
#
#     [project.entry-points."paper_checks.claims"]
#     my_claims = "my_package.claims"    # each module of it that has CLAIM
#
# and once it is installed::
#
#     paper-checks list --paper ZZ
#     paper-checks run ZZ-1 --budget smoke
#     paper-checks calibrate ZZ-1 --seeds 20    # how often the control is caught, at other seeds
#
# Next: :doc:`../ledger` has all summaries, ids and files; :doc:`plot_11_on_a_cluster` runs many
# claims side by side.
