"""The vault: ciphers, keys, fields, files, rotation."""
