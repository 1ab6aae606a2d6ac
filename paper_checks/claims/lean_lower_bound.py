"""LN-1: a theorem on heavy-tailed optimisation, checked by a machine."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="LN-1",
    title="A machine-checked rate of heavy-tailed optimisation",
    statement=(
        "Lower and upper rates of stochastic optimisation under noise with a p-th moment match, "
        "in 421 modules of Lean, whose 30 public statements were found to rest on three axioms. "
        "An index in a proof of Fradin et al. is mended, and two comparisons of the authors' own "
        "proof that were not valid."
    ),
    source="github.com/xiong-zx/heavy-tailed-noise-lean (README, read)",
    reason="a proof, not a number: `lake build` of its repository checks it, with Lean and mathlib",
)
