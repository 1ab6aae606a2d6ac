"""How sure all verdicts of the ledger are together, in a sentence."""

from .. import family, registry
from ..claim import COMPUTED
from ..evidence import Evidence
from .texts import short

UNDECIDED = "no claim that rests on samples is decided yet"
MORE = ": more rows may tell (--budget with a larger number)"


def together(evidence: list[Evidence]) -> str:
    """The level of the whole ledger, in a sentence."""
    adjusted = family.adjusted(evidence, family_size())
    computed = sum(e.kind in COMPUTED for e in evidence)
    if evidence and computed == len(evidence):
        return "arithmetic only: no probability enters"
    if not adjusted:
        return UNDECIDED + MORE * (computed < len(evidence))
    nominal = [e.id for e in evidence if e.id in adjusted and family.is_nominal(e)]
    text = f"{_verdicts(len(adjusted), computed)} right, but for a probability of at most "
    text += f"{short(max(adjusted.values()))} (Holm, of {family_size()} sampled claims)"
    return text + (f"; nominal only: {', '.join(nominal)}" if nominal else "")


def family_size() -> int:
    """Number of claims of the ledger that are sampled, run or not."""
    return sum(not claim.is_computed for claim in registry.all_claims().values())


def _verdicts(sampled: int, computed: int) -> str:
    """Subject and verb of a sentence on the verdicts of the family."""
    others = f" ({computed} {'is' if computed == 1 else 'are'} arithmetic)"
    which = f" that {'rest' if sampled > 1 else 'rests'} on samples{others}" if computed else ""
    if sampled == 1:
        return f"the verdict{which} is"
    return f"{'both' if sampled == 2 else f'all {sampled}'} verdicts{which} are"
