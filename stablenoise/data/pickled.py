"""What a pickled batch of images holds, read without unpickling: nothing is imported or called.

Opcodes of a list that is allowed build bytes, integers, lists, tuples and dicts.  The names that
NumPy's arrays of bytes are pickled by stand for arrays made here; any other name is refused.
"""

import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from warnings import catch_warnings, simplefilter

import numpy as np

MARK = object()
ARRAY = {"numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct"}
BUFFER = {"numpy.core.numeric _frombuffer", "numpy._core.numeric _frombuffer"}
CLASS, KIND, TEXT = "numpy ndarray", "numpy dtype", "_codecs encode"
NAMES = {*ARRAY, *BUFFER, CLASS, KIND, TEXT}
BYTE = "u1", "|u1"
# Of a damaged or hostile file: an opcode that does not fit what is there.
MISFITS = ArithmeticError, AttributeError, LookupError, TypeError, ValueError


class Name(NamedTuple):
    """A name that a file asks for, which stands for itself."""

    name: str


class Bytes(NamedTuple):
    """The type of numbers of an array: unsigned bytes."""


@dataclass
class Made:
    """An array whose content comes later in the file."""

    array: np.ndarray | None = None


@dataclass
class Machine:
    """What has been built so far, and what is remembered by number."""

    stack: list[Any] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)

    def since_mark(self) -> list[Any]:
        """Take what was put after the last mark."""
        at = max(i for i, value in enumerate(self.stack) if value is MARK)
        values = self.stack[at + 1 :]
        del self.stack[at:]
        return values


def arrays_and_lists(content: bytes) -> dict[bytes, Any]:
    """Entries of a pickled dict of arrays of bytes, lists, integers and text, by their names.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    dict
        Arrays of uint8; text and keys as bytes in Latin-1 where the file has text.

    Raises
    ------
    ValueError
        If it is no pickle, or one of anything else.

    Examples
    --------
    >>> import pickle
    >>> arrays_and_lists(pickle.dumps({b"labels": [3, 8]}, protocol=2))
    {b'labels': [3, 8]}
    >>> arrays_and_lists(pickle.dumps(print))
    Traceback (most recent call last):
    ValueError: a batch must hold arrays and lists alone, got the name 'builtins print'

    """
    machine = Machine()
    try:
        with catch_warnings():
            simplefilter("ignore")  # of strange escapes in names, which are refused as names
            _run(machine, content)
        document = machine.stack[0]
        if len(machine.stack) > 1 or not isinstance(document, dict):
            raise ValueError("what is no dict")
        return {_key(key): _finished(value) for key, value in document.items()}
    except MISFITS as error:
        seen = str(error) if isinstance(error, ValueError) else "what does not fit"
        raise ValueError(f"a batch must hold arrays and lists alone, got {seen}") from None


def _run(machine: Machine, content: bytes) -> None:
    for opcode, argument, _ in pickletools.genops(content):
        step = STEPS.get(opcode.name)
        if step is None:
            raise ValueError(f"the opcode {opcode.name}")
        step(machine, argument)


def _bytes(value: Any) -> bytes:
    return value.encode("latin-1") if isinstance(value, str) else bytes(memoryview(value))


def _key(value: Any) -> bytes:
    if not isinstance(value, str | bytes):
        raise ValueError("a key that is no text")
    return _bytes(value)


def _finished(value: Any) -> Any:
    """An array in place of what it was made in; text as bytes."""
    if isinstance(value, Made):
        if value.array is None:
            raise ValueError("an array without content")
        return value.array
    if isinstance(value, Name | Bytes):
        raise ValueError("a type in place of an array")
    return _bytes(value) if isinstance(value, str) else value


def _named(machine: Machine, name: str) -> None:
    if name not in NAMES:
        raise ValueError(f"the name {name[:60]!r}")
    machine.stack.append(Name(name))


def _named_by_texts(machine: Machine, _: None) -> None:
    name = machine.stack.pop()
    _named(machine, f"{machine.stack.pop()} {name}")


