"""The trail over the API, for auditors."""
