"""Decisions about personal information on plain values: bases, requests, periods of keeping, and hidden names."""
