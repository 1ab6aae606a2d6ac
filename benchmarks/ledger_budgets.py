"""How often each claim is decided at its smoke budget, and the budget with which it would be.

python benchmarks/ledger_budgets.py [--out FOLDER] [--draws N] [--any-code] [CLAIM ...]

Rows that a run has kept in FOLDER/rows (``report`` by default; a full budget is best) are drawn
anew with replacement, N times (1,000 by default), as other seeds would give them: more than there
are, where the run was decided before its smoke budget.  First the share of draws in which the claim
has the verdict of all its rows after its smoke budget, with the exact 95% interval of one look, and
the same for its control, which must be caught.  Then the smallest budget, up to smoke or as many
rows as there are, with which 99.9% of the draws have that verdict: the smallest of 20, 28, 40, 56,
80, ... rows.  A thousand rows of ten quantities take about a minute of a core.  Rows of other code
than this are used only with --any-code.
"""

import argparse
from math import sqrt
from pathlib import Path

import numpy as np
from scipy import stats

from paper_checks import evidence, registry, run
from paper_checks.claim import Verdict, judge, overall
from paper_checks.evidence import Rows

TARGET, SEED = 0.999, 1


def decided(claim, rows, budget, draws, verdict, spared=None):
    """Number of draws of ``budget`` rows that have the verdict, or 0 once too many have not."""
    rng = np.random.default_rng(SEED)
    missed = 0
    for chosen in rng.integers(len(rows), size=(draws, budget)):
        missed += overall(judge(claim.quantities, rows[chosen], run.DELTA)) is not verdict
        if spared is not None and missed > spared:
            return 0
    return draws - missed


def share(hits, draws):
    low, high = stats.binomtest(int(hits), draws).proportion_ci(0.95, method="exact")
    return f"{hits / draws:.4f} [{low:.4f}, {high:.4f}]"


def budgets(least, most):
    size = float(least)
    while size < most:
        yield round(size)
        size *= sqrt(2)
    yield most


def needed(claim, rows, draws, verdict):
    """Smallest budget that reaches TARGET, by halving the list; None if none does."""
    sizes = list(budgets(run.MIN_REPLICATES, max(len(rows), claim.smoke)))
    low, high = -1, len(sizes)
    while high - low > 1:
        middle = (low + high) // 2
        spared = int((1 - TARGET) * draws + 1e-9)
        enough = decided(claim, rows, sizes[middle], draws, verdict, spared) > 0
        low, high = (low, middle) if enough else (middle, high)
    return sizes[high] if high < len(sizes) else None


def line(name, rows, draws):
    claim = registry.all_claims()[name]
    verdict = overall(judge(claim.quantities, rows["experiment"], run.DELTA))
    if claim.is_computed or verdict is Verdict.UNDECIDED:
        return f"| {claim.id} | {verdict} | {claim.kind} | {len(rows['experiment'])} rows | | |"
    seen = decided(claim, rows["experiment"], claim.smoke, draws, verdict)
    caught = decided(claim, rows["control"], claim.smoke, draws, Verdict.CONTRADICTED)
    size = needed(claim, rows["experiment"], draws, verdict)
    return (
        f"| {claim.id} | {verdict} | {claim.smoke:,} | {share(seen, draws)} | "
        f"{size and f'{size:,}' or 'more'} | {share(caught, draws)} |"
    )


def kept_rows(name, options):
    path = evidence.rows_path(name, options.out)
    if options.any_code and path.exists():
        return dict(np.load(path, allow_pickle=False))
    key = evidence.rows_fingerprint(name, registry.all_claims()[name], options.seed)
    return Rows(name, key, options.out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("claims", nargs="*")
    parser.add_argument("--out", type=Path, default=Path("report"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=1_000)
    parser.add_argument("--any-code", action="store_true")
    options = parser.parse_args()
    print("| claim | verdict | smoke | decided so | needed for 99.9% | control caught |")
    print("|---" * 6 + "|")
    for name in registry.chosen(options.claims):
        rows = kept_rows(name, options)
        if not len(rows["experiment"]) or not len(rows["control"]):
            print(f"| {registry.all_claims()[name].id} | no rows of this code | | | | |")
        else:
            print(line(name, rows, options.draws), flush=True)


if __name__ == "__main__":
    main()
