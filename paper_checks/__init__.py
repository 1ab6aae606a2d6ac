"""A ledger that checks papers' claims numerically, each with a control that must be caught.

What a claim is

  ``Claim``       a statement, an experiment that could contradict it, and a control
  ``NotComputable``  a statement that is listed and never run, and why
  ``Quantity``    one column of what an experiment returns
  ``Rule``        what is claimed of a quantity
  ``equals``      a rule: it is this value
  ``above``       a rule: it is larger
  ``below``       a rule: it is smaller

What is seen

  ``Finding``     what was seen of a quantity, and what that says
  ``Verdict``     consistent, contradicted or undecided
  ``judge``       findings of rows
  ``summaries``   estimates of a column, with intervals that hold at every look
  ``replicates``  randomness of row r, which depends on the seed and r alone

Running

  ``all_claims``  every claim, by the name of its file
  ``check``       run a claim and its control
  ``check_all``   run several, side by side, on any engine
  ``Settings``    budget, seed and processes of a run

The command is ``paper-checks``; how to add a claim is told in CONTRIBUTING.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
