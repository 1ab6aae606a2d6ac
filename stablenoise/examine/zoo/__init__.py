"""Samplers with one fault each, from coarse to subtle, on which batteries are tried.

``faults``    all bad samplers
``controls``  samplers without a fault, made in other ways than ours
``Fault``     a sampler, the law that it claims, and what should be said of it

By kind, a file each: ``parameters``, ``cms`` (slips in the formula), ``uniforms``, ``tails``,
``shapes`` (other laws), ``dependence``, ``formats``, ``seeds`` and ``vectors``.
"""

from __future__ import annotations

from . import cms, dependence, formats, parameters, right, seeds, shapes, tails, uniforms, vectors
from .entry import Fault

__all__ = ["Fault", "controls", "faults"]

KINDS = parameters, cms, uniforms, tails, shapes, dependence, formats, seeds, vectors


def faults() -> tuple[Fault, ...]:
    """Bad samplers, one fault each; those that keep something are new at each call.

    Returns
    -------
    tuple of Fault
        Their names differ.

    Examples
    --------
    >>> len(faults()) >= 60
    True

    """
    return tuple(fault for kind in KINDS for fault in kind.members())


def controls() -> tuple[Fault, ...]:
    """Samplers without a fault, by other formulas and libraries.

    Returns
    -------
    tuple of Fault
        Named for how they draw.

    Examples
    --------
    >>> [control.name for control in controls()][0]
    'ours'

    """
    return right.members()
