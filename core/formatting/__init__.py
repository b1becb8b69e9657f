"""Stage 3, Format: from any source to exactly what the model wants, without leaking.

Templates are in `core.formatting.template`, apart, because Jinja2 takes its time to import.
"""

from core.formatting.export import Export, Recipe
from core.formatting.parts import PARTS, ExportLine, Leakage, Member, Part

__all__ = ["PARTS", "Export", "ExportLine", "Leakage", "Member", "Part", "Recipe"]
