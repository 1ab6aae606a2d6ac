"""The commands of ``stablenoise``: their switches, what they write, and what they do."""
