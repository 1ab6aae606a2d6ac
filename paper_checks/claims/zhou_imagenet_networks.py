"""B-4-imagenet: what the paper measured on ImageNet, beside what follows from its sizes."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="B-4-imagenet",
    title="MobileNet on ImageNet errs as the table says",
    statement=(
        "A MobileNet that is pruned and rounded to 350 KiB errs on 35% (top 1) and 13% (top 5) of"
        " the training images of ImageNet."
    ),
    source="Zhou et al., arXiv 1804.05862, table 1 (read)",
    reason=(
        "the 1,281,167 images of ImageNet are not at hand; what follows from these figures is "
        "computed as B-4"
    ),
)
