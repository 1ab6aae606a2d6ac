"""How sure all verdicts of the ledger are together, in a sentence."""

from .. import family, registry
from ..claim import COMPUTED
from ..evidence import Evidence
from .texts import short

UNDECIDED = "no claim that rests on samples is decided yet"
MORE = ": more rows may tell (--budget with a larger number)"


def together(evidence: list[Evidence]) -> str:
    """The level of the whole ledger, in a sentence: of our claims, then of each distribution's."""
    computed = sum(e.kind in COMPUTED for e in evidence)
    if evidence and computed == len(evidence):
        return "arithmetic only: no probability enters"
    told = [_of_family(shipped_by, some) for shipped_by, some in _families(evidence).items()]
    return "; ".join(filter(None, told)) or UNDECIDED + MORE * (computed < len(evidence))


def adjusted(evidence: list[Evidence]) -> dict[str, float]:
    """Errors after Holm by id, as ``family.adjusted`` has them, each in the family of its claim.

    The claims of this package are one, fixed beforehand whatever else is installed, and those of
    each other distribution are one of their own.
    """
    errors: dict[str, float] = {}
    for shipped_by, some in _families(evidence).items():
        errors |= family.adjusted(some, family_size(shipped_by))
    return errors


def family_size(shipped_by: str = "") -> int:
    """Number of claims of this package, or of a distribution, that are sampled, run or not."""
    claims = registry.all_claims().items()
    return sum(_shipped_by(name) == shipped_by for name, claim in claims if not claim.is_computed)


def _families(evidence: list[Evidence]) -> dict[str, list[Evidence]]:
    """Evidence by who ships the claims: "" for this package, which comes first."""
    shippers = sorted({_shipped_by(e.name) for e in evidence})
    return {one: [e for e in evidence if _shipped_by(e.name) == one] for one in shippers}


def _shipped_by(name: str) -> str:
    return registry.place_of(name).distribution


def _of_family(shipped_by: str, evidence: list[Evidence]) -> str:
    """The level of all verdicts of a family, or nothing where none is decided."""
    size = family_size(shipped_by)
    errors = family.adjusted(evidence, size)
    if not errors:
        return ""
    computed = sum(e.kind in COMPUTED for e in evidence)
    nominal = [e.id for e in evidence if e.id in errors and family.is_nominal(e)]
    text = f"of {shipped_by}, " * bool(shipped_by)
    text += f"{_verdicts(len(errors), computed)} right, but for a probability of at most "
    text += f"{short(max(errors.values()))} (Holm, of {size} sampled claim{'s' * (size != 1)})"
    return text + (f"; nominal only: {', '.join(nominal)}" if nominal else "")


def _verdicts(sampled: int, computed: int) -> str:
    """Subject and verb of a sentence on the verdicts of the family."""
    others = f" ({computed} {'is' if computed == 1 else 'are'} arithmetic)"
    which = f" that {'rest' if sampled > 1 else 'rests'} on samples{others}" if computed else ""
    if sampled == 1:
        return f"the verdict{which} is"
    return f"{'both' if sampled == 2 else f'all {sampled}'} verdicts{which} are"
