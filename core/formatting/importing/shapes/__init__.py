"""Shapes: what a row may look like, and the records that come of it, one module each. The list is in `kinds.py`."""
