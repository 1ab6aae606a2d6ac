"""Runs the claims of ``toy_ledger`` and no others.

``python toy_run.py FOLDER EXECUTOR WORKERS [SCHEDULER]`` writes the evidence, and
``python toy_run.py run ...`` is the command itself.  A worker reads this file again, and needs
nothing of it: what is imported is imported where it is used.
"""

import sys
from pathlib import Path


def only_these(put):
    """Let the registry hold these claims alone, by a function as ``setattr``."""
    import toy_ledger

    from paper_checks import registry

    claims = dict(toy_ledger.CLAIMS)
    put(registry, "all_claims", lambda: claims)
    put(registry, "place_of", toy_ledger.place_of)
    put(registry, "broken_claims", dict)
    put(registry, "not_computable", dict)


def main(out, executor, workers, scheduler=None):
    from paper_checks import registry, run

    settings = run.Settings(2_000, 1, int(workers))
    names = list(registry.all_claims())
    run.check_all(names, settings, Path(out), executor=executor, scheduler=scheduler)


if __name__ == "__main__":
    only_these(setattr)
    if sys.argv[1] == "run":
        from paper_checks import command

        sys.exit(command.main(sys.argv[1:]))
    main(*sys.argv[1:])
