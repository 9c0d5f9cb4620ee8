"""Django's SQLite, where writers wait in a queue."""
