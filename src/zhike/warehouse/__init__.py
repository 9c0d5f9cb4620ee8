"""Outbound: the columnar copy of the database, and the engine that runs analytics on it."""
