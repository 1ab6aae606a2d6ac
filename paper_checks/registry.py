"""The claims there are, by the names of their modules, and the ids that stand for them."""

import re
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple

from . import claims as folder
from .claim import Claim, NotComputable


class Members(NamedTuple):
    """What the modules of claims hold, by their names."""

    claims: dict[str, Claim]
    not_computable: dict[str, NotComputable]
    broken: dict[str, str]


def all_claims() -> dict[str, Claim]:
    """Every claim by the name of its module, in the order of the ids."""
    return _members().claims


def not_computable() -> dict[str, NotComputable]:
    """Every statement that is listed and never run, by the name of its module."""
    return _members().not_computable


def broken_claims() -> dict[str, str]:
    """Names of the modules that give no claim, and why, in a line each."""
    return _members().broken


@cache
def _members() -> Members:
    found: dict[str, Claim | NotComputable] = {}
    broken: dict[str, str] = {}
    for module in iter_modules(folder.__path__):
        try:
            found[module.name] = _claim_of(module.name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever a file does, the other claims are there
            broken[module.name] = one_line(error)
    ordered = sorted(found.items(), key=lambda item: order(item[1].id))
    claims = {name: claim for name, claim in ordered if isinstance(claim, Claim)}
    others = {name: claim for name, claim in ordered if isinstance(claim, NotComputable)}
    return Members(claims, others, broken)


def _claim_of(name: str) -> Claim | NotComputable:
    claim = getattr(import_module(f"{folder.__name__}.{name}"), "CLAIM", None)
    if not isinstance(claim, Claim | NotComputable):
        raise TypeError(f"CLAIM of {name} must be a Claim, got {type(claim).__name__}")
    return claim


def one_line(error: BaseException) -> str:
    """What was raised, without line breaks."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def order(id: str) -> list[str | int]:
    """Key that sorts ids by the numbers in them: P1-2 before P1-11a."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", id)]


def chosen(names: list[str]) -> list[str]:
    """Names of the modules that are meant.

    Parameters
    ----------
    names : list of str
        Ids or names of claims, or beginnings of ids: P1-11 stands for P1-11a and P1-11a-mnist too.

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
    >>> chosen(["P1-1", "nolan_sums"])
    ['wan_noise_characteristic_functions', 'nolan_sums']

    """
    all_meant = []
    known = *all_claims(), *not_computable(), *broken_claims()
    ids = {name: id_of(name) for name in known}
    for asked in names or ids:
        meant = [name for name, id in ids.items() if _is_meant(asked, name, id)]
        if not meant:
            raise ValueError(f"claim must be one that `paper-checks list` names, got {asked!r}")
        all_meant += [name for name in meant if name not in all_meant]
    return all_meant


def id_of(name: str) -> str:
    """Id of a claim; the name itself, where its module gives none."""
    member = all_claims().get(name) or not_computable().get(name)
    return member.id if member else name


def _is_meant(asked: str, name: str, id: str) -> bool:
    if asked == name or id.lower() == asked.lower():
        return True
    begins, rest = id.lower().startswith(asked.lower()), id[len(asked) : len(asked) + 1]
    return begins and (rest == "-" or (asked[-1:].isdigit() and rest.isalpha()))
