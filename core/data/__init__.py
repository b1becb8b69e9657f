"""Stage 2, Data: look at every record, decide once, train on nothing unknowingly bad.

The modules that import polars (`filter`, `selection`, `difference`) are named where they are needed, so that
the first rows are on screen before it is loaded.
"""

from core.data.dataset import Cells, Dataset, FirstRows, Row, RowSource
from core.data.decisions import Decided, Flag

__all__ = ["Cells", "Dataset", "Decided", "FirstRows", "Flag", "Row", "RowSource"]
