"""Certificates of networks from the bits they take, and the smallest that a search reaches."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from ..networks.model import Arrays, Model, Said
from .certifiers import (
    ALPHABETS,
    KEEPS,
    LEVELS,
    Alphabet,
    Certifier,
    Encoded,
    Search,
    certifier_of,
    check_sequences,
)
from .terms import Options, Terms, certified
from .trial import Predict, Setting

__all__ = [
    "Certifier",
    "Encoded",
    "Search",
    "Setting",
    "certified",
    "certify",
    "prune_quantise_encode",
]


def prune_quantise_encode(
    weights: Arrays | Model,
    data: tuple[ArrayLike, ArrayLike],
    delta: float = 0.05,
    *,
    predict: Predict | None = None,
    architecture: Said = None,
    codecs: Sequence[str] = ("adaptive",),
    options: Options = 1,
    repeats: str | None = None,
    keeps: Sequence[float] = KEEPS,
    levels: Sequence[int] = LEVELS,
    alphabets: Sequence[Alphabet] = ALPHABETS,
    rounds: int = 3,
    examples: int = 10_000,
    seed: int = 1,
) -> Encoded:
    """Prune, quantise and encode a network for the smallest certificate of its risk.

    In each array the weights are kept whose loss would change the sums of units most: those of
    the largest mean of w^2 a^2 over examples, where a is what the weight is multiplied with (of
    the largest w^2 with a ``predict`` of one's own).  They are then quantised, by k-means unless
    ``alphabets`` say otherwise.

    The search tries a grid first, in which all arrays have the same share and number of levels.
    Then, ``rounds`` times, it changes each array's share or levels by a factor, or its alphabet,
    wherever that helps.  It counts errors on some examples; the certificate counts them on all,
    with the decoded arrays.  The result is never worse than that of ``certify``, where that takes
    the weights.

    No union over the settings is charged, and none is missing: a payload describes its network
    alone, whichever way that was found, and the bound holds for all payloads at once.  What is no
    part of the payload is charged: the choice among several codecs, and the ``options``.
    Architecture, delta and the list of codecs must have been fixed before the data were seen.

    Parameters
    ----------
    weights : dict of ndarray, or Model
        Floats, by name, which is a string; a network that
        ``compress.networks.recognised`` knows, or one for ``predict``.
    data : tuple of x, shape (n, inputs), and labels, shape (n,)
        The training examples.  What made these inputs from the raw ones must have been fixed before
        the data were seen: means and spreads of the sample would have to be charged.  Take
        ``load_digits(standardise=False)`` and its like.
    delta : float
        Probability with which the certificate may fail, in (0, 1).
    predict : callable, optional
        (arrays, x) -> outputs, shape (n, classes).  **It must be fixed before the data were seen**:
        no bit of it is charged, and what it knows of them, be it by a label that it closes over, a
        constant tuned on them or a mean of this x, makes the limit false.  It treats each row by
        itself; 100 rows are asked of it again to see whether it does.  A row with a NaN is an
        error.
    architecture : str, path or Architecture, optional
        Without ``predict`` this says what is done with the arrays, see
        ``compress.networks.recognised``, and units that do nothing are taken out of the dense
        layers.  **It must be fixed before the data were seen**: no bit of its file is charged.
        One that the data chose, as ``compress.networks.describe`` does with examples, must be
        charged as ``options``, as many as were tried.
    codecs : sequence of str
        Names of modules of ``compress.coding.codecs``.
    options : int or mapping of str to int
        How many other things were tried on the data and are not in the payload: twenty widths are
        20, or {"width": 20}.  Each is charged its log2.  Where one trial led to the next, count all
        that there could have been.
    repeats : {None, "drawn"}
        Whether inputs that occur more than once were so drawn.  Copies made after the drawing, by
        oversampling or augmentation, are no examples of their own and give a false limit.
    keeps, levels : sequence
        Shares and numbers of levels of the grid.
    alphabets : sequence of str, or of tuple of str and groups
        Ways to quantise that are tried, for all arrays and then for each: methods of
        ``compress.quantise``, as "ternary", or a method with groups, as ("ternary", "channel").
        Groups need codec ``grouped``.  Which way was taken is in the payload: it costs no more.
    rounds : int
        At least 0.
    examples : int
        How many examples the search counts errors on, at least 1.
    seed : int
        Seed of the choice of examples.

    Returns
    -------
    Encoded

    Raises
    ------
    ValueError
        If an argument is out of range, or the arrays are no such network.

    Notes
    -----
    Assumed: the examples are drawn independently, from the law that the risk is of (or as
    ``repeats`` says), and what no charge pays for, such as delta, was fixed before they were seen.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(2000, 10))
    >>> prune_quantise_encode({"w": np.eye(10)}, (x, x.argmax(axis=1)))
    Encoded(10 bytes, risk at most 0.0289, 0 errors of 2,000)

    """
    check_sequences(codecs=codecs, keeps=keeps, levels=levels, alphabets=alphabets)
    terms = Terms(delta, tuple(codecs), options)
    search = Search(tuple(keeps), tuple(levels), rounds, examples, seed, tuple(alphabets))
    return certifier_of(weights, data, terms, predict, architecture, repeats).searched(search)


def certify(
    weights: Arrays | Model,
    data: tuple[ArrayLike, ArrayLike],
    delta: float = 0.05,
    *,
    predict: Predict | None = None,
    architecture: Said = None,
    codecs: Sequence[str] = ("adaptive",),
    options: Options = 1,
    repeats: str | None = None,
) -> Encoded:
    """Certificate of a network from the bits it takes, without any search.

    The weights are encoded as they are.  Hidden units that do nothing are set to zero first.
    Means and spreads of the sample that standardise its inputs would have to be charged: take
    ``load_digits(standardise=False)`` for a certificate.

    Parameters
    ----------
    weights, data, delta, predict, architecture, codecs, options, repeats
        As for ``prune_quantise_encode``: ``predict`` must be fixed before the data were seen.

    Returns
    -------
    Encoded

    Raises
    ------
    ValueError
        As ``prune_quantise_encode``, and if an array has more values than the codec takes.

    Notes
    -----
    Assumed: the examples are drawn independently, from the law that the risk is of (or as
    ``repeats`` says), and what no charge pays for, such as delta, was fixed before they were seen.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(1).normal(size=(2000, 10))
    >>> certify({"w": np.eye(10)}, (x, x.argmax(axis=1)))
    Encoded(10 bytes, risk at most 0.0289, 0 errors of 2,000)

    """
    check_sequences(codecs=codecs)
    terms = Terms(delta, tuple(codecs), options)
    return certifier_of(weights, data, terms, predict, architecture, repeats).as_it_is()
