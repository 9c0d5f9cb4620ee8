"""Decisions about customers on plain values: industries, the organisation chart, the company's own fields."""
