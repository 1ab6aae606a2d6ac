"""Weights as frameworks hold them: one array, or lists, tuples and dicts of arrays."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from stablenoise.checks import as_array, check_integer, check_number, check_truth, told
from stablenoise.kernels.arrays import Array, array_module
from stablenoise.moved import renamed

# An array of NumPy or CuPy or an object with __array__; a list, tuple or dict of Weights or None
Weights = Any
Shares = Any  # a number, or a container of numbers laid out like the weights
Group = dict[int, Array]  # arrays that one ranking covers, by their number in the container
Arrays = dict[str, np.ndarray]
FLOAT_TYPES = ("float64", "float32", "float16")
__getattr__ = renamed(__name__, {"opened": "grouped", "Opened": "Groups"})


def leaves(container: Any, name: str = "weights") -> Iterator[tuple[str, Any]]:
    """Yield what a container holds, in order and each with its name; ``None`` holds nothing."""
    if isinstance(container, dict):
        for key, part in container.items():
            yield from leaves(part, f"{name}[{_shown(key)}]")
    elif isinstance(container, list | tuple):
        for number, part in enumerate(container):
            yield from leaves(part, f"{name}[{number}]")
    elif container is not None:
        yield name, container


def _shown(key: Any) -> str:
    """A key as Python shows it, or as an object where its class does not."""
    try:
        return repr(key)
    except Exception:  # of a class of one's own, or an integer of more digits than Python writes
        return object.__repr__(key)


def rebuilt(container: Any, values: Iterable) -> Any:
    """Return a copy of the container that holds other values, given in the order of ``leaves``."""
    return _rebuilt(container, iter(values))


def _rebuilt(container: Any, values: Iterator) -> Any:
    if isinstance(container, dict):
        # A copy has the class of the dict, which may be one of a framework.
        changed = copy(container)
        changed.update({key: _rebuilt(part, values) for key, part in container.items()})
        return changed
    if isinstance(container, list | tuple):
        parts = [_rebuilt(part, values) for part in container]
        # Named tuples take their fields one by one, tuples and lists all as one argument.
        return container._make(parts) if hasattr(container, "_make") else type(container)(parts)
    return None if container is None else next(values)


def checked_leaves(
    weights: Weights, name: str = "weights", empty: bool = False
) -> list[tuple[str, Array]]:
    """Arrays with their names, or ValueError unless they are real, finite and not empty.

    Objects of other libraries with ``__array__`` are arrays of NumPy from here on.
    """
    arrays = [(leaf, as_array(leaf, value)) for leaf, value in leaves(weights, name)]
    if not arrays:
        raise ValueError(f"{name} must hold an array, got {told(weights)}")
    for leaf, array in arrays:
        _check_array(leaf, array)
        if not (empty or array.size):
            raise ValueError(f"{leaf} must not be empty, got shape {array.shape}")
    return arrays


def checked_network(arrays: Arrays) -> Arrays:
    """The arrays in a plain dict.

    A certificate charges for the arrays alone, so nothing else may come along: no attribute of a
    container, and no name that is more than its letters.

    Parameters
    ----------
    arrays : dict of ndarray

    Returns
    -------
    dict of ndarray

    Raises
    ------
    ValueError
        Unless all names are plain strings and all arrays real, finite and not empty.

    Examples
    --------
    >>> list(checked_network({"w": np.ones((4, 3))}))
    ['w']

    """
    given: Any = arrays
    if not isinstance(given, dict):
        file = isinstance(given, str | PathLike | np.lib.npyio.NpzFile)
        rule = "a dict of arrays of NumPy" + ", as dict(np.load(path)) is" * file
        raise ValueError(f"weights must be {rule}, got {type(given).__name__}")
    plain: dict[Any, Any] = {
        name: as_array(f"weights[{_shown(name)}]", array) for name, array in arrays.items()
    }
    for name, array in plain.items():
        if type(name) is not str:
            raise ValueError(f"names of weights must be plain strings, got {told(name)}")
        if not isinstance(array, np.ndarray):
            kind = type(array).__name__
            raise ValueError(f"weights must be a dict of arrays of NumPy, got {kind} for {name!r}")
    checked_leaves(plain)
    return plain


def layers_of(arrays: Arrays) -> list[tuple[str, str | None]]:
    """Names of the weights of each layer of a model with those of its biases, if it has some."""
    names = [*arrays, ""]
    pairs = zip(names[:-1], names[1:], strict=True)
    rows = {name for name, a in arrays.items() if a.ndim == 1}
    return [(name, b if b in rows else None) for name, b in pairs if name not in rows]


def _check_array(name: str, array: Any) -> None:
    xp = array_module(array)
    if not isinstance(array, xp.ndarray) or isinstance(array, np.ma.MaskedArray | np.matrix):
        kind = type(array).__name__
        raise ValueError(f"{name} must be an array of NumPy or CuPy, got {kind}")
    if array.dtype.kind not in "biu" and array.dtype.name not in FLOAT_TYPES:
        raise ValueError(
            f"{name} must be of integers or {', '.join(FLOAT_TYPES)}, got {array.dtype}"
        )
    finite = xp.isfinite(array)
    if not finite.all():
        raise ValueError(f"{name} must be finite, got {float(array[~finite][0])}")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Groups:
    """Weights taken apart: their arrays, and which of them one ranking covers.

    Parameters
    ----------
    weights : container
    names : list of str
    arrays : list of ndarray
        All of them, also those that are not pruned.
    groups : list of dict
        One for each ranking: what it covers, by number in ``arrays``.
    scope : {"layer", "global"}

    """

    weights: Weights
    names: list[str]
    arrays: list[Array]
    groups: list[Group]
    scope: str

    def changed(self, keep: Shares, change: Callable[[Group, float], Iterable[Array]]) -> Weights:
        """Copy of the weights in which each group is what ``change`` makes of it and its share."""
        shares = self._shares(keep)
        arrays = dict(enumerate(self.arrays))
        for group in self.groups:
            arrays.update(zip(group, change(group, shares[min(group)]), strict=True))
        # What a method leaves alone is copied too: no result shares memory with the weights.
        copies = (new if new is not old else old.copy() for new, old in self._pairs(arrays))
        return rebuilt(self.weights, copies)

    def measured(self, share: Callable[[Group], float]) -> Shares:
        """Share of the one group, or of each array in a container like the weights."""
        if self.scope == "global":
            return share(self.groups[0])
        shares = dict.fromkeys(range(len(self.arrays)), 1.0)  # what is not pruned is kept
        shares.update({min(group): share(group) for group in self.groups})
        return rebuilt(self.weights, shares.values())

    def _pairs(self, changed: Group) -> Iterable[tuple[Array, Array]]:
        return zip(changed.values(), self.arrays, strict=True)

    def _shares(self, keep: Shares) -> list[float]:
        """Shares for all arrays, from one number or from one for each."""
        if not isinstance(keep, list | tuple | dict):
            check_number("keep", keep)
            return [keep] * len(self.arrays)
        given = dict(leaves(keep))
        if self.scope == "global" or given.keys() != set(self.names):
            like = "a number" if self.scope == "global" else "a number, or laid out like weights"
            raise ValueError(f"keep must be {like}, got {told(keep)}")
        for name, share in given.items():
            check_number(name.replace("weights", "keep", 1), share)
        return [given[name] for name in self.names]


def grouped(
    weights: Weights, scope: str = "layer", ndim: int | None = None, network: bool = False
) -> Groups:
    """Take weights apart for a method that prunes arrays of one number of dimensions.

    Parameters
    ----------
    weights : ndarray, or list, tuple or dict of ndarray, nested or not
        Real, finite and not empty, of NumPy or CuPy.
    scope : {"layer", "global"}
        Each array for itself, or one ranking over all of them.
    ndim : int, optional
        Dimensions of the arrays that are pruned; by default any number.
    network : bool
        Whether the last array of two or more dimensions is an output layer, and not pruned.

    Returns
    -------
    Groups

    Raises
    ------
    ValueError
        If the weights are something else, there is nothing to prune, or scope is neither.

    Examples
    --------
    >>> groups = grouped({"w": np.ones((3, 2)), "b": np.ones(3)}, ndim=2)
    >>> groups.names, [list(group) for group in groups.groups]
    (["weights['w']", "weights['b']"], [[0]])

    """
    check_scope(scope)
    check_truth("network", network)
    if ndim is not None:
        check_integer("ndim", ndim, 0, 65)
    names, arrays = map(list, zip(*checked_leaves(weights), strict=True))
    hidden = max((i for i, a in enumerate(arrays) if a.ndim > 1), default=0) if network else None
    fit = {i: a for i, a in enumerate(arrays) if ndim in (None, a.ndim) and i != hidden}
    if not fit:
        _refuse(weights, arrays, "a matrix" if ndim == 2 else f"a {ndim}-d array", network)
    if scope == "layer":
        return Groups(weights, names, arrays, [{i: a} for i, a in fit.items()], scope)
    modules = {array_module(a).__name__ for a in fit.values()}
    if len(modules) > 1:
        raise ValueError(
            "weights must be all of NumPy or all of CuPy with scope 'global', got both"
        )
    return Groups(weights, names, arrays, [fit], scope)


def check_scope(scope: str) -> None:
    """Raise ValueError unless ``scope`` is one of the two.

    Parameters
    ----------
    scope : {"layer", "global"}

    Raises
    ------
    ValueError
        If it is another.

    Examples
    --------
    >>> check_scope("layer")

    """
    if not isinstance(scope, str) or scope not in ("layer", "global"):
        raise ValueError(f"scope must be 'layer' or 'global', got {told(scope)}")


def _refuse(weights: Weights, arrays: list[Array], what: str, network: bool) -> None:
    seen = ", ".join(str(a.shape) for a in arrays)
    if network:
        raise ValueError(f"weights must hold {what} before the output layer, got shapes {seen}")
    if isinstance(weights, list | tuple | dict):
        raise ValueError(f"weights must hold {what}, got shapes {seen}")
    raise ValueError(f"weights must be {what}, got shape {seen}")
