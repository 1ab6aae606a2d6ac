"""RD-1: differential privacy of heavy-tailed SDEs."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="RD-1",
    title="Renyi privacy of heavy-tailed SDEs",
    statement="SDEs with heavy-tailed noise have limits of their Renyi differential privacy.",
    source="Dupuis et al., arXiv 2511.15634 (title alone)",
    reason="no statement of it was read",
)
