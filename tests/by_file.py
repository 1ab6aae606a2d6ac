"""Which tests one process of pytest-xdist does: those that share what they train and compile."""

import pytest

CLAIMS = "tests/test_claims.py"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With -n alone a file is done by one process, so that its fixtures are made once.

    Files with many tests come first.  A --dist of one's own stands.
    """
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        _split_scope = staticmethod(unit_of)

    return ByFile(config, log)


def unit_of(nodeid):
    """File of a test; claims are slow, so that those of one paper are a unit, by their first word.

    They train the same networks.
    """
    file, _, test = nodeid.partition("::")
    if file != CLAIMS:
        return file
    return f"{file}::{test.partition('[')[2].partition('_')[0]}"
