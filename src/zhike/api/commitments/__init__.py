"""Commitments over the API."""
