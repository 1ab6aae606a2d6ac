"""Which tests one process of pytest-xdist does: those that share what they train and compile."""

import pytest

CLAIMS = "tests/test_claims.py"
LONG = (  # half a minute of processor time and more, of an AMD EPYC (Zen 4), with slow tests
    CLAIMS,
    "tests/test_tutorials.py",
    "tests/test_schedule.py",
    "tests/test_interpreted.py",
    "tests/test_start_pages.py",
    "tests/test_certificate_bundles.py",
    "tests/test_fit_vectors.py",
    "tests/test_ledger_engines.py",
    "tests/test_executors_clusters.py",
    "tests/test_coresets_mnist.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With -n alone a file is done by one process, so that its fixtures are made once.

    Long files come first, and then those with many tests, so that short ones are left for the end,
    when one process would wait for the other.  A --dist of one's own stands.
    """
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        _split_scope = staticmethod(unit_of)

        def _assign_work_unit(self, node):
            self.workqueue.move_to_end(next_of(self.workqueue), last=False)
            super()._assign_work_unit(node)

    return ByFile(config, log)


def unit_of(nodeid):
    """File of a test; claims are slow, so that those of one paper are a unit, by their first word.

    They train the same networks.
    """
    file, _, test = nodeid.partition("::")
    if file != CLAIMS:
        return file
    return f"{file}::{test.partition('[')[2].partition('_')[0]}"


def next_of(units):
    """The unit that is done next, of those that are left, which are in the order of their tests."""
    return next((unit for unit in units if unit.partition("::")[0] in LONG), next(iter(units)))
