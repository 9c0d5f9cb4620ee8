"""The configurations that Zhike ships, as files to read, choose from, copy and change."""
