"""From a counter to random words, to variates, to arrays: compiled code that CPU and GPU share."""
