"""Every method of pruning and every coreset at equal shares kept, and what it loses."""
