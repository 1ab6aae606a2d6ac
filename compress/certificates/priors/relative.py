"""What ``compress certify --unseen ROWS --prior FILE`` reads, certifies and prints."""

from __future__ import annotations

from argparse import Namespace

import numpy as np

from stablenoise.data.datasets import Dataset

from ...networks import archive
from ...networks.model import Model, recognised
from .coded import CodedFromPrior, from_prior
from .declared import declared_rows
from .splits import Split, unseen_rows


def split_of(options: Namespace, data: Dataset) -> Split:
    """The rows that the user declares were never used, and all others."""
    n = len(data.x_train)
    return unseen_rows(n, declared_rows(options.unseen, n), options.shares)


def certified(options: Namespace, model: Model, data: Dataset) -> CodedFromPrior:
    """A network coded relative to a prior network; its table is printed, and what they both err."""
    try:
        prior = recognised(archive.load(options.prior), model.inputs, options.architecture)
    except ValueError as error:
        raise ValueError(f"{options.prior} (--prior): {error}") from None
    coded = from_prior(
        model,
        prior,
        (data.x_train, data.y_train),
        split_of(options, data),
        options.delta,
        codecs=(options.codec,),
        options=options.options,
        repeats=options.repeats,
    )
    print(coded.table())
    again = recognised(coded.arrays, model.inputs, options.architecture)
    for name, network in ("prior", prior), ("coded network", again):
        wrong = network.logits(network.arrays, data.x_test).argmax(axis=1) != data.y_test
        print(f"test error of the {name} {np.mean(wrong):.4f}")
    return coded
