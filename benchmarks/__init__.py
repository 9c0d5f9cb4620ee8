"""Measurements beside hand-written references: `python -m benchmarks`."""
