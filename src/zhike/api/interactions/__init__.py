"""Interactions over the API."""
