"""The page of the ledger, a part a file: words, figures, the forest, the templates."""
