"""Ids and their spellings, titles, and the papers that claims are about."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_claim import TOY

from paper_checks import ids, papers, registry, run
from paper_checks.claim import NotComputable
from paper_checks.run import Settings

PREFIXES = ["B", "CN", "P1", "P2", "Q3"]
parts = st.tuples(
    st.sampled_from(PREFIXES),
    st.integers(1, 999),
    st.sampled_from(["", "a", "z"]),
    st.sampled_from(["", "-mnist", "-ecg5000-shuffled", "-10"]),
)
dashes = st.sampled_from(["-", "_", " ", ".", "--", "\N{EN DASH}", "\N{NON-BREAKING HYPHEN}"])


def id_of(prefix, number, letter, rest):
    return f"{prefix}-{number}{letter}{rest}"


@given(parts, dashes, st.sampled_from(["", "0", "00"]), st.booleans(), st.booleans())
def test_an_id_in_any_spelling_is_the_id(id, dash, zeros, together, upper):
    prefix, number, letter, rest = id
    first = "" if together else dash
    spelled = f"{prefix}{first}{zeros}{number}{letter}{rest.replace('-', dash)}"
    spelled = spelled.upper() if upper else spelled.lower()
    assert ids.normal(f" {spelled} ", PREFIXES) == id_of(*id).lower()


@given(parts)
def test_ids_are_of_the_scheme_and_have_the_prefix_of_their_paper(id):
    ids.check_id(id_of(*id))
    assert ids.prefix_of(id_of(*id)) == id[0]


@given(parts)
def test_old_spellings_are_spellings(id):
    for spelled in ids.old_spellings(id_of(*id)):
        assert spelled != id_of(*id)
        assert ids.normal(spelled, PREFIXES) == id_of(*id).lower()


def test_ids_are_in_the_order_of_their_numbers():
    some = ["B-4", "B-4-digits", "B-14", "P1-2", "P1-11a", "P1-11b", "P2-1", "P10-1"]
    assert sorted(reversed(some), key=ids.order) == some


def test_old_spellings_are_those_of_the_lists():
    assert ids.old_spellings("B-4") == ("B04", "B4")
    assert ids.old_spellings("CN-12") == ("CN12",)
    assert ids.old_spellings("B-4-digits") == ("B04-digits", "B4-digits")
    assert ids.old_spellings("P1-11a") == ids.old_spellings("Q3-1") == ()


@pytest.mark.parametrize("text", ["nolan_sums", "P1", "b", "P1-", "B-0", "x-1", "", "B-4-\xe9"])
def test_what_is_no_spelling_comes_back_in_lower_case(text):
    assert ids.normal(text, PREFIXES) == text.lower()


@pytest.mark.parametrize(
    "id",
    ["", "b-4", "B4", "B-04", "B-0", "B--4", "B-4-", "B-4A", "B-4-MNIST", "4-B", "B-4ab", " B-4",
     "B-4\n", "B-\N{ARABIC-INDIC DIGIT FOUR}", None, 4, b"B-4"],
)  # fmt: skip
def test_an_id_that_is_not_of_the_scheme_is_refused(id):
    with pytest.raises(ValueError, match=r"^id must be like P1-2, B-4 or P1-11a-mnist, got "):
        ids.check_id(id)
    with pytest.raises(ValueError, match="^id must be like"):
        replace(TOY, id=id)


@pytest.mark.parametrize("title", ["", " ", "x" * 61, " led", "trail ", "a\nb", "a\tb", None, 3])
def test_a_title_is_a_line_of_60_characters_at_most(title):
    for claim in (TOY, NotComputable("T-2", "large", "It is.", "here", "too large")):
        with pytest.raises(ValueError, match=f"^title of {claim.id} must be a text of 1 to 60 "):
            replace(claim, title=title)
        assert len(replace(claim, title="x" * 60).title) == 60


@pytest.mark.parametrize(
    "change, line",
    [
        ({"title": "T-1 is it"}, "title of T-1 must not have the id in it, got 'T-1 is it'"),
        ({"aliases": "B04"}, "aliases of T-1 must be a tuple of texts, got 'B04'"),
        ({"aliases": ("",)}, "aliases of T-1 must be a tuple of texts, got"),
        ({"aliases": (4,)}, "aliases of T-1 must be a tuple of texts, got"),
        ({"kind": "identical"}, "kind of T-1 must be one of "),
        ({"deciding": "men"}, "deciding of T-1 must be the label of a judged quantity, got 'men'"),
        ({"deciding": None}, "deciding of T-1 must be a str, got None"),
        ({"statement": " "}, "statement of T-1 must say something, got ' '"),
        ({"statement": 3}, "statement of T-1 must be a str, got 3"),
        ({"source": None}, "source of T-1 must be a str, got None"),
        ({"unit": None}, "unit of T-1 must be a str, got None"),
        ({"broken": 1}, "broken of T-1 must be a str, got 1"),
        ({"against": None}, "against of T-1 must be a str, got None"),
        ({"experiment": None}, "experiment of T-1 must be callable, got None"),
        ({"control": "rows"}, "control of T-1 must be callable, got 'rows'"),
        ({"needs": ""}, "needs of T-1 must be callable, got ''"),
        ({"data": ()}, "data of T-1 must be callable, got ()"),
    ],
)
def test_what_a_heading_cannot_say_is_refused(change, line):
    with pytest.raises(ValueError, match=re.escape(line)):
        replace(TOY, **change)


def test_what_decides_is_judged():
    shown = replace(TOY.quantities[0], label="shown", rule=None)
    claim = replace(TOY, quantities=(*TOY.quantities, shown), deciding="mean")
    with pytest.raises(
        ValueError, match=r"^deciding of T-1 must be the label of a judged quantity"
    ):
        replace(claim, deciding="shown")


@pytest.mark.parametrize("reason", ["", " ", "a\nb", None])
def test_what_is_not_computable_has_a_reason_in_a_line(reason):
    with pytest.raises(ValueError, match=r"^reason"):
        NotComputable("T-2", "large", "It is large.", "here", reason)


@pytest.mark.parametrize("kind", ["arithmetic", "identity", "statistical"])
def test_what_is_computed_is_arithmetic_or_an_identity(kind):
    assert replace(TOY, kind=kind).is_computed == (kind != "statistical")


def test_no_claim_of_ours_is_broken_and_titles_are_their_own():
    assert registry.broken_claims() == {}
    members = (registry.all_claims() | registry.not_computable()).values()
    titles = [member.title for member in members]
    assert len(set(titles)) == len(titles)
    assert len({member.id for member in members}) == len(titles)


def test_every_claim_of_ours_is_about_a_paper_that_is_named():
    for member in (registry.all_claims() | registry.not_computable()).values():
        paper = papers.paper_of(member.id)
        assert paper is papers.PAPERS[ids.prefix_of(member.id)] and paper.citation, member.id


def test_papers_have_prefixes_of_their_own_and_links():
    assert list(papers.PAPERS) == [paper.prefix for paper in papers.PAPERS.values()]
    for paper in papers.PAPERS.values():
        ids.check_id(f"{paper.prefix}-1")
        assert paper.name and paper.files.isidentifier() and paper.files.islower()
        assert not paper.link or re.match(r"https://(arxiv\.org/abs/\d{4}\.\d{5}$|\w)", paper.link)


def test_a_source_is_linked_to_all_that_it_names():
    zhou = papers.PAPERS["B"]
    source = "arXiv 2306.08125, arXiv:1804.05862, doi 10.1109/TIT.2012.2197174, (doi:10.1000/x)"
    assert papers.links_of(source, zhou) == [
        "https://arxiv.org/abs/1804.05862",  # its own first
        "https://arxiv.org/abs/2306.08125",
        "https://doi.org/10.1109/TIT.2012.2197174",
        "https://doi.org/10.1000/x",
    ]
    assert papers.links_of("arXiv 2306.08125 and arXiv 2306.08125", zhou) == [
        "https://arxiv.org/abs/2306.08125"
    ]
    assert papers.links_of("derived", zhou) == [zhou.link]
    assert papers.links_of("derived", papers.paper_of("X-1")) == []


@pytest.mark.parametrize(
    "spelled, names",
    [
        ("b16", ["zhou_bits_exceed_divergence"]),
        ("B-016", ["zhou_bits_exceed_divergence"]),
        ("P1_2", ["wan_type_three_sampler"]),
        ("p111a.mnist", ["wan_smaller_index_prunes_more_mnist"]),
        ("cn9", ["baykal_coreset_deviation"]),
    ],
)
def test_claims_are_chosen_by_any_spelling(spelled, names):
    assert registry.chosen([spelled]) == names


def test_the_spelling_of_a_statement_stands_for_all_its_data():
    meant = {registry.id_of(name) for name in registry.chosen(["B04"])}
    assert meant == {registry.id_of(name) for name in registry.chosen(["B-4"])}
    assert {"B-4-digits", "B-4-mnist"} <= meant and all(id.startswith("B-4") for id in meant)
    assert all(id.startswith("B-4-") or id == "B-4" for id in meant)


@pytest.mark.parametrize("asked", ["old-1", "OLD 1", "T07", "t-8"])
def test_an_alias_is_asked_for_as_an_id_is(monkeypatch, asked):
    claims = {"toy": TOY, "other": replace(TOY, id="T-2", aliases=("old-1", "T-7", "T08"))}
    monkeypatch.setattr(registry, "all_claims", lambda: claims)
    assert registry.chosen([asked.replace(" ", "-")]) == ["other"]


def test_a_full_name_is_an_id_in_any_spelling_or_a_name(monkeypatch):
    monkeypatch.setattr(registry, "all_claims", lambda: {"toy": replace(TOY, id="T-1-mnist")})
    for asked in ("toy", "T-1-mnist", "t01.MNIST"):
        assert registry.is_full_name(asked, "toy")
    for asked in ("T-1", "T", "to", "T-1-mnis", "TOY"):
        assert not registry.is_full_name(asked, "toy")


@pytest.mark.parametrize("asked", ["", " ", "-", "T", "TN", "TN-", "1", "t-1x-", "TN-1", "TN-3"])
def test_what_means_no_claim_is_refused(monkeypatch, asked):
    monkeypatch.setattr(registry, "all_claims", lambda: {"toy": replace(TOY, id="TN-12")})
    monkeypatch.setattr(registry, "not_computable", dict)
    monkeypatch.setattr(registry, "broken_claims", dict)
    if asked == "TN":
        assert registry.chosen([asked]) == ["toy"]  # all of a paper
        return
    with pytest.raises(ValueError, match="^claim must be one that `paper-checks list` names, got"):
        registry.chosen([asked])


@pytest.fixture
def several(monkeypatch):
    """T-1 and a part of it, T-2 by parts alone, one that cannot be computed and one broken."""
    many = {"toy": "T-1", "part": "T-1-mnist", "a": "T-2a", "b": "T-2b"}
    claims = {name: replace(TOY, id=id) for name, id in many.items()}
    claims["part"] = replace(claims["part"], aliases=("T05",))
    large = NotComputable("T-9", "A toy too large", "It is large.", "here", "too large")
    monkeypatch.setattr(registry, "all_claims", lambda: claims)
    monkeypatch.setattr(registry, "not_computable", lambda: {"large": large})
    monkeypatch.setattr(registry, "broken_claims", lambda: {"gone": "OSError: no file"})


@pytest.mark.parametrize(
    ("asked", "id"),
    [
        ("toy", "T-1"),
        ("T-1", "T-1"),
        ("t01", "T-1"),
        ("t_1.mnist", "T-1-mnist"),
        ("t05", "T-1-mnist"),
    ],
)
def test_one_claim_is_checked_by_an_id_in_any_spelling(several, asked, id):
    """A whole id means its claim alone, and not what it begins."""
    assert run.check(asked, Settings(100)).id == id


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("T-2", "claim must be one, got 'T-2', which means 2: T-2a, T-2b"),
        ("T", "claim must be one, got 'T', which means 5: T-1, T-1-mnist, T-2a, T-2b, T-9"),
        ("t09", "claim must be one that can be computed (too large), got 't09'"),
        ("gone", "claim must be one that can be loaded (OSError: no file), got 'gone'"),
        ("T-3", "claim must be one that `paper-checks list` names, got 'T-3'"),
        ("", "claim must be one that `paper-checks list` names, got ''"),
        (5, "name must be a str, got 5"),
    ],
)
def test_a_check_of_no_claim_or_of_several_is_a_line(several, asked, line):
    with pytest.raises(ValueError) as error:
        run.check(asked, Settings(100))
    assert str(error.value) == line


def test_claims_are_checked_by_ids_each_once_and_what_means_several_fails(several):
    seen = run.check_all(["t_1", "toy", "t01-mnist", "T-2", "T-9", "none"], Settings(100))
    assert list(seen) == ["toy", "part", "T-2", "T-9", "none"]
    assert [seen[name].id for name in ("toy", "part")] == ["T-1", "T-1-mnist"]
    assert seen["T-2"] == "ValueError: claim must be one, got 'T-2', which means 2: T-2a, T-2b"
    assert "can be computed (too large), got 'T-9'" in seen["T-9"]
    assert "`paper-checks list` names, got 'none'" in seen["none"]
    assert run.check_all([], Settings(100)) == {}
