"""Each of the four commands tells the version of the distribution, and nothing else."""

import pytest

import chaos.__main__
import compress.__main__
import paper_checks.command
import stablenoise
import stablenoise.__main__

COMMANDS = {
    "stablenoise": stablenoise.__main__.main,
    "chaos of stablenoise": chaos.__main__.main,
    "compress of stablenoise": compress.__main__.main,
    "paper-checks of stablenoise": paper_checks.command.main,
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_tells_its_version(name, capsys):
    with pytest.raises(SystemExit) as ended:
        COMMANDS[name](["--version"])
    told = capsys.readouterr()
    assert (ended.value.code, told.out, told.err) == (0, f"{name} {stablenoise.__version__}\n", "")
