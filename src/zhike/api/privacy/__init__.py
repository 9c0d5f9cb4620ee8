"""Consents and requests of people over the API."""
