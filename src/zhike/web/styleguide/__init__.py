"""Every component in its real variations, with the lines to copy: for those who build pages."""
