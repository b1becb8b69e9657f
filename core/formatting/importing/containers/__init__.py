"""Containers: kinds of files that give rows, one module each. The list of them is in `kinds.py`."""
