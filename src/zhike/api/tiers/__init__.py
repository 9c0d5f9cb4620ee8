"""Tiers over the API."""
