"""The claims there are, by the names of their modules, and the ids that stand for them."""

import sys
from collections.abc import Iterator
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NamedTuple

from stablenoise.checks import told

from . import claims as folder
from . import outside
from .claim import Claim, NotComputable
from .ids import normal, order, prefix_of
from .outside import Place

SEVERAL = 5  # ids that a line names


class Members(NamedTuple):
    """What there is of claims, by their names; ``places`` says where each of them is."""

    claims: dict[str, Claim]
    not_computable: dict[str, NotComputable]
    broken: dict[str, str]
    places: dict[str, Place]


def all_claims() -> dict[str, Claim]:
    """Every claim by the name of its module, in the order of the ids."""
    return _members().claims


def not_computable() -> dict[str, NotComputable]:
    """Every statement that is listed and never run, by the name of its module."""
    return _members().not_computable


def broken_claims() -> dict[str, str]:
    """Names of the modules that give no claim, and why, in a line each."""
    return _members().broken


def place_of(name: str) -> Place:
    """What is imported for a claim, and who ships it."""
    return _members().places.get(name) or _own_place(name)


def add_file(path: Path) -> str:
    """Know the claim of a file too, as long as this process lives; return its name.

    Raises
    ------
    ValueError
        If there is no such file, or a claim that is known has its name: results and workers know
        claims by their names.

    """
    name, known = path.stem, _members()
    if path.is_file() and not outside.is_file(name) and name in {*known.places, *known.broken}:
        if _source(place_of(name)) == path.resolve():  # it is known already
            return name
        got = f"got {path}, whose name is that of {id_of(name)}"
        raise ValueError(f"file of a claim must have a name of its own, {got}")
    name = outside.add_file(path)
    _members.cache_clear()
    return name


def _source(place: Place) -> Path | None:
    """The file of the module of a claim, if it was imported from one."""
    file = getattr(sys.modules.get(place.module), "__file__", None)
    return Path(file).resolve() if file else None


@cache
def _members() -> Members:
    found: dict[str, Claim | NotComputable] = {}
    broken: dict[str, str] = {}
    places: dict[str, Place] = {}
    for place in _places():
        try:
            member = _member(place, found)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever a file does, the other claims are there
            broken[_free_name(place, found | broken)] = one_line(error)
        else:
            found[place.name], places[place.name] = member, place
    ordered = sorted(found.items(), key=lambda item: order(item[1].id))
    claims = {name: claim for name, claim in ordered if isinstance(claim, Claim)}
    others = {name: claim for name, claim in ordered if isinstance(claim, NotComputable)}
    return Members(claims, others, broken, places)


def _places() -> Iterator[Place]:
    """Those of this package come first: no other can take their names or ids."""
    for module in iter_modules(folder.__path__):
        yield _own_place(module.name)
    yield from outside.places()


def _own_place(name: str) -> Place:
    path = f"{folder.__name__}.{name}"
    return Place(name, path, "", partial(_claim_in, path))


def _claim_in(path: str) -> Any:
    return getattr(import_module(path), "CLAIM", None)


def _member(place: Place, known: dict[str, Claim | NotComputable]) -> Claim | NotComputable:
    claim = place.load()
    if not isinstance(claim, Claim | NotComputable):
        raise TypeError(f"CLAIM of {place.name} must be a Claim, got {type(claim).__name__}")
    outside.check_name(place.name)
    if place.name in known:
        raise ValueError(f"name of a claim must be new, got that of {known[place.name].id}")
    for name, other in known.items():
        taken = {text.lower() for text in _ids_of(other)}
        if shared := [text for text in _ids_of(claim) if text.lower() in taken]:
            raise ValueError(f"id must be new, got {shared[0]}, which is that of {name}")
    return claim


def _ids_of(claim: Claim | NotComputable) -> tuple[str, ...]:
    """All that stands for a claim."""
    return claim.id, *claim.aliases


def _free_name(place: Place, taken: dict[str, Any]) -> str:
    """What a broken claim is listed by: its name, and who ships it if the name is taken."""
    name = place.name
    while name in taken:
        name += f" of {place.distribution or place.module}"
    return name


