"""Writes a report in its formats."""

from pathlib import Path
from typing import Literal

import msgspec

from core.evaluation.report.document import document
from core.evaluation.report.figures import Figures
from core.evaluation.report.html import html
from core.evaluation.report.markdown import markdown
from core.evaluation.report.measures import measures
from core.outputs import replacing_all

Format = Literal["md", "html", "csv", "json"]
FORMATS: tuple[Format, ...] = ("md", "html", "csv", "json")


def render(figures: Figures, form: Format) -> str:
    """A report as text."""
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(figures), indent=2).decode() + "\n"
    if form == "csv":
        return measures(figures)
    return (markdown if form == "md" else html)(document(figures))


def write(figures: Figures, folder: Path, forms: tuple[Format, ...] = FORMATS) -> list[Path]:
    """Writes `report.md`, `report.html` and so on into a folder, all of them or none.

    Args:
        figures: What it says.
        folder: Made where it is not there.
        forms: Which formats.

    Raises:
        InputError: The folder cannot be written.
    """
    paths = [folder / f"report.{form}" for form in forms]
    with replacing_all(paths) as files:
        for form, file in zip(forms, files, strict=True):
            file.write(render(figures, form).encode("utf-8", "replace"))
    return paths
