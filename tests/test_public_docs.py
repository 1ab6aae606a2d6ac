"""What every public callable of the four packages says: what it takes, gives, refuses, shows."""

import doctest
import inspect
import re
from pathlib import Path

import pytest
from public_callables import (
    AREAS,
    NOTHING_REFUSED,
    callables,
    is_protocol,
    is_result,
    modules,
    parameters,
    signatures,
)

SIGNATURES = Path(__file__).parent / "data" / "public_signatures.txt"
CALLABLES = callables()
RETURNS_ANYTHING = {  # networks come back in the container in which they were given
    "compress.coding.encoded_files.decode",
    "compress.coding.length.decode_payload",
    "compress.comparison.sizes.to_csr",
}
SENTENCE_ALONE = {  # classes with getters that are a sentence: what they give stands in the class
    "compress.comparison.sizes.SizeReport",
    "compress.coresets.bounds.Bound",
    "compress.coresets.bounds.Certificate",
    "compress.coresets.coreset.Coreset",
    "compress.coresets.network.ReluNetwork",
    "compress.coresets.theorem.Constants",
    "compress.coresets.truncations.Factors",
    "compress.coresets.unit_sampling.UnitCoreset",
    "paper_checks.claim.Claim",
    "stablenoise.fit.diagnosis.Diagnosis",
    "stablenoise.fit.results.StableFit",
    "stablenoise.fit.streaming.Accumulator",
}
SHOWN_BY_OWNER = {  # classes with getters that have no example of their own
    *SENTENCE_ALONE,
    "compress.certificates.bundles.values.Bundle",
    "compress.certificates.certifiers.Certifier",
    "compress.certificates.charges.Charge",
    "compress.certificates.disagreements.Disagreement",
    "compress.certificates.priors.coded.CodedFromPrior",
    "compress.certificates.priors.declared.WithHoldout",
    "compress.certificates.priors.parts.FromPrior",
    "compress.certificates.priors.splits.Split",
    "compress.certificates.priors.stochastic.TrainedFromPrior",
    "compress.certificates.priors.ternaries.TernaryFromPrior",
    "compress.certificates.risks.RiskCertificate",
    "compress.certificates.sample.Sample",
    "compress.certificates.ternary.descriptions.Description",
    "compress.certificates.ternary.grammar.Configuration",
    "compress.certificates.ternary.grammar.Domain",
    "compress.certificates.ternary.grammar.Layer",
    "compress.coding.codebook.Part",
    "compress.coding.length.CodeLength",
    "compress.coresets.sampling.Draw",
    "compress.networks.model.Model",
}
NOT_SHOWN = {  # without an example, and why
    "compress.certificates.certifiers.Encoded": "made by ``certify``, which shows it",
    "compress.certificates.priors.coded.CodedFromPrior": "made by ``from_prior``, which shows it",
    "compress.certificates.priors.declared.WithHoldout": "made by ``with_holdout``",
    "compress.certificates.priors.stochastic.TrainedFromPrior": "made by ``trained_from_prior``",
    "compress.certificates.priors.ternaries.TernaryFromPrior": "made by ``ternary_from_prior``",
    "compress.certificates.ternary.certification.Certified": "made by ``certified``",
    "paper_checks.claim.Claim": "every file of ``claims`` is one",
    "paper_checks.claim.Finding": "made by ``judge``, which shows it",
    "paper_checks.claim.NotComputable": "stands where a claim would, with words alone",
    "paper_checks.claim.Quantity": "a part of a claim; ``judge`` shows it",
    "paper_checks.rules.Verdict": "one of three words",
    "paper_checks.budgets.Settings": "of ``check``, which shows it",
    "paper_checks.registry.all_claims": "the claims that the command line lists",
    "paper_checks.summaries.Guarantee": "one of a few words",
}
BY_SCIPY = "stablenoise.random_variable.StableVariable."  # points by position: ``x`` or ``p``
each_callable = pytest.mark.parametrize("name", CALLABLES)


