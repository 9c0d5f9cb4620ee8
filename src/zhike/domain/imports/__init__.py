"""Files taken in: batches, their progress, the rows that could not be read, and what each batch changed, for undo."""
