"""Stories that cross trades, one module each; the doors call these."""
