"""Tasks that workers of the tests do, and programs that begin workers: what they import."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


class TwoArguments(Exception):
    """One that cannot be unpickled, as it keeps one argument of two."""

    def __init__(self, one, two):
        super().__init__(one)


def square(x):
    return x * x


def numbers(seed, size=1000):
    """Rows that depend on the bits of sums."""
    import numpy as np

    x = np.random.default_rng(seed).normal(size=(size, 8))
    return float((x.T @ x).sum()), float(np.linalg.svd(x, compute_uv=False)[0])


def thread_counts(seconds=0.0):
    """Process, threads of Numba, and those of each library that multiplies matrices."""
    import numba
    import scipy.linalg  # noqa: F401
    import threadpoolctl

    time.sleep(seconds)  # so that another worker takes the next one
    blas = threadpoolctl.ThreadpoolController().select(user_api="blas").info()
    return os.getpid(), numba.get_num_threads(), {library["num_threads"] for library in blas}


def fail(message):
    raise KeyError(message)


def fail_oddly():
    raise TwoArguments("one", "two")


def talk(number):
    """Print by all ways that there are: Python's streams, the descriptors, a process of its own."""
    print(f"out {number}")
    print(f"err {number}", file=sys.stderr)
    print("stablenoise: compiling", file=sys.stderr)
    os.write(1, f"descriptor {number}\n".encode())
    subprocess.run(["echo", f"child {number}"], check=True)


def doubled(x):
    """Fork, and let both go on."""
    os.fork()
    return x * x


def whisper():
    """Print a line without an end, and be gone."""
    os.write(2, b"no end")
    os._exit(3)


def leave():
    raise SystemExit(3)


def interrupt():
    raise KeyboardInterrupt


def function():
    return lambda: 0


def note(folder, name):
    """Add a line to a file, and say how many there are now."""
    with open(Path(folder, name), "a") as file:
        file.write(f"{os.getpid()}\n")
    return len(Path(folder, name).read_text().splitlines())


def killed_at_first(folder, x):
    """The square of x, at the second time."""
    if note(folder, "begun") == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return square(x)


def kill(folder):
    note(folder, "killed")
    os.kill(os.getpid(), signal.SIGKILL)


def end(status):
    os._exit(status)


def slow(folder, name, seconds=0.2):
    """A task that leaves a line when it begins, and one when it is done."""
    note(folder, f"{name}.begun")
    time.sleep(seconds)
    note(folder, f"{name}.done")
    return name


def until_asked(folder, seconds=60.0):
    """A task that ends itself when it is asked to."""
    from stablenoise.executors import asked_to_stop, ends_itself

    with ends_itself():
        note(folder, "long.begun")
        end = time.monotonic() + seconds
        while not asked_to_stop() and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.3)
        note(folder, "long.checkpoint")


def refuse(version):
    raise ValueError(f"stamp must be {version}, got another one")


def accept(folder):
    note(folder, "checked")


def long_bytes(folder, size):
    """So many bytes: its first worker is killed while it sends them."""
    if note(folder, "sent") == 1:
        import threading

        threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGKILL]).start()
    return bytes(size)
