"""The models' wire formats: a `Chat` to a line of the training file, and back."""

from core.records.formats.by_name import FORMATS, decode, encode, named, sniff
from core.records.formats.structure import FormatProblem

__all__ = ["FORMATS", "FormatProblem", "decode", "encode", "named", "sniff"]
