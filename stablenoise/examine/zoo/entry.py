"""What an entry of the zoo is: a sampler that is wrong in one way, and the law that it claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...results import Result

__all__ = ["Fault"]


@dataclass(frozen=True, slots=True, repr=False)
class Fault(Result):
    """A sampler with one fault; or with none, among the controls.

    Parameters
    ----------
    name : str
        The fault in words.
    law : Stable or object
        What the sampler claims to draw from: a ``Stable`` or a multivariate law.
    draw : callable
        ``draw(size, rng)``, as ``examine.sampler`` takes it: size is an int, or (n, dim) for
        vectors.
    coarse : bool
        Whether 2^17 draws are enough to see it surely.
    told : str or None
        A word of the sentence that names the fault, where there is one: "scale", "clipped".

    Examples
    --------
    >>> from stablenoise import Stable
    >>> law = Stable(1.5)
    >>> fault = Fault("scale is 2", law, lambda size, rng: 2 * law.rvs(size, rng), True, "scale")
    >>> fault.draw(3, np.random.default_rng(1)).shape
    (3,)
    >>> fault
    Fault('scale is 2', coarse)

    """

    name: str
    law: Any
    draw: Callable[[Any, np.random.Generator], Any]
    coarse: bool
    told: str | None = None

    def _summary(self) -> str:
        return f"{self.name!r}, {'coarse' if self.coarse else 'subtle'}"

    def to_dict(self) -> dict[str, Any]:
        """All but the sampler itself, as JSON has it.

        Returns
        -------
        dict
            name, law, coarse, told; the law as it prints.

        Examples
        --------
        >>> from stablenoise.examine import zoo
        >>> zoo.faults()[0].to_dict()["told"]
        'scale'

        """
        law = repr(self.law)
        return {"name": self.name, "law": law, "coarse": self.coarse, "told": self.told}