def _called(machine: Machine, _: None) -> None:
    """Stand in for the call of a name by what it would make of its arguments."""
    given, name = machine.stack.pop(), machine.stack.pop().name
    if name in ARRAY and given[0] == Name(CLASS):
        machine.stack.append(Made())
    elif name == KIND and given[0] in BYTE:
        machine.stack.append(Bytes())
    elif name == TEXT and given[1] == "latin1":
        machine.stack.append(_bytes(given[0]))
    elif name in BUFFER and given[1] == Bytes():
        machine.stack.append(Made(_shaped(given[0], given[2], given[3])))
    else:
        raise ValueError(f"another use of {name}")


def _built(machine: Machine, _: None) -> None:
    """Fill an array; what is said of bytes in memory is nothing that they have."""
    state, made = machine.stack.pop(), machine.stack[-1]
    if made == Bytes():
        return
    _, shape, kind, by_columns, content = state
    if kind != Bytes() or made.array is not None:
        raise ValueError("an array of another type than uint8, or filled twice")
    made.array = _shaped(content, shape, "F" if by_columns else "C")


def _shaped(content: Any, shape: Any, order: Any) -> np.ndarray:
    # Not frombuffer, which refuses an array of no number.
    numbers = np.array(memoryview(_bytes(content)), np.uint8)
    return numbers.reshape(tuple(shape), order="F" if order == "F" else "C")


def _pushed(machine: Machine, value: Any) -> None:
    machine.stack.append(value)


def _remembered(machine: Machine, number: int | None) -> None:
    machine.memo[len(machine.memo) if number is None else number] = machine.stack[-1]


def _recalled(machine: Machine, number: int) -> None:
    machine.stack.append(machine.memo[number])


def _appended(machine: Machine, _: None) -> None:
    value = machine.stack.pop()
    machine.stack[-1].append(value)


def _extended(machine: Machine, _: None) -> None:
    values = machine.since_mark()
    machine.stack[-1].extend(values)


def _set_one(machine: Machine, _: None) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    machine.stack[-1][key] = value


def _set_many(machine: Machine, _: None) -> None:
    values = machine.since_mark()
    machine.stack[-1].update(zip(values[::2], values[1::2], strict=True))


def _tuple_of(count: int) -> Callable[[Machine, None], None]:
    def make(machine: Machine, _: None) -> None:
        values = tuple(machine.stack[len(machine.stack) - count :])
        del machine.stack[len(machine.stack) - count :]
        machine.stack.append(values)

    return make


def _marked_tuple(machine: Machine, _: None) -> None:
    machine.stack.append(tuple(machine.since_mark()))


def _new(make: Callable[[], Any]) -> Callable[[Machine, None], None]:
    return lambda machine, _: machine.stack.append(make())


def _nothing(machine: Machine, _: Any) -> None:
    """What frames a file, or ends it."""


TEXTS = "BINSTRING SHORT_BINSTRING BINUNICODE SHORT_BINUNICODE BINUNICODE8"
DATA = "BINBYTES SHORT_BINBYTES BINBYTES8 BYTEARRAY8"
STEPS: dict[str, Callable[[Machine, Any], None]] = {
    **dict.fromkeys(f"{TEXTS} {DATA} BININT BININT1 BININT2".split(), _pushed),
    **dict.fromkeys(("PROTO", "FRAME", "STOP"), _nothing),
    **dict.fromkeys(("BINPUT", "LONG_BINPUT", "MEMOIZE"), _remembered),
    **dict.fromkeys(("BINGET", "LONG_BINGET"), _recalled),
    "MARK": _new(lambda: MARK),
    "NONE": _new(lambda: None),
    "NEWTRUE": _new(lambda: True),
    "NEWFALSE": _new(lambda: False),
    "EMPTY_DICT": _new(dict),
    "EMPTY_LIST": _new(list),
    "EMPTY_TUPLE": _new(tuple),
    "TUPLE": _marked_tuple,
    **{f"TUPLE{count}": _tuple_of(count) for count in (1, 2, 3)},
    "APPEND": _appended,
    "APPENDS": _extended,
    "SETITEM": _set_one,
    "SETITEMS": _set_many,
    "GLOBAL": _named,
    "STACK_GLOBAL": _named_by_texts,
    "REDUCE": _called,
    "BUILD": _built,
}
