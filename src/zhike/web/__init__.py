"""Door 1: pages, rendered by the server, with fragments for what changes in place."""
