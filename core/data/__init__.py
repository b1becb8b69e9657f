"""Stage 2, Data: look at every record, decide once, train on nothing unknowingly bad.

The modules that import polars (`filter`, `selection`, `difference`) are named where they are needed, so that
the first rows are on screen before it is loaded.
"""

from core.data.dataset import Cells, Dataset, DatasetRow, FirstRows, RowSource
from core.data.decisions import Decided, Flag

__all__ = ["Cells", "Dataset", "DatasetRow", "Decided", "FirstRows", "Flag", "RowSource"]
