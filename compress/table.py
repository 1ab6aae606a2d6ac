"""Rows of text in columns, as all packages have them."""

from stablenoise.text_table import aligned, counted

__all__ = ["aligned", "counted"]
