"""Interactions of particles: drifts that depend on the mean of a feature over all particles."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stablenoise.checks import check_finite, check_integer, check_kind, check_number, plain, told
from stablenoise.kernels.arrays import Array, array_module
from stablenoise.kernels.compiler import jit
from stablenoise.values import set_fields

from .steps import all_drifts, mean_features

__all__ = ["Interaction", "attraction", "drifts"]

MAX_FEATURES = 2**16 - 1


@dataclass(frozen=True, slots=True, repr=False)
class Interaction:
    """A drift that sees the other particles through the mean of a feature alone.

    Parameters
    ----------
    drift : callable
        ``drift(x, mean, parameters, out)``, compiled by ``stablenoise.kernels.jit`` or by Numba.
        It writes b(x, mean) to ``out``.  x are some particles of one system; x and ``out`` have
        shape (m, d), and ``mean`` is float64 of shape (features,).
    feature : callable
        ``feature(x, parameters, sums)``, compiled.  It adds g(x), summed over the particles, to
        ``sums``, which is float64 of shape (features,).
    features : int
        At least 1.
    parameters : tuple of float
        Given to both functions.  Other values do not make them compile again.
    dim : int or None
        Dimension d of the particles that it is for; particles of another one are refused.  None
        for functions that serve any.
    cuda : str or None
        The two functions again as CUDA text, for particles on a device::

            __device__ void drift(const real *x, const double *mean, const double *parameters,
                                  real *out)
            __device__ double feature(const real *x, long long count, int which,
                                      const double *parameters)

        ``drift`` writes the DIM coordinates of b(x, mean) of one particle to ``out``, and
        ``feature`` is the sum of feature number ``which`` over ``count`` particles, which lie one
        after the other, in the order in which the compiled one sums.  ``real`` is the particles'
        format, DIM and FEATURES are constants, and ``exp_``, ``log_``, ``fma_``, ``sinpi_`` and
        what else stands in ``stablenoise.kernels.elementary`` may be called.

    Raises
    ------
    ValueError
        If a function is not compiled, a parameter is not a number, features or dim is out of
        range, or cuda is no text of both functions.

    Examples
    --------
    Particles that are drawn to 0 the more strongly, the larger the mean square is:

    >>> from stablenoise.kernels import jit
    >>> @jit
    ... def drift(x, mean, parameters, out):
    ...     out[:] = parameters[0] * mean[0] * x
    >>> @jit
    ... def square(x, parameters, sums):
    ...     sums[0] += (x**2).sum()
    >>> interaction = Interaction(drift, square, parameters=(0.5,))
    >>> interaction
    Interaction(drift=drift, feature=square, features=1, parameters=(0.5,), dim=None)
    >>> drifts(interaction)(np.array([[2.0], [4.0]]), 0)
    array([[10.],
           [20.]])

    """

    drift: Callable
    feature: Callable
    features: int = 1
    parameters: tuple[float, ...] = ()
    dim: int | None = None
    cuda: str | None = None

    __setstate__ = set_fields  # of versions without a dim or a cuda text, too

    def __post_init__(self) -> None:
        for name in ("drift", "feature"):
            if not hasattr(getattr(self, name), "py_func"):
                raise ValueError(f"{name} must be compiled by jit, got {told(getattr(self, name))}")
        features = check_integer("features", self.features, 1, MAX_FEATURES + 1)
        object.__setattr__(self, "features", features)
        if not isinstance(self.parameters, tuple):
            raise ValueError(f"parameters must be a tuple of numbers, got {told(self.parameters)}")
        for parameter in self.parameters:
            check_number("each of parameters", parameter)
        object.__setattr__(self, "parameters", tuple(map(plain, self.parameters)))
        if self.dim is not None:
            object.__setattr__(self, "dim", check_integer("dim", self.dim, 1, 2**32))
        _check_cuda(self.cuda)

    def __repr__(self) -> str:  # functions by their names: a dispatcher's repr is an address
        drift, feature = self.drift.__name__, self.feature.__name__
        numbers = f"features={self.features}, parameters={self.parameters}, dim={self.dim}"
        return f"Interaction(drift={drift}, feature={feature}, {numbers})"


def _check_cuda(text: str | None) -> None:
    """Raise ValueError unless it is None or has both functions."""
    if text is not None and not (isinstance(text, str) and "drift" in text and "feature" in text):
        raise ValueError(f"cuda must be a text with drift and feature, got {told(text)}")


def drifts(interaction: Interaction) -> Callable[[Array, int], Array]:
    """Drift of an interaction as array code.

    Parameters
    ----------
    interaction : Interaction

    Returns
    -------
    callable
        (theta, step) -> b(theta, m), an array like theta, for theta of shape (n, d) or
        (systems, n, d), of NumPy or of CuPy; the step is not used.

    Raises
    ------
    ValueError
        If it is not an interaction; when called, if particles have another dimension than its, or
        are on a device and it has no CUDA text.

    Examples
    --------
    >>> drifts(attraction(2.0))(np.array([[0.0], [2.0]]), 0)
    array([[-2.],
           [ 2.]])

    """
    check_interaction(interaction)

    def drift(theta: Array, step: int) -> Array:
        check_dimension(interaction, theta)
        check_where(interaction, theta)
        x = array_module(theta).ascontiguousarray(theta).reshape(-1, *theta.shape[-2:])
        return all_drifts(interaction, x, mean_features(interaction, x)).reshape(theta.shape)

    return drift


def attraction(rate: float, dim: int = 1) -> Interaction:
    """Linear attraction to the mean m of the particles: b(x, m) = rate (x - m).

    Parameters
    ----------
    rate : float
        Finite, in inverse time; below 0 particles are driven away from their mean.
    dim : int
        Dimension of a particle, at least 1.

    Returns
    -------
    Interaction

    Raises
    ------
    ValueError
        If rate is not finite, or dim is out of range.

    Examples
    --------
    >>> attraction(2.0).parameters
    (2.0,)

    """
    rate = check_finite("rate", rate)
    dim = check_integer("dim", dim, 1, MAX_FEATURES + 1)
    return Interaction(_to_the_mean, _itself, dim, (float(rate),), dim, ATTRACTION)


def check_interaction(interaction: Interaction) -> None:
    """Raise ValueError unless it is an ``Interaction``."""
    check_kind("interaction", interaction, Interaction)


def check_dimension(interaction: Interaction, theta: np.ndarray) -> None:
    """Raise ValueError unless particles are of the dimension that an interaction is for.

    Compiled code looks at no bounds: it would read and write beyond its features.
    """
    if interaction.dim not in (None, theta.shape[-1]):
        rule = f"theta must have particles of dimension {interaction.dim}, as the interaction has"
        raise ValueError(f"{rule}, got shape {theta.shape}")


def check_where(interaction: Interaction, theta: Array) -> None:
    """Raise ValueError if particles are on a device, and the interaction is for the host alone."""
    if array_module(theta) is not np and interaction.cuda is None:
        rule = "interaction must have a cuda text for particles on a device"
        raise ValueError(f"{rule}, got {interaction!r}")


@jit
def _to_the_mean(x, mean, parameters, out):
    # One loop over a flat array, with numbers of its own format, is vectorised.
    if x.shape[1] == 1:
        line, moved = x.reshape(-1), out.reshape(-1)
        rate, middle = line.dtype.type(parameters[0]), line.dtype.type(mean[0])
        for i in range(line.size):
            moved[i] = rate * (line[i] - middle)
        return
    for i in range(len(x)):
        for j in range(x.shape[1]):
            out[i, j] = parameters[0] * (x[i, j] - mean[j])


@jit
def _itself(x, parameters, sums):
    if x.shape[1] == 1:
        sums[0] += _sum(x.reshape(-1))
        return
    for i in range(len(x)):
        for j in range(x.shape[1]):
            sums[j] += x[i, j]


@jit
def _sum(x):
    """Sum of a flat array, always in the same order."""
    # An addition waits for the one before it, but not for those of three other sums.
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    whole = x.size // 4 * 4
    for i in range(0, whole, 4):
        a, b, c, d = a + x[i], b + x[i + 1], c + x[i + 2], d + x[i + 3]
    for i in range(whole, x.size):
        a += x[i]
    return (a + b) + (c + d)


ATTRACTION = r"""
__device__ void drift(const real *x, const double *mean, const double *parameters, real *out)
{
    if (DIM == 1) {
        const real rate = (real)parameters[0], middle = (real)mean[0];
        out[0] = rate * (x[0] - middle);
        return;
    }
    for (long long j = 0; j < DIM; ++j) out[j] = (real)(parameters[0] * ((double)x[j] - mean[j]));
}
__device__ double feature(const real *x, long long count, int which, const double *parameters)
{
    double a = 0.0, b = 0.0, c = 0.0, d = 0.0;
    if (DIM > 1) {
        for (long long i = 0; i < count; ++i) a += x[i * DIM + which];
        return a;
    }
    const long long whole = count / 4 * 4;
    for (long long i = 0; i < whole; i += 4) {
        a += x[i];  b += x[i + 1];  c += x[i + 2];  d += x[i + 3];
    }
    for (long long i = whole; i < count; ++i) a += x[i];
    return (a + b) + (c + d);
}
"""
