"""A ledger that checks papers' claims numerically, each with a control that must be caught."""
