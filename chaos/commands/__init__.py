"""The commands of ``chaos``: their switches, what they read and write, and what they do."""