def sections(text):
    """Sections of a docstring, by their titles."""
    parts = re.split(r"^([A-Z][\w ]+)\n-+$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def described(section):
    """Names at the beginnings of lines of the section ``Parameters``."""
    heads = re.findall(r"^(\*{0,2}\w[^:\n]*)(?: :.*)?$", section, re.M)
    return {name.strip(" *") for head in heads for name in head.split(",")}


def faults_of_what_is_taken(name, function, said):
    takes, told = set(parameters(function)), described(said.get("Parameters", ""))
    if inspect.isclass(function) and is_protocol(function):
        takes = set()
    if name.startswith(BY_SCIPY):
        takes, told = takes - {"points"}, told - {"x", "p"}
    yield from (f"{parameter} is not described" for parameter in sorted(takes - told))
    yield from (f"{parameter} is not taken" for parameter in sorted(told - takes))


def faults_of_what_is_given(name, function, said):
    if inspect.isclass(function):
        return
    given = inspect.signature(function).return_annotation
    if given is inspect.Signature.empty:
        yield "no type of what comes back"
    elif (given not in (None, "None")) != bool({"Returns", "Yields"} & said.keys()):
        yield "Returns"
    if "-> Any:" in inspect.getsource(function) and name not in RETURNS_ANYTHING:
        yield "Any comes back"


def faults_of_what_is_refused(name, function, said):
    """Who takes an argument looks at it; who takes none may refuse its owner."""
    takes = parameters(function) and not is_result(function) and not is_protocol(function)
    if takes and ("Raises" in said) == (name in NOTHING_REFUSED):
        yield "Raises"


def faults_of_what_is_shown(name, function, said):
    """An example with a result, run with the other doctests."""
    if is_protocol(function) and not inspect.isclass(function):
        return
    examples = doctest.DocTestParser().get_examples(said.get("Examples", ""))
    silent = not inspect.isclass(function) and said.keys().isdisjoint({"Returns", "Yields"})
    asserts = any("assert " in example.source for example in examples)  # of files, where they are
    if not any(example.want or silent or asserts for example in examples):
        yield "Examples"


def faults_of(name, function):
    """What a docstring lacks, by the rules above."""
    text = inspect.getdoc(function) or ""
    said = sections(text)
    yield from faults_of_what_is_taken(name, function, said)
    yield from faults_of_what_is_given(name, function, said)
    yield from faults_of_what_is_refused(name, function, said)
    yield from faults_of_what_is_shown(name, function, said)
    first = text.partition("\n")[0]
    if not first.endswith(".") or first.startswith("Of "):
        yield f"no sentence: {first}"


def excused(name, function):
    """Faults that a callable has for a reason, named above."""
    if name in NOT_SHOWN:
        return {"Examples", "Returns"} if name.endswith("all_claims") else {"Examples"}
    owner = name.rpartition(".")[0]
    if parameters(function) or owner not in SHOWN_BY_OWNER:
        return set()
    return {"Examples", "Returns"} if owner in SENTENCE_ALONE else {"Examples"}


@each_callable
def test_a_docstring_is_whole(name):
    function = CALLABLES[name]
    assert set(faults_of(name, function)) - excused(name, function) == set()


@each_callable
def test_its_signature_is_short_enough_to_read(name):
    """Types by their names: the laws' ``help`` has no ``ArrayLike`` spelled out."""
    if name.startswith(AREAS["laws"]):
        assert len(str(inspect.signature(CALLABLES[name]))) < 200


def test_a_change_of_a_signature_or_a_default_is_one_of_the_changelog():
    """Of this file too, which ``python tests/public_callables.py`` prints."""
    assert signatures() == SIGNATURES.read_text(encoding="ascii").splitlines()


def test_functions_of_exported_modules_are_in_that_list():
    names = {line.partition("(")[0] for line in signatures()}
    assert names == CALLABLES.keys()
    assert {"chaos.particles.trajectory", "stablenoise.tails.hill.estimate"} <= names
    inequalities = {"divergences.kl_upper", "classifiers.chernoff", "mean_risks.catoni"}
    assert {f"compress.certificates.inequalities.{name}" for name in inequalities} <= names
    assert {"stablenoise.law.table.logpdf", "stablenoise.law.table.score"} <= names


def test_what_is_missing_is_seen():
    def bare(x):
        """Nothing"""

    def loose(x, y) -> str:
        """Of a value.

        Parameters
        ----------
        x, z : float
            A value.

        Examples
        --------
        >>> 1

        """

    assert list(faults_of("bare", bare)) == [
        "x is not described", "no type of what comes back", "Raises", "Examples",
        "no sentence: Nothing",
    ]  # fmt: skip
    assert list(faults_of("loose", loose)) == [
        "y is not described", "z is not taken", "Returns", "Raises",
        "no sentence: Of a value.",
    ]  # fmt: skip


def test_every_excuse_is_needed():
    faults = {name: set(faults_of(name, function)) for name, function in CALLABLES.items()}
    assert [name for name in NOT_SHOWN if "Examples" not in faults[name]] == []
    assert NOTHING_REFUSED.keys() <= CALLABLES.keys() >= RETURNS_ANYTHING
    for owner in SHOWN_BY_OWNER:
        seen = set().union(*(faults[name] for name in CALLABLES if name.startswith(f"{owner}.")))
        assert "Examples" in seen and ("Returns" in seen) == (owner in SENTENCE_ALONE), owner


def test_the_walk_finds_what_is_public_and_areas_share_it():
    """Each area has a table of doors, so that none is forgotten."""
    assert len(CALLABLES) > 450
    for name in CALLABLES:
        assert sum(name.startswith(prefixes) for prefixes in AREAS.values()) == 1, name
    for area, number in {
        "laws": 80,
        "noise": 15,
        "layers": 35,
        "data sets": 15,
        "tail estimators": 30,
        "chaos": 95,
        "ledger": 10,
    }.items():
        assert sum(name.startswith(AREAS[area]) for name in CALLABLES) >= number


def test_a_module_of_chaos_says_its_names_exactly_when_it_is_public():
    for module in modules():
        if module.__name__.count(".") == 1 and module.__name__.startswith("chaos."):
            seen = [name for name in CALLABLES if name.startswith(f"{module.__name__}.")]
            assert bool(getattr(module, "__all__", ())) == bool(seen), module.__name__
