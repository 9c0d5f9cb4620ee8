"""Assembles the product: settings, addresses, the WSGI application, the command line."""
