"""People over the API: who the token is."""
