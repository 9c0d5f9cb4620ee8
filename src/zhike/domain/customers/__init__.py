"""The archive: customers (companies or persons), their contacts, needs profile and tags."""
