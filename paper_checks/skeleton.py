"""The beginning of a claim and of its test: a toy that runs, is decided, and has a control."""

import re
from dataclasses import dataclass
from pathlib import Path
from string import Template
from textwrap import wrap
from unicodedata import normalize

from stablenoise.checks import one_line, told

from .claim import TITLE
from .papers import Paper

LONGEST_NAME = 48  # characters of what a statement gives to the name of a file
# Characters of a literal beside its name, and on a line of its own, in lines of 100; and of a part
# of a longer one.  Formatters join parts that fit on one line.
ONE_LINE, OWN_LINE, PART = 84, 92, 70

CLAIM = Template('''\
"""$id: a claim that was begun by `paper-checks new`."""

import numpy as np
${gap}from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import bounded


def _row(rng: np.random.Generator, scale: float = 1.0) -> list[float]:
    """One replicate, a number for each quantity: replace the toy by an experiment."""
    return [scale * float(rng.uniform(size=10).mean())]


CLAIM = Claim(
    id="$id",
    title=$title,
    statement=$statement,
    source=$source,
    quantities=(Quantity("mean of ten numbers", equals(0.5, 0.02), bounded(0, 1.2)),),
    experiment=by_rng(_row),
    control=by_rng(_row, scale=1.2),
    broken="the numbers are 1.2 times as large",
    unit="samples of ten numbers",
    smoke=4_000,
    full=16_000,
    chunk=500,
)
''')

TEST = Template('''\
"""$id: its verdict, that of its control, and what its rows depend on."""

from importlib import import_module

import numpy as np
${gap}from paper_checks.claim import Verdict, judge, overall

MODULE = "$module"
CLAIM = import_module(MODULE).CLAIM
SEED = 1


def verdict_of(rows):
    """A verdict is wrong with probability 1e-4 at most, and the seed is fixed."""
    seen = rows(range(CLAIM.smoke), SEED)
    return overall(judge(CLAIM.quantities, seen, delta=1e-4))


def test_the_statement_is_consistent_with_the_numbers():
    assert verdict_of(CLAIM.experiment) is Verdict.CONSISTENT


def test_the_control_is_caught():
    assert verdict_of(CLAIM.control) is Verdict.CONTRADICTED


def test_a_row_depends_on_its_replicate_and_the_seed_alone():
    rows = CLAIM.experiment(range(4), SEED)
    np.testing.assert_array_equal(CLAIM.experiment(range(2, 3), SEED), rows[2:3])
    assert (CLAIM.experiment(range(4), SEED + 1) != rows).any()
''')


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Files of a new claim.

    Parameters
    ----------
    id, name : str
        Its id, and the name of its module.
    files : dict of str
        Texts by path.

    """

    id: str
    name: str
    files: dict[Path, str]


def name_of(paper: Paper, statement: str) -> str:
    """Name of the module of a claim: the paper's, and the words of the statement.

    Parameters
    ----------
    paper : Paper
    statement : str
        Letters without marks and digits of it are taken.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If nothing of the statement is left, or it is not one line of text.

    Examples
    --------
    >>> from paper_checks.papers import PAPERS
    >>> name_of(PAPERS["P1"], "Wide networks: chaos at n^-1/2")
    'wan_wide_networks_chaos_at_n_1_2'

    """
    if not statement.isprintable():
        raise ValueError(f"STATEMENT must be one line of text, got {told(statement)}")
    words = re.findall("[a-z0-9]+", _plain(statement))
    if not words:
        rule = "STATEMENT must have letters or digits to call a file by"
        raise ValueError(f"{rule}, got {told(statement)}")
    text = "_".join(words)
    short = text[: LONGEST_NAME + 1].rpartition("_")[0] or text[:LONGEST_NAME]
    return f"{paper.files}_{text if len(text) <= LONGEST_NAME else short}"


def _plain(text: str) -> str:
    """In lower case, without accents: a letter with a mark is the letter."""
    return normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def draft(id: str, paper: Paper, statement: str, folder: Path) -> Skeleton:
    """The two files of a new claim.

    Parameters
    ----------
    id : str
        Id of the claim.
    paper : Paper
        What it is about.
    statement : str
        What it says, in one line.
    folder : Path
        Where the files will be.

    Returns
    -------
    Skeleton

    Raises
    ------
    ValueError
        As ``name_of`` does, or if the statement has the id in it.

    """
    name = name_of(paper, statement)
    text = " ".join(statement.split())
    if id in text.split():
        raise ValueError(f"STATEMENT must not have the id in it, got {told(statement)}")
    values = {
        "id": id,
        "title": literal(one_line(text, TITLE)),
        "statement": _statement(text),
        "source": literal(f"{paper.name}, where it says so (to be read)"),
        "module": ".".join([*_packages(folder), name]),
        # Where these packages lie beside the file, they are sorted apart from libraries.
        "gap": "\n" if _is_here(folder) else "",
    }
    texts = {f"{name}.py": CLAIM, f"test_{name}.py": TEST}
    files = {folder / file: text.substitute(values) for file, text in texts.items()}
    return Skeleton(id, name, files)


def literal(text: str) -> str:
    """A text as Python has it, in the quotes that need fewer backslashes.

    Parameters
    ----------
    text : str
        One line.

    Returns
    -------
    str

    Examples
    --------
    >>> print(literal("Euler's scheme"), literal('so-called "noise"'))
    "Euler's scheme" 'so-called "noise"'

    """
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"


def _statement(text: str) -> str:
    """A literal on one line, or on several within parentheses: as formatters leave it."""
    whole = literal(text)
    if len(whole) <= ONE_LINE:
        return whole
    parts = [text] if len(whole) <= OWN_LINE else wrap(text, PART, break_long_words=False)
    spaced = [f"{part} " for part in parts[:-1]] + parts[-1:]
    return "\n".join(["(", *(f"        {literal(part)}" for part in spaced), "    )"])


def _packages(folder: Path) -> list[str]:
    """Packages that a module in this folder is in, the outer one first."""
    folder = folder.resolve()
    if not (folder / "__init__.py").exists():
        return []
    return [*_packages(folder.parent), folder.name]


def _is_here(folder: Path) -> bool:
    return folder.resolve().is_relative_to(Path(__file__).resolve().parents[1])
