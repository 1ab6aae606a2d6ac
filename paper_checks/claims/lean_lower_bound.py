"""LN-1: a theorem on heavy-tailed optimisation, checked by a machine."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="LN-1",
    title="A machine-checked rate of heavy-tailed optimisation",
    statement=(
        "Lower and upper rates of stochastic optimisation under noise with a p-th moment match, "
        "in 421 modules of Lean that rest on three axioms alone; two errors of the sources were "
        "found and mended."
    ),
    source="github.com/xiong-zx/heavy-tailed-noise-lean (README, read)",
    reason="a proof, not a number: `lake build` of its repository checks it, with Lean and mathlib",
)
