"""Words and numbers of the ledger, for the page and for the terminal."""

from math import ceil, floor, isfinite, log10
from textwrap import shorten

from .. import family, registry
from ..claim import COMPUTED, TITLE, Claim, Finding, Verdict
from ..evidence import Evidence
from ..rules import refuted_by
from ..summaries import Guarantee
from .deciding import decisive, named


def title(of: Evidence | Claim) -> str:
    """What a heading says: the title, or the beginning of the statement of what had none yet."""
    own = of.title or _title_now(of)
    return own or shorten(of.statement, TITLE, placeholder="…")


def _title_now(of: Evidence | Claim) -> str:
    """Title of the claim as it is now: evidence of an earlier version has none."""
    claim = registry.all_claims().get(of.name) if isinstance(of, Evidence) else None
    return claim.title if claim else ""


def count(evidence: Evidence) -> str:
    """How many of the judged quantities have the verdict of the whole."""
    verdicts = [f.verdict for f in evidence.findings if f.verdict]
    return f"{verdicts.count(evidence.verdict)} of {len(verdicts)} {evidence.verdict}"


def is_against(evidence: Evidence) -> bool:
    """Whether what was seen is against a paper: by a statement of ours that holds."""
    return bool(evidence.against) and evidence.verdict is Verdict.CONSISTENT


def contradicted(evidence: Evidence) -> str:
    """What the numbers contradict, if anything: what a paper says, or what the claim does."""
    if is_against(evidence):
        return f"against the paper: {evidence.against}"
    if evidence.verdict is not Verdict.CONTRADICTED:
        return ""
    finding = decisive(evidence)
    return f"the claim: {finding.label} {finding.rule}"


def marks(evidence: Evidence) -> list[str]:
    """Words that belong beside the verdict."""
    words = {
        "against the paper": is_against(evidence),
        "arithmetic": evidence.kind == "arithmetic",
        "identity": evidence.kind == "identity",
        "nominal level": family.is_nominal(evidence),
    }
    return [word for word, holds in words.items() if holds]


def sentence(text: str) -> str:
    """The text as it stands after a full stop."""
    return text[:1].upper() + text[1:]


def amount(evidence: Evidence, replicates: int) -> str:
    """So many replicates, in words."""
    if evidence.kind in COMPUTED and replicates == 1:
        return "computed, not sampled"
    return f"{replicates:,} {evidence.unit}"


def short(x: float) -> str:
    """A number with two digits."""
    return f"{x:.2g}"


def interval(finding: Finding) -> str:
    """Estimate and interval with digits to match its width."""
    seen = finding.seen
    width = seen.high - seen.low
    if finding.guarantee is Guarantee.EACH:
        return f"{seen.value:.3g}" + _violations(finding)
    if width == 0:
        return f"{seen.value:.6g}"
    places = min(max(1 - floor(log10(width)), 0), 6) if isfinite(width) else 4
    text = f"{seen.value:.{places}f} [{seen.low:.{places}f}, {seen.high:.{places}f}]"
    return text + (" nominal" if finding.guarantee is Guarantee.NOMINAL else "")


def no_interval(finding: Finding) -> str:
    """Why an estimate has no interval, or none yet; empty if it has one."""
    if finding.guarantee is Guarantee.COMPUTED:
        return "no interval: it is computed, not sampled"
    if finding.guarantee is Guarantee.EACH:
        return "no interval: it must hold in each row, and no sample bounds what it may be"
    ends = finding.seen.low, finding.seen.high
    return "" if any(map(isfinite, ends)) else "no interval yet: there are too few rows"


def _violations(finding: Finding) -> str:
    """In how many rows a statement on each of them fails, and in what share it could."""
    if finding.violations is None:
        return ""
    most = f"at most {ceil(1_000 * finding.violations) / 1_000:.1%} of all could"
    if finding.violating is None:  # of an earlier version
        return f"; {most} violate it"
    fail, rows = finding.violating
    told = f"{fail or 'none'} of {rows:,} {'violate' if fail > 1 else 'violates'} it"
    return f"; {told}; {most}"


def power(finding: Finding) -> str:
    """The smallest departures that would have been caught, with an interval as wide as this."""
    if finding.guarantee is Guarantee.EACH:
        return "one row beyond the margin"
    ends = zip("<>", finding.caught, strict=True)
    return " or ".join(f"{sign} {end:.4g}" for sign, end in ends if isfinite(end)) or "nothing yet"


def again(evidence: Evidence) -> str:
    """Command that runs the claim again."""
    budget = "" if evidence.kind in COMPUTED else f" --budget {evidence.cap}"
    return f"paper-checks run {evidence.name}{budget} --seed {evidence.seed}"


def refutation(evidence: Evidence, finding: Finding) -> str:
    """What would contradict the rule of a quantity, from the rule itself."""
    return refuted_by(finding.region, finding.guarantee, finding.summary, evidence.unit)


def chosen_because(evidence: Evidence) -> str:
    """Why the deciding quantity is shown, and how many others there are."""
    judged = [f for f in evidence.findings if f.verdict]
    if len(judged) == 1:
        return "the only quantity that is judged"
    if decisive(evidence).label == named(evidence):
        which = "the one that the statement is about"
    else:
        far = evidence.verdict is Verdict.CONTRADICTED
        which = (
            "the farthest outside its region" if far else "the nearest to a border of its region"
        )
    return f"of {len(judged)} judged quantities {which}"


def needed(evidence: Evidence) -> str:
    """What the run took: rows, seed, seconds, and device and memory if they are known."""
    parts = [amount(evidence, evidence.budget)]
    if evidence.kind not in COMPUTED:
        parts[0] += f" (at most {evidence.cap:,}; seed {evidence.seed})"
    parts.append(f"{evidence.seconds:.1f} s")
    if evidence.device:
        parts.append(f"on {evidence.device}")
    if evidence.peak_memory:
        parts.append(f"{evidence.peak_memory / 1e6:,.0f} MB at the peak")
    return ", ".join(parts)


def looked(evidence: Evidence) -> str:
    """Rows at which it was looked, and what all judged quantities said there together."""
    told = [f"{_overall(look.verdicts)} at {look.rows:,}" for look in evidence.looks]
    return ", ".join(told)


def _overall(verdicts: tuple[Verdict, ...]) -> Verdict:
    if Verdict.CONTRADICTED in verdicts:
        return Verdict.CONTRADICTED
    return Verdict.UNDECIDED if Verdict.UNDECIDED in verdicts else Verdict.CONSISTENT