def one_line(error: BaseException) -> str:
    """What was raised, without line breaks."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def chosen(names: list[str]) -> list[str]:
    """Names of the modules that are meant.

    Parameters
    ----------
    names : list of str
        Ids in any spelling or names of claims, or beginnings of ids: P1-11 stands for P1-11a and
        P1-11a-mnist too, B04 for B-4-mnist, P1 for all of a paper.

    Returns
    -------
    list of str
        Without repetitions; all there are, if ``names`` is empty.

    Raises
    ------
    ValueError
        If one of them means no claim.

    Examples
    --------
    >>> chosen(["P1-1", "nolan_sums", "p1_01"])
    ['wan_noise_characteristic_functions', 'nolan_sums']

    """
    all_meant = []
    known = *all_claims(), *not_computable(), *broken_claims()
    ids = {name: id_of(name) for name in known}
    for asked in names or ids:
        spellings = _spelled(asked)
        meant = [name for name, id in ids.items() if asked == name or _is_meant(spellings, id)]
        if not meant:
            raise ValueError(f"claim must be one that `paper-checks list` names, got {asked!r}")
        all_meant += [name for name in meant if name not in all_meant]
    return all_meant


def name_meant(asked: str) -> str:
    """Name of the one claim that is meant: by a whole id or name, or by the beginning of one id.

    Raises
    ------
    ValueError
        If it means none, several, or what cannot be run.

    """
    known = all_claims().keys() | not_computable().keys() | broken_claims().keys()
    meant = [asked] if asked in known else chosen([asked])
    meant = [name for name in meant if is_full_name(asked, name)] or meant
    rule = "claim must be one"
    if len(meant) > 1:
        ids = ", ".join(map(id_of, meant[:SEVERAL])) + ", ..." * (len(meant) > SEVERAL)
        raise ValueError(f"{rule}, got {told(asked)}, which means {len(meant)}: {ids}")
    if other := not_computable().get(meant[0]):
        raise ValueError(f"{rule} that can be computed ({other.reason}), got {told(asked)}")
    if line := broken_claims().get(meant[0]):
        raise ValueError(f"{rule} that can be loaded ({line}), got {told(asked)}")
    return meant[0]


def names_meant(asked: list[str]) -> list[str]:
    """Names of the claims meant, each once; what means none or several is left as it is."""
    names = []
    for each in asked:
        try:
            names.append(name_meant(each))
        except ValueError:
            names.append(each)
    return list(dict.fromkeys(names))


def missing(name: str) -> str:
    """Why a claim cannot be run here, in one line, or an empty string.

    Loaders of data name a switch of other commands: a run of the ledger has the variable alone.
    """
    try:
        why = str(all_claims()[name].needs() or "")
    except OSError as error:  # a folder that may not be read, say
        return one_line(error)
    return why.replace(" or data_home (--data-home) says", " says")


def id_of(name: str) -> str:
    """Id of a claim; the name itself, where its module gives none."""
    member = all_claims().get(name) or not_computable().get(name)
    return member.id if member else name


def id_meant(text: str) -> str:
    """The whole id that an id in any spelling, or an alias, stands for; else it comes back."""
    members: list[Claim | NotComputable] = [*all_claims().values(), *not_computable().values()]
    ids = {member.id.lower(): member.id for member in members}
    found = [ids[spelled] for spelled in (text.lower(), *_spelled(text)) if spelled in ids]
    return found[0] if found else text


def is_full_name(asked: str, name: str) -> bool:
    """Whether a word means this claim by its whole id or name, and not by a beginning."""
    return asked == name or id_of(name).lower() in _spelled(asked)


def _spelled(asked: str) -> set[str]:
    """Beginnings of ids that an id in any spelling may mean, in lower case."""
    members: list[Claim | NotComputable] = [*all_claims().values(), *not_computable().values()]
    prefixes = {prefix_of(member.id) for member in members}
    spelled = {asked.lower(), normal(asked, prefixes)}
    aliases = {text.lower(): member.id for member in members for text in member.aliases}
    aliases |= {normal(text, prefixes): id for text, id in aliases.items()}
    return spelled | {aliases[text].lower() for text in spelled if text in aliases}


def _is_meant(spellings: set[str], id: str) -> bool:
    """Whether an id begins with one of them, up to a letter or a hyphen."""
    return any(_begins(text, id.lower()) for text in spellings)


def _begins(text: str, id: str) -> bool:
    if not text or not id.startswith(text):
        return False
    rest = id[len(text) : len(text) + 1]
    return not rest or rest == "-" or (text[-1].isdigit() and rest.isalpha())
