"""How the code is built, in figures: python benchmarks/house.py.

The same counts as in the review of November 2026: lines of files, lines of functions without their
docstrings, arguments, branches, comments, and what the docstrings of public names lack.
"""

import ast
import io
import tokenize
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).parents[1]
PACKAGES = "stablenoise", "chaos", "compress", "paper_checks"
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
BRANCHES = ast.If | ast.For | ast.While | ast.Try | ast.IfExp | ast.BoolOp | ast.comprehension
SECTIONS = "Parameters", "Returns", "Raises", "Examples", "References"
VAGUE = "found", "place"


def docstring_lines(node):
    """Lines that the docstring of a module, class or function takes."""
    if ast.get_docstring(node, clean=False) is None:
        return 0
    return node.body[0].end_lineno - node.body[0].lineno + 1


def length(function):
    """Lines of a function from ``def`` on, without its docstring."""
    return function.end_lineno - function.lineno + 1 - docstring_lines(function)


def arguments(function):
    """Number of arguments."""
    a = function.args
    return len(a.posonlyargs + a.args + a.kwonlyargs) + bool(a.vararg) + bool(a.kwarg)


def branches(function):
    """Number of branches, loops and conditions."""
    return sum(isinstance(node, BRANCHES) for node in ast.walk(function))


def comments(text):
    """Lines that hold a comment and nothing else, and lines that hold one."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    lines = [token.line for token in tokens if token.type == tokenize.COMMENT]
    return np.array([sum(line.strip().startswith("#") for line in lines), len(lines)])


def bound(function):
    """Names that a function binds."""
    names = {
        n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    return names | {argument.arg for argument in function.args.args}


def public(tree):
    """Public functions and methods whose docstring has parameters or an example."""
    inside = [m for c in tree.body if isinstance(c, ast.ClassDef) for m in c.body]
    for node in [*tree.body, *inside]:
        doc = ast.get_docstring(node) if isinstance(node, FUNCTIONS) else None
        if doc and not node.name.startswith("_") and ("Parameters\n---" in doc or ">>>" in doc):
            yield doc


def spread(values):
    """Median, 90th percentile and largest."""
    return f"{median(values):.0f} / {np.percentile(values, 90):.0f} / {max(values)}"


def figures(package):
    """All figures of one package, by name."""
    texts = [path.read_text() for path in sorted((ROOT / package).rglob("*.py"))]
    trees = [ast.parse(text) for text in texts]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    functions = [node for node in nodes if isinstance(node, FUNCTIONS)]
    lines = [len(text.splitlines()) for text in texts]
    code = sum(1 for text in texts for line in text.splitlines() if line.strip())
    alone, all_comments = 100 * sum(map(comments, texts)) / code
    docs = [doc for tree in trees for doc in public(tree)]
    has = {
        s: sum(f"{s}\n{'-' * len(s)}" in doc or (s == "Examples" and ">>>" in doc) for doc in docs)
        for s in SECTIONS
    }
    with_doc = [n for n in nodes if isinstance(n, FUNCTIONS | ast.ClassDef | ast.Module)]
    return {
        "files": len(lines),
        "lines": sum(lines),
        "file lines, median / 90% / largest": spread(lines),
        "function lines, median / 90% / largest": spread(list(map(length, functions))),
        "functions above 60 lines": sum(length(f) > 60 for f in functions),
        "arguments, median / 90% / largest": spread(list(map(arguments, functions))),
        "branches, median / 90% / largest": spread(list(map(branches, functions))),
        "comments per 100 lines, alone / all": f"{alone:.1f} / {all_comments:.1f}",
        "docstring share, %": f"{100 * sum(map(docstring_lines, with_doc)) / sum(lines):.0f}",
        **{
            f"functions that bind {name}": sum(name in bound(f) for f in functions)
            for name in VAGUE
        },
        "functions that return Any": sum(
            ast.unparse(f.returns) == "Any" for f in functions if f.returns
        ),
        "documented functions": len(docs),
        **{f"of these with {section}": count for section, count in has.items()},
    }


def main():
    """Print a table, a column for each package."""
    columns = {package: figures(package) for package in PACKAGES}
    print(f"{'':42}" + "".join(f"{package:>18}" for package in PACKAGES))
    for name in columns[PACKAGES[0]]:
        print(f"{name:42}" + "".join(f"{columns[package][name]!s:>18}" for package in PACKAGES))


if __name__ == "__main__":
    main()
