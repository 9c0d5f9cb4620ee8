"""Outbound: spreadsheets, the official calendar, the stage that files are read into."""
