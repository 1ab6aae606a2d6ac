"""How much of a vector its largest terms hold, and the limits of that for heavy-tailed laws."""
