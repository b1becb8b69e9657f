"""The report of an evaluation: one set of figures, written as Markdown, HTML, CSV or JSON.

`figures` is what a report says, `gather` finds it in a project, `document` puts it into sections of `blocks`;
`markdown`, `html` and `measures` write it.
"""

from core.evaluation.report.figures import Figures
from core.evaluation.report.gather import gather
from core.evaluation.report.write import FORMATS, Format, render, write

__all__ = ["FORMATS", "Figures", "Format", "gather", "render", "write"]
