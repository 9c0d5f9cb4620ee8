"""Customers over the API."""
