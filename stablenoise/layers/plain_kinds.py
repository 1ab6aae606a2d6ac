"""Kinds of layers without weights to train: activations, scales, flattening."""

from dataclasses import dataclass
from math import prod

from stablenoise.checks import check_choice, check_positive

from .shapes import Pointwise, Shape, Shown, check_name, check_sizes

ORDERS = ("channels_first", "channels_last")
FORMS = ("none", "tanh")
EPSILON = 1e-5  # of batch norm in most libraries


@dataclass(frozen=True, slots=True, repr=False)
class Relu(Pointwise):
    """The larger of each value and 0.

    Examples
    --------
    >>> Relu()
    Relu()

    """


@dataclass(frozen=True, slots=True, repr=False)
class Tanh(Pointwise):
    """Hyperbolic tangent of each value.

    Examples
    --------
    >>> Tanh()
    Tanh()

    """


@dataclass(frozen=True, slots=True, repr=False)
class Sigmoid(Pointwise):
    """1 / (1 + exp(-x)) of each value x.

    Examples
    --------
    >>> Sigmoid()
    Sigmoid()

    """


@dataclass(frozen=True, slots=True, repr=False)
class Gelu(Pointwise):
    """Each value times the chance that a standard normal one is smaller.

    Parameters
    ----------
    approximate : {"none", "tanh"}
        The chance itself, or its approximation by a hyperbolic tangent.

    Raises
    ------
    ValueError
        If it is another.

    References
    ----------
    Hendrycks & Gimpel (2016), Gaussian error linear units, arXiv 1606.08415, section 2.

    Examples
    --------
    >>> Gelu("tanh")
    Gelu(approximate='tanh')

    """

    approximate: str = FORMS[0]

    def __post_init__(self) -> None:
        check_choice("approximate of a gelu", self.approximate, FORMS)


@dataclass(frozen=True, slots=True, repr=False)
class Linear(Pointwise):
    """Each value as it is.

    Examples
    --------
    >>> Linear()
    Linear()

    """


@dataclass(frozen=True, slots=True, repr=False)
class Scale(Pointwise):
    """Each value times a number: dropout that is scaled when the network is used.

    Parameters
    ----------
    factor : float
        Positive; the share of units that dropout kept.

    Raises
    ------
    ValueError
        If it is not positive.

    Examples
    --------
    >>> Scale(0.5)
    Scale(factor=0.5)

    """

    factor: float = 1.0

    def __post_init__(self) -> None:
        check_positive("factor of a scale", self.factor)


@dataclass(frozen=True, slots=True, repr=False)
class BatchNorm(Pointwise):
    """Values of each channel less their mean, over their deviation: batch norm once trained.

    (x - mean) / sqrt(variance + epsilon) * scale + shift, with a number for each channel of an
    image, or for each number of a row.

    Parameters
    ----------
    scale, shift : str or None
        Names of their arrays; without one it is 1, or 0.
    mean, variance : str
        Names of theirs.
    epsilon : float
        Added to the variance, positive.

    Raises
    ------
    ValueError
        If a name is none or epsilon is not positive.

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization, ICML, algorithm 2.

    Examples
    --------
    >>> BatchNorm("bn.weight", "bn.bias", "bn.running_mean", "bn.running_var").epsilon
    1e-05

    """

    scale: str | None = None
    shift: str | None = None
    mean: str = ""
    variance: str = ""
    epsilon: float = EPSILON

    def __post_init__(self) -> None:
        for key in ("scale", "shift"):
            check_name(f"{key} of a batchnorm", getattr(self, key))
        for key in ("mean", "variance"):
            check_name(f"{key} of a batchnorm", getattr(self, key), needed=True)
        check_positive("epsilon of a batchnorm", self.epsilon)


@dataclass(frozen=True, slots=True, repr=False)
class Flatten(Shown):
    """An image as one row of numbers; a row stays what it is.

    Parameters
    ----------
    order : {"channels_first", "channels_last"}
        Channel by channel, as PyTorch has them, or pixel by pixel, as TensorFlow does.

    Raises
    ------
    ValueError
        If the order is another.

    Examples
    --------
    >>> Flatten()
    Flatten()

    """

    order: str = ORDERS[0]

    def __post_init__(self) -> None:
        check_choice("order of a flatten", self.order, ORDERS)

    def outputs(self, shape: Shape) -> Shape:
        """Shape of what it makes of an input.

        Parameters
        ----------
        shape : tuple of int
            Of an image or of a row.

        Returns
        -------
        tuple of int

        Raises
        ------
        ValueError
            If the shape is none.

        Examples
        --------
        >>> Flatten().outputs((16, 4, 4))
        (256,)

        """
        shape = check_sizes("shape", shape)
        return (prod(shape),)
