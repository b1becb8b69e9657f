"""Tables in the four formats of the article (HTML, JSON, Markdown, LaTeX): parsed, rendered, found in a prompt.

What is rendered is parsed back to the same cells, whatever they hold. Control characters are data here like any
other and are kept; a front end makes them visible before they reach a terminal (`core.text.visible`).
"""

from core.records.tables.find import FoundTable, find, find_all
from core.records.tables.formats import FORMATS, TableFormat, parse, render
from core.records.tables.grid import Grid, grid

__all__ = ["FORMATS", "FoundTable", "Grid", "TableFormat", "find", "find_all", "grid", "parse", "render"]
