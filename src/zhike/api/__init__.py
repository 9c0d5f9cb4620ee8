"""Door 2: REST under /api/v1/, for programs that act as a person by a token."""
