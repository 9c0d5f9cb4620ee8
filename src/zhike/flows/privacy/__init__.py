"""The personal-information desk: requests and their promises, a person's file, erasure, and periods of keeping."""
