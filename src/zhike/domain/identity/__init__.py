"""Proving who somebody is: passwords, second factors, sessions, lock-out, the company's own sign-on provider."""
