"""Door 3: the command line, the schedule and the worker."""
