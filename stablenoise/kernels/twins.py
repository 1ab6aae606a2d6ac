"""A kernel's own text as Python: the same bits, without a compiler.

A twin is the text of a function in which what Python does otherwise than compiled code is replaced
by ``arithmetic``, and what it calls by twins.  A loop in which no element depends on another
becomes one step over arrays: some hundred nodes of an integral then cost little more than one.

What a text may hold is what the kernels of this package hold.  Where a text is seen to hold more,
there is no twin; the tests compare all public functions with compiled ones, bit by bit.
"""

import ast
import builtins
import copy
import inspect
import math
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from . import arithmetic
from .arithmetic import ARRAY, PLAIN, TYPED
from .dispatchers import Kernel, NoTwinError

FEW = 8  # elements for which a loop of Python is as fast as a step over arrays
SINGLES = np.float32, np.int32, np.uint32
BRANCHES = ast.If, ast.While, ast.BoolOp, ast.Not, ast.Try, ast.With, ast.Lambda, ast.ListComp
AT_ONCE = """
{i} = _arange({count}.start, {count}.stop, {count}.step)
_all_{i} = slice({count}.start, {count}.stop, {count}.step)
"""


@cache
def twin(kernel: Any, mode: str = PLAIN) -> Callable:
    """The function as Python; NoTwinError if its text cannot be had."""
    if mode == PLAIN and _has_singles(kernel):
        mode = TYPED
    rewriter = _Rewriter(kernel, mode)
    function = rewriter.visit(copy.deepcopy(_definition(kernel)))
    function.decorator_list, function.args.defaults, function.returns = [], [], None
    module = ast.fix_missing_locations(ast.Module([function], []))
    exec(compile(module, f"<twin of {kernel.py_func.__qualname__}>", "exec"), rewriter.names)
    made: Callable = rewriter.names[function.name]
    made.__defaults__ = kernel.py_func.__defaults__
    return made


@cache
def size(kernel: Any) -> int:
    """How much is compiled with it: nodes of its syntax tree and of all that it calls."""
    return sum(sum(1 for _ in ast.walk(_definition(part))) for part in _with_callees(kernel))


@cache
def _with_callees(kernel: Any) -> frozenset:
    return frozenset({kernel}).union(*map(_with_callees, _callees(kernel, _definition(kernel))))


# What a text says.


@cache
def _definition(kernel: Any) -> ast.FunctionDef:
    """The text of a kernel, parsed."""
    try:
        (function,) = ast.parse(textwrap.dedent(inspect.getsource(kernel.py_func))).body
    except (OSError, TypeError, SyntaxError, ValueError) as error:
        raise NoTwinError(f"no text of {kernel}") from error
    if not isinstance(function, ast.FunctionDef):
        raise NoTwinError(f"no function, {kernel}")
    return function


@cache
def _meaning(kernel: Any) -> dict[str, Any]:
    """What the names mean that a text has from outside."""
    function, code = kernel.py_func, kernel.py_func.__code__
    cells = zip(code.co_freevars, function.__closure__ or (), strict=True)
    scope = vars(builtins) | function.__globals__ | {name: c.cell_contents for name, c in cells}
    return {name: scope[name] for name in code.co_names + code.co_freevars if name in scope}


@cache
def _has_singles(kernel: Any) -> bool:
    """Whether numbers of 32 bits are in the text."""
    values: list[Any] = []
    for value in _meaning(kernel).values():
        values += value if isinstance(value, tuple) else [value]
    return any(isinstance(v, SINGLES) or any(v is kind for kind in SINGLES) for v in values)


def _value(node: ast.expr, meaning: dict[str, Any]) -> Any:
    """What a name from outside, or one of a module, means; None if it is none."""
    if isinstance(node, ast.Name):
        return meaning.get(node.id)
    if isinstance(node, ast.Attribute):
        base = _value(node.value, meaning)
        return getattr(base, node.attr, None) if isinstance(base, HOMES) else None
    return None


HOMES = ModuleType, SimpleNamespace


def _callees(kernel: Any, part: ast.AST) -> Iterator[Any]:
    """The kernels that a part of the text calls."""
    for node in ast.walk(part):
        called = _value(node.func, _meaning(kernel)) if isinstance(node, ast.Call) else None
        if isinstance(called, Kernel):
            yield called


