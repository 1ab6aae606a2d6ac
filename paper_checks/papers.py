"""The papers and lists whose statements are checked, by the prefix of their ids."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from .ids import prefix_of

ARXIV, DOI = "https://arxiv.org/abs/", "https://doi.org/"


class Paper(NamedTuple):
    """A paper, or a list of statements of several.

    Parameters
    ----------
    prefix : str
        What ids begin with, such as "P1".
    name : str
        What a heading says, such as "Wan et al. (2024)".
    citation, link : str
        Where it is published; empty if it is not known.
    files : str
        What names of claims begin with, such as "wan".

    """

    prefix: str
    name: str
    citation: str = ""
    link: str = ""
    files: str = ""


_TABLE = (
    Paper(
        "P1",
        "Wan et al. (2024)",
        "Wan, Barsbey, Zaidi & Simsekli, Implicit Compressibility of Overparametrized Neural "
        "Networks Trained with Heavy-Tailed SGD, ICML 2024",
        f"{ARXIV}2306.08125",
        "wan",
    ),
    Paper(
        "P2",
        "Barsbey et al. (2021)",
        "Barsbey, Sefidgaran, Erdogdu, Richard & Simsekli, Heavy Tails in SGD and "
        "Compressibility of Overparametrized Neural Networks, arXiv 2106.03795",
        f"{ARXIV}2106.03795",
        "barsbey",
    ),
    Paper(
        "P3",
        "Gurbuzbalaban et al. (2021)",
        "Gurbuzbalaban, Simsekli & Zhu, The Heavy-Tail Phenomenon in SGD, ICML 2021",
        f"{ARXIV}2006.04740",
        "gurbuzbalaban",
    ),
    Paper(
        "P4",
        "Gribonval et al. (2012), Amini et al. (2011)",
        "Gribonval, Cevher & Davies, Compressible Distributions for High-dimensional Statistics, "
        "IEEE Trans. Information Theory 58 (2012); Amini, Unser & Marvasti, Compressibility of "
        "Deterministic and Random Infinite Sequences, IEEE Trans. Signal Processing 59 (2011)",
        f"{DOI}10.1109/TIT.2012.2197174",
        "gribonval",
    ),
    Paper(
        "CN",
        "Baykal et al. (2019)",
        "Baykal, Liebenwein, Gilitschenski, Feldman & Rus, Data-Dependent Coresets for "
        "Compressing Neural Networks with Applications to Generalization Bounds, ICLR 2019",
        f"{ARXIV}1804.05345",
        "baykal",
    ),
    Paper(
        "B",
        "Zhou et al. (2019)",
        "Zhou, Veitch, Austern, Adams & Orbanz, Non-vacuous Generalization Bounds at the ImageNet "
        "Scale: a PAC-Bayesian Compression Approach, ICLR 2019",
        f"{ARXIV}1804.05862",
        "zhou",
    ),
    Paper(
        "Q3",
        "Yang et al. (2022)",
        "Yang, Wang, Ding & Yang, A Theoretical Understanding of Neural Network Compression from "
        "Sparse Linear Approximation, arXiv 2206.05604",
        f"{ARXIV}2206.05604",
        "yang",
    ),
    Paper(
        "MP",
        "Pavasovic et al. (2023)",
        "Pavasovic, Durmus & Simsekli, Approximate Heavy Tails in Offline (Multi-Pass) SGD, "
        "NeurIPS 2023",
        f"{ARXIV}2310.18455",
        "pavasovic",
    ),
    Paper(
        "HS",
        "Jiao & Keller-Ressel (2024)",
        "Jiao & Keller-Ressel, Emergence of heavy tails in homogenized SGD, arXiv 2402.01382",
        f"{ARXIV}2402.01382",
        "jiao",
    ),
    Paper(
        "DC",
        "Song et al. (2025)",
        "Song, Hao & Ye, Quantitative approximation to density dependent SDEs driven by "
        "alpha-stable processes, arXiv 2504.00585",
        f"{ARXIV}2504.00585",
        "song",
    ),
    Paper(
        "CC",
        "Loecherbach et al. (2024)",
        "Loecherbach, Loukianova & Marini, Strong propagation of chaos for systems of interacting "
        "particles with nearly stable jumps, arXiv 2405.20831",
        f"{ARXIV}2405.20831",
        "loecherbach",
    ),
    Paper(
        "LC",
        "Cavallazzi (2023)",
        "Cavallazzi, Well-posedness and propagation of chaos for Levy-driven McKean-Vlasov SDEs "
        "under Lipschitz assumptions, arXiv 2301.08594",
        f"{ARXIV}2301.08594",
        "cavallazzi",
    ),
    Paper(
        "SM",
        "Dang et al. (2025)",
        "Dang, Barsbey, Sonet, Gurbuzbalaban, Simsekli & Zhu, Algorithmic Stability of Stochastic "
        "Gradient Descent with Momentum under Heavy-Tailed Noise, arXiv 2502.00885",
        f"{ARXIV}2502.00885",
        "dang",
    ),
    Paper(
        "FP",
        "Dupuis & Simsekli (2024)",
        "Dupuis & Simsekli, Generalization Bounds for Heavy-Tailed SDEs through the Fractional "
        "Fokker-Planck Equation, ICML 2024",
        f"{ARXIV}2402.07723",
        "dupuis",
    ),
    Paper(
        "FA",
        "Armacki et al. (2026)",
        "Armacki et al., Tight Long-Term Tail Decay of (Clipped) SGD in Non-Convex Optimization, "
        "COLT 2026",
        f"{ARXIV}2602.05657",
        "armacki",
    ),
    Paper(
        "KP",
        "Hao et al. (2024)",
        "Hao, Jabir, Menozzi, Roeckner & Zhang, Propagation of chaos for moderately interacting "
        "particle systems related to singular kinetic McKean-Vlasov SDEs, arXiv 2405.09195",
        f"{ARXIV}2405.09195",
        "hao",
    ),
    Paper(
        "RD",
        "Dupuis et al. (2025)",
        "Dupuis et al., on the Renyi differential privacy of heavy-tailed SDEs, arXiv 2511.15634",
        f"{ARXIV}2511.15634",
        "renyi",
    ),
    Paper(
        "ST",
        "Chen et al. (2026)",
        "Chen, Wei, Yuan & Luo, Stability and Generalization of Nonconvex Optimization with "
        "Heavy-Tailed Noise, arXiv 2601.19730",
        f"{ARXIV}2601.19730",
        "chen",
    ),
    Paper(
        "YM",
        "Yamada et al. (2026)",
        "Yamada, Sato & Iiduka, Vanilla SGD with Momentum Survives Heavy-Tailed Noise, "
        "Proceedings of Machine Learning Research 337 (2026)",
        "https://raw.githubusercontent.com/mlresearch/v337/main/assets/yamada26a/yamada26a.pdf",
        "yamada",
    ),
    Paper("HM", "HTMuon (2026)", "HTMuon, arXiv 2603.10067", f"{ARXIV}2603.10067", "htmuon"),
    Paper(
        "LN",
        "HeavyTailedNoise in Lean (2026)",
        "HeavyTailedNoise, a Lean 4 library for stochastic optimization under heavy-tailed noise",
        "https://github.com/xiong-zx/heavy-tailed-noise-lean",
        "lean",
    ),
    Paper(
        "L",
        "Nolan (2020), the stable law",
        "Nolan, Univariate Stable Distributions: Models for Heavy Tailed Data, Springer 2020",
        f"{DOI}10.1007/978-3-030-52915-4",
        "nolan",
    ),
    Paper(
        "E",
        "Estimators of the index",
        "Hill, A simple general approach to inference about the tail of a distribution, Annals of "
        "Statistics 3 (1975), and others as each claim names them",
        f"{DOI}10.1214/aos/1176343247",
        "estimators",
    ),
)
PAPERS: dict[str, Paper] = {paper.prefix: paper for paper in _TABLE}
"""By the prefix of their ids, in the order of lists and pages."""


def paper_of(id: str) -> Paper:
    """The paper that a claim is about.

    Parameters
    ----------
    id : str
        Id of a claim.

    Returns
    -------
    Paper
        One without a citation, by the name of its prefix, if it is not in ``PAPERS``.

    Examples
    --------
    >>> paper_of("P1-11a-mnist").name, paper_of("X-1")
    ('Wan et al. (2024)', Paper(prefix='X', name='X', citation='', link='', files=''))

    """
    prefix = prefix_of(id)
    return PAPERS.get(prefix) or Paper(prefix, prefix)


def in_order(ids: Iterable[str]) -> list[Paper]:
    """Papers of these ids, each once: those of ``PAPERS`` in its order, then the others.

    Parameters
    ----------
    ids : iterable of str

    Returns
    -------
    list of Paper

    Examples
    --------
    >>> [paper.prefix for paper in in_order(["X-1", "B-4", "P1-2", "B-5"])]
    ['P1', 'B', 'X']

    """
    prefixes = {prefix_of(id) for id in ids}
    known = [paper for prefix, paper in PAPERS.items() if prefix in prefixes]
    return known + [Paper(prefix, prefix) for prefix in sorted(prefixes - PAPERS.keys())]


def links_of(source: str, paper: Paper) -> list[str]:
    """Links to what a source names, or else to the paper.

    Parameters
    ----------
    source : str
        Where a claim is made; "arXiv 2306.08125" and "doi 10.1109/x" are found.
    paper : Paper
        That of the claim.

    Returns
    -------
    list of str
        The paper's own comes first where the source names it, too.

    Examples
    --------
    >>> links_of("Zhou et al., arXiv 1804.05862, theorem 4.1", PAPERS["B"])
    ['https://arxiv.org/abs/1804.05862']

    """
    found = [ARXIV + number for number in re.findall(r"arXiv[ :](\d{4}\.\d{4,5})", source)]
    found += [DOI + name for name in re.findall(r"doi[ :](10\.\d{4,}/[^\s,;)]+)", source)]
    unique = list(dict.fromkeys(found)) or ([paper.link] if paper.link else [])
    return sorted(unique, key=lambda link: link != paper.link)
