"""Ctrl-C while a command still loads libraries ends it as it does later: in one line, with 130."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
AT_THE_IMPORT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background ignores it
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ.get("INTERRUPTED"):
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
"""
WORDS = {
    "chaos": ["train", "--data", "digits", "--widths", "64,10"],
    "compress": ["describe", "nothing.npz"],
    "paper_checks": ["list"],
    "stablenoise": ["sample", "--alpha", "1.5"],
}


@pytest.mark.parametrize("package", WORDS)
@pytest.mark.parametrize("library", ["numpy", "numba"])
def test_ctrl_c_while_libraries_are_loaded_is_a_line(tmp_path, package, library):
    (tmp_path / "sitecustomize.py").write_text(AT_THE_IMPORT)
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    environment = os.environ | {"PYTHONPATH": path, "INTERRUPTED": library}
    command = [sys.executable, "-m", package, *WORDS[package]]
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    said = f"{package.replace('_', '-')}: interrupted\n"
    assert (done.returncode, done.stdout, done.stderr) == (130, "", said)
