"""What networks are made of, as files and packages say it."""
