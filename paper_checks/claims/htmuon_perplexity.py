"""HM-1: a heavy-tailed spectrum of updates in language models."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="HM-1",
    title="HTMuon: lower perplexity of language models",
    statement=(
        "Raising the singular values of the momentum to a power of 0.125 lowers the perplexity of "
        "LLaMA models on C4 by up to 0.98 below that of Muon."
    ),
    source="HTMuon, arXiv 2603.10067 (abstract)",
    reason="pre-training of language models on C4: data and processors that are not at hand",
)
