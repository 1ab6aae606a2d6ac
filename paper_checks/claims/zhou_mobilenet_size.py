"""B-4-mobilenet: the size of the compressed MobileNet."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="B-4-mobilenet",
    title="A MobileNet takes 350 KiB",
    statement=(
        "The weights of a MobileNet for ImageNet, pruned and rounded, take 350 KiB in the code of"
        " the paper."
    ),
    source="Zhou et al., arXiv 1804.05862, table 1 (read)",
    reason=(
        "of the released checkpoint the index and the description are there, but not the file "
        "with the weights"
    ),
)
