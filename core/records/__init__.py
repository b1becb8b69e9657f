"""Leaf: a record and its identity, tables in four formats, the models' wire formats and their rules."""
