"""The pages of the personal-information desk."""
