"""What a command writes: checked before its work, as no file that it reads, and told after it."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stablenoise.commands.outputs import any_encoding, check_drawing, check_target, tell_files
from stablenoise.data import datasets, files
from stablenoise.layers.architecture import NAMES
from stablenoise.layers.writing import to_toml

from .networks import archive, loading
from .networks.facts import named_architecture
from .networks.model import Arrays, Model

__all__ = [
    "any_encoding",
    "check",
    "check_drawing",
    "check_folded",
    "check_target",
    "folded_hint",
    "read",
    "save_network",
    "switch_of",
    "tell_folded",
    "tell_saved",
]

CURVE_FILES = "curves.csv", "curves.svg"  # of a report
PICTURE_SUFFIX = ".svg"
FOLDED = ".folded.toml"  # architecture of arrays with batch norms folded in
SWITCHES = "prior", "unseen", "architecture", "data"
READ = "weights", "file", *SWITCHES  # data are the last


def check(options: Namespace) -> None:
    """Raise ValueError, OSError or ImportError unless what a command is to write can be written.

    Parameters
    ----------
    options : Namespace
        Of the command line: ``weights`` or ``file``, ``data`` and ``architecture`` are read;
        ``out``, a file or with ``folder`` a folder, ``plot`` and ``bundle`` are written.

    Raises
    ------
    ValueError
        If a file would be written that is read, or that is no file, or a picture of another kind.
    OSError
        If its folder cannot be written to.
    ImportError
        If a picture is asked for and matplotlib is not there.

    Examples
    --------
    >>> check(Namespace(out=None, file=Path("weights.npz")))

    """
    # All of it before any work: a search of minutes must not end at a folder that is closed.
    out, plot = options.out, getattr(options, "plot", None)
    given = read(options)
    if out and getattr(options, "folder", False):
        if out.exists() and not out.is_dir():
            raise ValueError(f"--out must be a folder, got the file {out}")
        for name in CURVE_FILES:
            check_target("--out", out / name, given)
        check_drawing("--out")
    elif out:
        check_target("--out", out, given)
    if bundle := getattr(options, "bundle", None):
        check_target("--bundle", bundle, [*given, *filter(None, (out, plot))])
    if plot:
        if plot.suffix.lower() != PICTURE_SUFFIX:
            raise ValueError(f"--plot must end in {PICTURE_SUFFIX}, got {plot}")
        check_target("--plot", plot, [*given, out] if out else given)
        check_drawing("--plot")


def read(options: Namespace) -> list[Path]:
    """Files that a command reads, also those that a name stands for.

    Parameters
    ----------
    options : Namespace
        As for ``check``.

    Returns
    -------
    list of Path

    Examples
    --------
    >>> [path.name for path in read(Namespace(file=Path("weights.npz")))]
    ['weights.npz']

    """
    given = [getattr(options, name, None) for name in READ]
    *paths, data = given
    if data in loading.LOADERS:
        return [*_paths(paths), *datasets.source_files(data, options.data_home)]
    return _paths(given)


def switch_of(path: object, options: Namespace) -> str:
    """The switch by which a file was named; nothing of an argument without one.

    Parameters
    ----------
    path : object
        As an error has it.
    options : Namespace
        As for ``check``.

    Returns
    -------
    str

    Examples
    --------
    >>> switch_of("none.npz", Namespace(weights="w.npz", prior=Path("none.npz")))
    '--prior'

    """
    for name in SWITCHES:
        given = getattr(options, name, None)
        if given is not None and str(given) == str(path):
            return f"--{name}"
    return ""


def _paths(given: Sequence[str | Path | None]) -> list[Path]:
    """Files among what was given; the name of an architecture is none."""
    return [Path(path) for path in given if path is not None and path not in NAMES]


def save_network(options: Namespace, model: Model, arrays: Arrays) -> None:
    """Write arrays in the layout of the file, with the architecture where the format has room."""
    if not archive.of_tensors(options.out):
        archive.save(options.out, model.as_in_file(arrays))
        return
    plan, scale = named_architecture(model), loading.scale_of(options.inputs, options.architecture)
    if scale != "standardised":
        plan = replace(plan, scale=scale)
    beside = {loading.ARCHITECTURE: to_toml(plan)}
    archive.save(options.out, model.as_in_file(arrays), beside)


def tell_saved(options: Namespace, model: Model) -> None:
    """What was written, and where its architecture stands."""
    tell_files(options.out)
    if not archive.of_tensors(options.out):
        tell_folded(model, options.out)
        return
    print(f"{options.out}: its metadata say the architecture, which commands take by themselves")
    if options.inputs == "standardised":
        print("that inputs are standardised they cannot say: --inputs standardised, as before")


def check_folded(model: Model, out: Path | None, given: Sequence[Path]) -> None:
    """Raise ValueError if what is written beside ``out`` would take the place of another file.

    It is not named on the command line, so that nothing is overwritten but the same again.
    """
    if out is None or not model.folded:
        return
    path = out.with_suffix(FOLDED)
    check_target(f"{FOLDED} of --out", path, given)
    if path.exists() and path.read_bytes() != to_toml(model.architecture).encode():
        rule = f"{path} must be new, as the architecture of folded batch norms is written there"
        raise ValueError(f"{rule}, got another file")


def folded_hint(weights: Path, given: Sequence[Path]) -> str:
    """Which architecture may be meant where a network does not fit what is given; or nothing."""
    path = weights.with_suffix(FOLDED)
    if not path.is_file() or path in given:
        return ""
    return f"; {path}, beside it, is an architecture of folded batch norms"


def tell_folded(model: Model, out: Path) -> None:
    """Write the architecture without its batch norms beside arrays that have them folded in."""
    if model.folded:
        path = out.with_suffix(FOLDED)
        files.write(path, to_toml(model.architecture))
        print(f"{path}: the architecture of the arrays written, in which batch norms are folded")
