"""What somebody with ill will would try."""
