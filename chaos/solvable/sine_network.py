"""A network of one sine a neuron, whose limit is an equation for Fourier coefficients."""

from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import jv

from stablenoise.checks import check_finite, check_integer, check_positive
from stablenoise.values import keep_floats

from ..checks import check_index
from .schemes import Euler, Flow, check_scheme

EXTRA_ORDERS = 20  # of Bessel functions past their argument: there they are below 1e-16
MAX_STIFFNESS = 1e9  # some 1e8 explicit steps: hours
MAX_TURN = 1e5  # modes times a turn: so many coefficients are summed for each mode of a step


@dataclass(frozen=True, slots=True)
class SineNetwork:
    r"""SGD on f = mean(sin theta_i) with half the squared distance from a target, and its limit.

    .. math:: d\theta_i = -(f - target) \cos\theta_i\, dt + \sigma dL_i

    This is a network of one hidden layer with a bounded smooth activation, on one point of data.

    Parameters
    ----------
    alpha : float
        Stability index, in (0, 2]: no moment is needed.
    target : float
        Finite.
    sigma : float
        Positive, in radians per time^(1/alpha).
    start : float
        Where all particles start, in radians.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    Notes
    -----
    DERIVED.  In the limit :math:`\phi_k = E e^{ik\theta}` has, with m = Im phi_1,

    .. math:: \phi_k' = -ik (m - target)(\phi_{k+1} + \phi_{k-1})/2 - |\sigma k|^\alpha \phi_k,

    and for Euler's chain, with z = k eta (m - target) and Bessel functions J_p,

    .. math:: \phi_k \leftarrow e^{-\eta |\sigma k|^\alpha} \sum_p (-i)^p J_p(z)\, \phi_{k+p}.

    Examples
    --------
    >>> network = SineNetwork(1.75, target=0.8, sigma=0.7)
    >>> print(f"{network.limit(Flow(2.0)):.6f}")
    0.356938

    """

    alpha: float
    target: float
    sigma: float = 1.0
    start: float = 0.0

    def __post_init__(self) -> None:
        check_index(self.alpha, 0)
        check_finite("target", self.target)
        check_positive("sigma", self.sigma)
        check_finite("start", self.start)
        keep_floats(self, "alpha", "target", "sigma", "start")

    def limit(self, scheme: Flow | Euler, modes: int = 64) -> float:
        """Output of the infinite network at the end of a scheme.

        Parameters
        ----------
        scheme : Flow or Euler
        modes : int
            Highest k that is followed, in [2, 10^4]; double it to see what is left out.

        Returns
        -------
        float
            m, in [-1, 1]; for the flow within about 1e-10.

        Raises
        ------
        ValueError
            If scheme is neither, modes is out of range, or too many terms or steps are needed.

        Notes
        -----
        The steps of the flow are explicit: their number grows like time (sigma modes)^alpha.

        Examples
        --------
        >>> network = SineNetwork(1.75, target=0.8, sigma=0.7)
        >>> print(f"{network.limit(Flow(2.0)):.6f} {network.limit(Euler(0.1, 20)):.6f}")
        0.356938 0.355752

        """
        check_scheme(scheme)
        modes = check_integer("modes", modes, 2, 10**4 + 1)
        k = np.arange(1, modes + 1)
        with np.errstate(over="ignore"):
            damping = abs(self.sigma * k) ** self.alpha
            if isinstance(scheme, Euler):
                return float(self._chain(scheme, k, self._turns(k), damping)[0].imag)
            return float(self._flow(scheme, k, self._turns(k), damping)[0].imag)

    def _turns(self, k: np.ndarray) -> np.ndarray:
        """Return exp(ik start), by powers where the angle is beyond the floats."""
        whole = abs(self.start) < 1e300
        return np.exp(1j * k * self.start) if whole else np.exp(1j * self.start) ** k

    def _flow(self, flow: Flow, k: np.ndarray, phi: np.ndarray, damping: np.ndarray) -> np.ndarray:
        def slope(_: float, phi: np.ndarray) -> np.ndarray:
            whole = np.concatenate([[1.0], phi, [0.0]])
            push = -0.5j * (phi[0].imag - self.target)
            return push * k * (whole[2:] + whole[:-2]) - damping * phi

        stiffness = flow.time * (damping[-1] + k.size * (1 + abs(self.target)))
        if not stiffness < MAX_STIFFNESS:
            rule = (
                f"time ((sigma modes)^alpha + modes (1 + |target|)) must be below {MAX_STIFFNESS:g}"
            )
            raise ValueError(f"{rule}, got {stiffness:g}")
        solution = solve_ivp(slope, (0, flow.time), phi, "DOP853", rtol=1e-11, atol=1e-12)
        return solution.y[:, -1]

    def _chain(
        self, euler: Euler, k: np.ndarray, phi: np.ndarray, damping: np.ndarray
    ) -> np.ndarray:
        damped = np.exp(-euler.eta * damping)
        for _ in range(euler.steps):
            z = euler.eta * (phi[0].imag - self.target)
            if abs(k.size * z) > MAX_TURN:
                turn = f"{k.size} modes of a turn {z:g}"
                raise ValueError(f"modes times a turn must be at most {MAX_TURN:g}, got {turn}")
            p = np.arange(-reach(k.size * z), reach(k.size * z) + 1)
            # A step multiplies by exp(-iz cos theta): these are its Fourier coefficients.
            turned = (-1j) ** p * jv(p, k[:, None] * z)
            phi = damped * (turned * _at(phi, k[:, None] + p)).sum(axis=1)
        return phi


def reach(z: float) -> int:
    """Order from which on Bessel functions of z are below 1e-16."""
    return int(1.2 * abs(z)) + EXTRA_ORDERS


def _at(phi: np.ndarray, k: np.ndarray) -> np.ndarray:
    """Coefficients at any k: 1 at 0, the conjugate at -k, and 0 beyond those followed."""
    known = np.concatenate([[1.0], phi, [0.0]])[np.minimum(abs(k), phi.size + 1)]
    return np.where(k < 0, known.conj(), known)