def _names(part: ast.AST, context: type) -> set[str]:
    nodes = (n for n in ast.walk(part) if isinstance(n, ast.Name) and isinstance(n.ctx, context))
    return {node.id for node in nodes}


def _items(part: ast.AST, context: type) -> list[ast.Subscript]:
    nodes = (n for n in ast.walk(part) if isinstance(n, ast.Subscript))
    return [node for node in nodes if isinstance(node.ctx, context)]


# Which loops are one step over arrays.


def _is_straight(kernel: Any, part: ast.AST) -> bool:
    """Whether a part does the same for every element, and all that it calls."""
    for node in ast.walk(part):
        if isinstance(node, BRANCHES) or (isinstance(node, ast.Compare) and len(node.ops) > 1):
            return False
    return all(map(_is_straight_kernel, _callees(kernel, part)))


@cache
def _is_straight_kernel(kernel: Any) -> bool:
    return _is_straight(kernel, _definition(kernel))


def _is_elementwise(kernel: Any, loop: ast.For) -> bool:
    """Whether a loop fills arrays, and no element depends on another."""
    steps = [s for s in loop.body if isinstance(s, ast.Assign | ast.AugAssign)]
    over_range = isinstance(loop.iter, ast.Call) and ast.unparse(loop.iter.func) == "range"
    if not over_range or len(steps) < len(loop.body) or not _is_straight(kernel, loop):
        return False
    stored = _items(loop, ast.Store)
    apart = bool(stored) and _stores_apart(loop, stored)
    return apart and _begins_anew(steps) and not _leaves_a_number(kernel, loop)


def _stores_apart(loop: ast.For, stored: list[ast.Subscript]) -> bool:
    """Whether an array that is stored to is used at one index only, which is each step's own."""
    arrays = {ast.unparse(item.value) for item in stored}
    for array in arrays:
        same = [n for n in _items(loop, ast.expr_context) if ast.unparse(n.value) == array]
        if len({ast.unparse(item.slice) for item in same}) > 1:
            return False
    return all(ast.unparse(loop.target) in _names(item.slice, ast.Load) for item in stored)


def _begins_anew(steps: list[Any]) -> bool:
    """Whether no step uses a number that the round before has left."""
    left = set().union(*(_names(step, ast.Store) for step in steps))
    for step in steps:
        sums_up = isinstance(step, ast.AugAssign) and isinstance(step.target, ast.Name)
        if sums_up or _names(step, ast.Load) & left:
            return False
        left -= _names(step, ast.Store)
    return True


def _leaves_a_number(kernel: Any, loop: ast.For) -> bool:
    """Whether a number of the last round is used after the loop, before it is made anew."""
    names = [n for n in ast.walk(_definition(kernel)) if isinstance(n, ast.Name)]
    after = [n for n in names if n.lineno > (loop.end_lineno or 0)]
    for name in _names(loop, ast.Store):
        lines = [n.lineno for n in after if n.id == name and isinstance(n.ctx, ast.Store)]
        made = min(lines, default=math.inf)
        if any(n.id == name and isinstance(n.ctx, ast.Load) and n.lineno < made for n in after):
            return True
    return False


