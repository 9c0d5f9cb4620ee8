"""The working calendar over the API."""
