"""Leaf: the only importer of boto3. Plain structs come out, typed errors are raised, read-only is kept here.

The names here cost nothing to import; `connect_*` and the modules for each API bring boto3 in.
"""

from core.aws.location import Location

__all__ = ["Location"]