class _Rewriter(ast.NodeTransformer):
    """Makes the text of a twin, and ``names``, what is meant by its names."""

    def __init__(self, kernel: Any, mode: str) -> None:
        self.kernel, self.mode = kernel, mode
        self.names: dict[str, Any] = {"_few": FEW, "_arange": np.arange}
        self.meaning = _meaning(kernel)
        self.local = set(kernel.py_func.__code__.co_varnames)
        self.index = ""  # of the loop that is made one step
        self.stored: set[str] = set()  # what that loop stores to

    def _named(self, name: str, value: Any) -> ast.Name:
        """A name of this value: one name may mean two things, in a loop and outside."""
        name = f"{name}__{self.mode}"
        self.names[name] = value
        return ast.Name(name, ast.Load())

    def _outside(self, name: str, value: Any) -> ast.Name:
        known = self.names.get(f"{name}__{self.mode}")
        return self._named(name, _converted(value, self.mode) if known is None else known)

    def _operator(self, name: str, *arguments: ast.expr) -> ast.Call:
        function = self._named(name, arithmetic.operator(name, self.mode))
        return ast.Call(function, list(arguments), [])

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if isinstance(node.ctx, ast.Store) or node.id in self.local or node.id not in self.meaning:
            return node
        return self._outside(node.id, self.meaning[node.id])

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        value = None if _names(node, ast.Load) & self.local else _value(node, self.meaning)
        if value is not None:
            return self._outside(ast.unparse(node).replace(".", "_"), value)
        self.generic_visit(node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if self.mode == PLAIN or not isinstance(node.value, float):
            return node
        return self._named(f"literal_{len(self.names)}", np.float64(node.value))

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if isinstance(node.op, ast.Pow):
            return self.visit(_power(node))
        is_safe = isinstance(node.right, ast.Constant) and self.mode == PLAIN
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and not is_safe:
            return self._operator("quotient", node.left, node.right)
        if isinstance(node.op, ast.MatMult):
            return self._operator("product_of_matrices", node.left, node.right)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        is_sum = isinstance(node.func, ast.Attribute) and node.func.attr == "sum"
        self.generic_visit(node)
        if is_sum and isinstance(node.func, ast.Attribute):
            return self._operator("sum_in_order", node.func.value)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        if self.mode == ARRAY:
            return self._operator("choice", node.test, node.body, node.orelse)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        # a slice is no copy: what the loop stores to must be copied before
        if isinstance(node.ctx, ast.Store) or ast.unparse(node.value) not in self.stored:
            node.slice = self._sliced(node.slice)
        self.generic_visit(node)
        return node

    def _sliced(self, index: ast.expr) -> ast.expr:
        """An index that is the loop's own as a slice."""
        if isinstance(index, ast.Name) and index.id == self.index:
            return ast.Name(f"_all_{index.id}", ast.Load())
        if isinstance(index, ast.Tuple):
            index.elts = list(map(self._sliced, index.elts))
        return index

    def visit_For(self, node: ast.For) -> Any:
        if self.mode == ARRAY or not _is_elementwise(self.kernel, node):
            self.generic_visit(node)
            return node
        index, count = ast.unparse(node.target), f"_range_{node.lineno}"
        one_by_one = [self.visit(copy.deepcopy(step)) for step in node.body]
        at_once = [*ast.parse(AT_ONCE.format(i=index, count=count)).body, *self._at_once(node)]
        counted = ast.Assign([ast.Name(count, ast.Store())], self.visit(node.iter))
        loop = ast.For(node.target, ast.Name(count, ast.Load()), one_by_one, [])
        test = ast.parse(f"len({count}) < _few", mode="eval").body
        return [counted, ast.If(test, [loop], at_once)]

    def _at_once(self, loop: ast.For) -> list[ast.stmt]:
        """The steps of a loop over whole arrays."""
        mode, self.mode, self.index = self.mode, ARRAY, ast.unparse(loop.target)
        self.stored = {ast.unparse(item.value) for item in _items(loop, ast.Store)}
        steps = [self.visit(copy.deepcopy(step)) for step in loop.body]
        self.mode, self.index, self.stored = mode, "", set()
        return steps


def _power(node: ast.BinOp) -> ast.expr:
    """A power of literals is one, and a square a product, as Numba has it."""
    try:
        return ast.Constant(ast.literal_eval(node.left) ** ast.literal_eval(node.right))
    except ValueError:
        if not (isinstance(node.left, ast.Name) and ast.unparse(node.right) == "2"):
            raise NoTwinError(ast.unparse(node)) from None
        return ast.BinOp(node.left, ast.Mult(), node.left)


def _converted(value: Any, mode: str) -> Any:
    """What a value from outside is in a twin."""
    if isinstance(value, Kernel):
        made = twin(value, mode)
        return value.counted(made) if value.alone and mode != ARRAY else made
    if hasattr(value, "_defn"):  # an intrinsic
        return arithmetic.operator(value._defn.__name__, mode)
    if getattr(value, "__module__", None) == "math":
        return arithmetic.function_of_math(value.__name__, mode)
    if isinstance(value, type) and issubclass(value, np.number):
        return arithmetic.conversion(value, mode)  # type: ignore[arg-type]  # it has a hash
    if isinstance(value, tuple):
        items = [_converted(item, mode) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    return arithmetic.constant(value, mode)
