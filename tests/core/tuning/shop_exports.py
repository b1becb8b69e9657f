"""Exports of made-up records, as a submit wants them."""

from pathlib import Path

from core.config import Split
from core.formatting import export
from core.formatting.export import Export, Recipe
from core.formatting.parts import ExportLine, Leakage
from core.records.record import Chat, Message
from core.workspace import Workspace


def exported(
    workspace: Workspace, train: int = 32, validation: int = 32, text: str = "How many shops?"
) -> tuple[Export, Path]:
    """An export of so many records, all with one question."""
    model, tuning = workspace.catalog.tuning_of(workspace.config.model)
    recipe = Recipe(model.key, tuning.data_format, "plain", "", "", "html", Split(), "", "records.jsonl", "")

    def lines(start: int, count: int) -> list[ExportLine]:
        chats = [
            (n, Chat((Message("user", f"{text} {n}"), Message("assistant", str(n)))))
            for n in range(start, start + count)
        ]
        return [ExportLine(f"id-{n}", f"table-{n}", "", chat) for n, chat in chats]

    parts = {"train": lines(0, train), "validation": lines(train, validation)}
    home = workspace.folder / "exports"
    now = workspace.clock.now()
    made = export.write(home, parts, recipe=recipe, excluded={}, leakage=Leakage(0, 0, 0), now=now)
    return made, home / made.name
