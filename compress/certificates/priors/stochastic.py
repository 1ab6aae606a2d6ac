"""Certificates of a Gaussian network about a prior network that saw a share, trained by a bound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, fsum, log

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_kind, check_share
from stablenoise.fit.progress import Progress, teller

from ...networks.model import Arrays, Model, Said
from ..certificate import pac_bayes
from ..charges import MAX_COUNT, MonteCarlo
from ..risks import RiskCertificate
from ..sample import checked_arrays
from ..terms import Options, bits_of_choices
from ..trial import Trial, trial_of
from .differences import network_arrays
from .gaussians import GaussianNetwork, dense_layers
from .parts import FromPrior, Parts, parts_of
from .splits import Split
from .training import Task, Training, best_spread, trained

SEED_OF_DRAWS = 1
OF_DRAWS = 0.2  # share of delta for the chance that errors of draws are too few


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TrainedFromPrior(FromPrior):
    """A Gaussian network about a prior network, and what that certifies beside its null.

    Parameters
    ----------
    network : GaussianNetwork
    spread : float
        Standard deviation of the prior.
    divergence : float
        Of the network from the prior, in nats.
    certificate : RiskCertificate
        Of the mean risk of a network drawn anew for each example, with the hold-out limit of the
        prior network on the same rows as its ``null``.
    split : Split

    """

    network: GaussianNetwork
    spread: float
    divergence: float
    certificate: RiskCertificate
    split: Split

    def _summary(self) -> str:
        return f"{self.divergence:.1f} nats from the prior, {self.certificate.statement}"

    def table(self) -> str:
        """How far the network is from the prior, then the table of the certificate and its null.

        Returns
        -------
        str

        """
        far = f"{self.divergence:,.1f} nats from the prior, whose spread is {self.spread:.4g}"
        return f"Gaussian weights, {far}\n{self.certificate.table()}"


def trained_from_prior(
    prior: Arrays | Model,
    data: tuple[ArrayLike, ArrayLike],
    split: Split,
    delta: float = 0.05,
    *,
    training: Training | None = None,
    architecture: Said = None,
    options: Options = 1,
    repeats: str | None = None,
    priors: int = 1,
    null_errors: int | None = None,
    runs: int = 1,
    draws: int = 10,
    progress: bool | Progress = False,
) -> TrainedFromPrior:
    """Certificate of a Gaussian network trained by a bound, beside the limit of its prior network.

    Weights are independent Gaussian variables; the prior's are too, about the prior network and
    all of one spread, chosen from a list that is charged.  Means and spreads are trained so that a
    PAC-Bayes limit of a bounded cross-entropy becomes small, on the rows of the bound.  Then errors
    of networks drawn anew are counted on the same rows, and Maurer's inequality gives the limit.

    Parameters
    ----------
    prior : dict of ndarray, or Model
        A dense network with relu, **trained on the rows ``split.prior`` alone**.
    data, split, architecture, repeats
        As for ``from_prior``.
    delta : float
        Probability with which the certificate may fail, in (0, 1), a fifth of it for the chance
        that errors of the draws are too few; the null has one of its own.
    training : Training, optional
        Nothing of it is charged but the number of ``spreads``, and ``runs``.
    options : int or mapping of str to int
        What else was tried for the Gaussian network and is none about this prior, as for
        ``from_prior``: sets of ``moving`` arrays, say.
    priors, null_errors
        As for ``from_prior``.
    runs : int
        How many trainings (settings, seeds) of one prior and one option were compared on the rows
        of the bound.  The limit by the divergence holds for all at once; an estimate by draws is of
        one network, so that its part of delta is divided by ``runs`` times the numbers of shares,
        priors and options.
    draws : int
        Networks for each row of the bound, at least 1, each drawn for it alone.
    progress : bool or callable
        True for a bar on standard error; a function is told steps done and in all.

    Returns
    -------
    TrainedFromPrior

    Raises
    ------
    ValueError
        If an argument is out of range, or the prior is no dense network with relu, or its outputs
        are no numbers.

    Notes
    -----
    Errors of draws are independent given the examples, though their chances differ: Chernoff's
    inequality for their mean is that of equal chances (Hoeffding 1963, theorem 1).

    References
    ----------
    Perez-Ortiz, Rivasplata, Shawe-Taylor & Szepesvari (2021), J. Mach. Learn. Res. 22, for training
    by such objectives; Maurer (2004), arXiv cs/0411099, for the limit.

    Examples
    --------
    >>> from compress.certificates.priors import share_of
    >>> rng = np.random.default_rng(1)
    >>> x, labels = rng.normal(size=(4000, 20)), rng.integers(0, 2, 4000)
    >>> x[np.arange(4000), labels] += 4
    >>> split = share_of(4000, 0.5)
    >>> share, of_share = x[split.prior], labels[split.prior]
    >>> prior = {"w": np.array([share[of_share == label].mean(axis=0) for label in (0, 1)])}
    >>> found = trained_from_prior(prior, (x, labels), split, training=Training(epochs=1))
    >>> found.certificate.kind, found.certificate.says_something
    ('stochastic', False)

    """
    training = Training() if training is None else training
    check_kind("training", training, Training)
    draws, runs = check_integer("draws", draws, 1, 2**32), check_integer("runs", runs, 1, MAX_COUNT)
    delta = float(check_share("delta", delta))
    tell = teller(progress, "training by a bound", "steps")
    choices = bits_of_choices(options)
    x, labels = checked_arrays(data)
    trial = trial_of(prior, x, (), None, architecture)
    parts = parts_of((x, labels), split, repeats, trial.classes, (priors, null_errors))
    tried = [(name, log(count)) for name, count in parts.choices]
    tried += [(name, bits * log(2)) for name, bits in choices]
    # Each network that could have been chosen has an estimate by draws of its own, which may fail.
    networks = log(runs) + fsum(nats for _, nats in tried)
    by_draws = MonteCarlo(draws * parts.n, OF_DRAWS * delta * exp(-networks))
    task = _task(trial, parts, delta, training)
    network = trained(task, training, tell)
    spread = best_spread(network, task.prior, training.spreads)
    divergence = network.divergence(task.prior, spread)
    of_prior = [("divergence", divergence), ("spread of the prior", log(len(training.spreads)))]
    certificate = _limit(network, parts, [*of_prior, *tried], delta, by_draws)
    limit = parts.beside(certificate, parts.null(trial, delta))
    return TrainedFromPrior(network, spread, divergence, limit, split)


def _task(trial: Trial, parts: Parts, delta: float, training: Training) -> Task:
    """What is trained, or ValueError if it is no dense network or lacks an array that moves."""
    assert trial.model is not None
    layers, arrays = dense_layers(trial.model), network_arrays(trial)
    for name in training.moving or ():
        if name not in arrays:
            raise ValueError(f"moving must name arrays of {', '.join(arrays)}, got {name!r}")
    kind = np.result_type(np.float32, *arrays.values())
    prior = {name: a.astype(kind) for name, a in arrays.items()}
    return Task(layers, prior, parts.rest.x, parts.rest.labels, delta)


def _limit(
    network: GaussianNetwork,
    parts: Parts,
    kl: list[tuple[str, float]],
    delta: float,
    by_draws: MonteCarlo,
) -> RiskCertificate:
    """By Maurer's inequality, from errors of draws."""
    rest, draws = parts.rest, by_draws.draws // parts.n
    # One seed for all trainings: it is nothing that could be chosen.
    wrong = network.draw_errors(rest.x, rest.labels, draws, seed=SEED_OF_DRAWS)
    mean = np.nextafter(wrong / draws, np.inf) if wrong % draws else wrong // draws
    errors = min(float(mean), float(parts.n))
    spent = (1 - OF_DRAWS) * delta + by_draws.delta  # of which the inequality has the first
    limit = pac_bayes(errors, parts.n, kl, spent, kind="stochastic", monte_carlo=by_draws)
    return replace(limit, delta=delta)
