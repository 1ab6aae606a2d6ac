"""``compress certify``: a limit from a network's bits, and what may stand beside it."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from io import BytesIO

import numpy as np

from stablenoise.commands.outputs import tell_files
from stablenoise.data import files
from stablenoise.data.datasets import Dataset

from . import outputs
from .certificates import certifiers
from .certificates.bundles import data_sets, of_networks, reading
from .certificates.bundles.values import Bundle
from .certificates.certifiers import ALPHABETS, Certifier, Encoded, Search
from .certificates.priors.coded import CodedFromPrior, from_prior
from .certificates.priors.declared import beside_holdout, declared_rows
from .certificates.priors.splits import Split, unseen_rows
from .certificates.risks import RiskCertificate
from .certificates.terms import Terms
from .certificates.trial import Setting
from .coding.grouping import of_each
from .comparison.curves import accuracy
from .networks import archive
from .networks.model import Model, recognised
from .networks.second_looks import above_guessing

MAX_SHOWN = 10  # units taken out that are named
ALL_UNSEEN = (
    "all rows are declared unseen: if the network was trained on any of them, or chosen by them, "
    "the hold-out limit is false"
)
CHOSEN_BEFORE = (
    "the architecture must have been fixed before the data were seen: the best of N that were "
    "tried on them is charged by --options N"
)


def check(options: Namespace) -> None:
    """Raise ValueError unless a bundle can be written of what is asked; nothing is read."""
    if options.bundle and options.prior:
        raise ValueError(f"--bundle must be without --prior, got {options.prior}")
    if options.bundle:
        of_networks.check_terms(options.delta, options.options)


def certify(options: Namespace, model: Model, data: Dataset) -> None:
    """Certify a network by its code, or by how it differs from a prior one; tell and write it."""
    if options.prior:
        _from_prior(options, model, data)
        return
    stored = data_sets.stored(options.data, options.data_home) if options.bundle else None
    split = None if options.unseen is None else _split(options, data)
    certifier, encoded = _certified(options, model, data)
    # Before anything is told or written: a bundle that cannot be made must leave no file behind.
    bundle = of_networks.bundle_of(encoded, certifier, model, stored) if stored else None
    # Measured on the decoded arrays, which the certificate covers; and before anything is told, as
    # outputs that are no numbers are refused.
    error_rate = 1 - accuracy(model.logits(encoded.code.decoded, data.x_test), data.y_test)
    for line in _changes(encoded, model):
        print(line)
    print(encoded.code.table())
    print(encoded.certificate)
    for line in above_guessing(encoded.certificate.errors, data.y_train):
        print(line)
    if split is not None:
        given = certifier.trial, certifier.sample
        print(beside_holdout(encoded, *given, split, options.delta).table())
        if not split.prior.size:
            print(ALL_UNSEEN)
    size = len(encoded.payload)
    print(f"{size:,} bytes charged, decoded and compared; test error {error_rate:.4f}")
    if options.architecture is not None:
        print(CHOSEN_BEFORE)
    _write(options, encoded, model)
    if bundle:
        _write_bundle(options, bundle)


def _certified(options: Namespace, model: Model, data: Dataset) -> tuple[Certifier, Encoded]:
    """What certifies, and the network as it is or as a search makes it."""
    terms = Terms(options.delta, (options.codec,), options.options)
    sample = data.x_train, data.y_train
    certifier = certifiers.certifier_of_model(model, sample, terms, options.repeats)
    if not options.search:
        return certifier, certifier.as_it_is()
    return certifier, certifier.searched(Search(alphabets=tuple(options.alphabets or ALPHABETS)))


def _split(options: Namespace, data: Dataset) -> Split:
    """The rows that the user declares were never used, and all others."""
    n = len(data.x_train)
    return unseen_rows(n, declared_rows(options.unseen, n), options.shares)


def _changes(encoded: Encoded, model: Model) -> Iterator[str]:
    """Lines on how each array was quantised, and on the units that were taken out."""
    for name, setting in encoded.settings.items():
        yield f"{name}: {setting.keep:.4g} of the nonzero weights, {_values(setting)}"
    for name, units in encoded.taken_out.items():
        yield f"{name}: {_units(units, len(model.arrays[name]))} do nothing and were taken out"


def _write(options: Namespace, encoded: Encoded, model: Model) -> None:
    """Write the network and the picture, where they are asked for, and tell what they hold."""
    if options.out:
        files.write(options.out, encoded.to_file())
        print(f"{options.out}: {options.out.stat().st_size:,} bytes, {_beside(model)}")
        outputs.tell_folded(model, options.out)
    if options.out or encoded.taken_out or encoded.settings or model.units_last:
        kept = "all units, values and the file's layout"
        print(f"compress encode takes more bytes than that: it keeps {kept}")
    if options.plot:
        files.write(options.plot, _drawn(encoded.certificate))


def _write_bundle(options: Namespace, bundle: Bundle) -> None:
    reading.write_bundle(options.bundle, bundle)
    size = options.bundle.stat().st_size
    print(f"{options.bundle}: {size:,} bytes, by the exact tail risk at most {bundle.limit}")


def _from_prior(options: Namespace, model: Model, data: Dataset) -> None:
    """Certify a network that is coded relative to a prior network, beside the prior's null."""
    prior = _prior(options, model)
    coded = _coded(options, model, prior, data)
    print(coded.table())
    again = recognised(coded.arrays, model.inputs, options.architecture)
    for name, network in ("prior", prior), ("coded network", again):
        wrong = network.logits(network.arrays, data.x_test).argmax(axis=1) != data.y_test
        print(f"test error of the {name} {np.mean(wrong):.4f}")
    if options.architecture is not None:
        print(CHOSEN_BEFORE)
    if options.out:
        files.write(options.out, coded.to_file())
        tell_files(options.out)
        print("it holds what the network has beside the prior: decoded, it is added to that")
    if options.plot:
        files.write(options.plot, _drawn(coded.certificate))


