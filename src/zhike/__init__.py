"""Zhike 知客: know customers, promise them something, keep it, and see whether it worked."""

__version__ = "0.1.0"