def _prior(options: Namespace, model: Model) -> Model:
    """The network of --prior, which has the architecture of the other."""
    try:
        return recognised(archive.load(options.prior), model.inputs, options.architecture)
    except ValueError as error:
        raise ValueError(f"{options.prior} (--prior): {error}") from None


def _coded(options: Namespace, model: Model, prior: Model, data: Dataset) -> CodedFromPrior:
    return from_prior(
        model,
        prior,
        (data.x_train, data.y_train),
        _split(options, data),
        options.delta,
        codecs=(options.codec,),
        options=options.options,
        repeats=options.repeats,
    )


def _drawn(certificate: RiskCertificate) -> bytes:
    """What makes up a limit, as a picture without a date."""
    # Here and not above: without a picture matplotlib is not needed.
    from matplotlib.figure import Figure

    figure, content = Figure(layout="constrained"), BytesIO()
    certificate.plot(figure.subplots())
    figure.savefig(content, format="svg", metadata={"Date": None})
    return content.getvalue()


def _units(units: Sequence[int], among: int) -> str:
    """How many units of a layer, and the first of them."""
    more = ", ..." if len(units) > MAX_SHOWN else ""
    return f"{len(units)} of {among} units ({', '.join(map(str, units[:MAX_SHOWN]))}{more})"


def _beside(model: Model) -> str:
    """What a file holds that is not charged."""
    turned = " and the layout of the given file" if model.units_last else ""
    return f"with names, shapes, a checksum{turned}, which are not charged"


def _values(setting: Setting) -> str:
    """Values of an array beside zero, and how they were made where not by k-means of all."""
    by = "" if setting.method == "kmeans" else f", {setting.method}"
    return f"{setting.levels} values{of_each(setting.groups)}{by}"
