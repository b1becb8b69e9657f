"""The two lists of an import: containers that give rows, and shapes that make records of them.

A kind of file, as `outcrop import KIND` names it, is a shape, or a container whose rows have columns to map. A new
one is a module under `containers` or `shapes` and a line here.
"""

from collections.abc import Iterator
from pathlib import Path

from core.errors import InputError, UsageError, Where
from core.files import compression
from core.formatting.importing.container import HEAD, Container, opened
from core.formatting.importing.containers.csv_file import CSV
from core.formatting.importing.containers.json_file import JSON
from core.formatting.importing.containers.json_lines import JSON_LINES
from core.formatting.importing.containers.parquet import PARQUET
from core.formatting.importing.plan import Option
from core.formatting.importing.shape import Shape
from core.formatting.importing.shapes.anthropic_messages import ANTHROPIC_MESSAGES
from core.formatting.importing.shapes.bedrock_conversation import BEDROCK_CONVERSATION
from core.formatting.importing.shapes.columns import COLUMNS
from core.formatting.importing.shapes.invocation_log import INVOCATION_LOG
from core.formatting.importing.shapes.openai_chat import OPENAI_CHAT
from core.formatting.importing.shapes.prompt_completion import PROMPT_COMPLETION
from core.formatting.importing.shapes.tatqa import TATQA

CONTAINERS: tuple[Container, ...] = (JSON, CSV, PARQUET, JSON_LINES)
"""The first whose `sniff` says so is taken; JSON Lines is what a file is taken for that nobody else knows."""

SHAPES: tuple[Shape, ...] = (
    TATQA,
    OPENAI_CHAT,
    ANTHROPIC_MESSAGES,
    BEDROCK_CONVERSATION,
    PROMPT_COMPLETION,
    INVOCATION_LOG,
)
"""The first that fits a row is taken; rows that none fits are read by their columns."""

_SOURCE = frozenset({"id", "group", "fields"})


def _kinds() -> Iterator[tuple[str, tuple[Container, Shape]]]:
    for container in CONTAINERS:
        if container.columns is not None:
            yield container.name, (container, COLUMNS)
        for shape in SHAPES:
            if shape.containers[0] == container.name:
                yield shape.name, (container, shape)


_OF_KIND = dict(_kinds())
KINDS = tuple(_OF_KIND)


def shape_of(kind: str) -> Shape:
    """What the rows of a kind look like."""
    return _OF_KIND[kind][1]


def container_of(kind: str, path: Path) -> Container:
    """What a file of a kind is read as: by its name or its first bytes where the shape occurs in several."""
    container, shape = _OF_KIND[kind]
    if len(shape.containers) < 2:
        return container
    found = _by_name(path) or _by_head(path, _head(path))
    return found if found.name in shape.containers else container


def options(kind: str) -> frozenset[Option]:
    """What a plan may say about files of a kind."""
    container, shape = _OF_KIND[kind]
    others = (each.options for each in CONTAINERS if each.name in shape.containers)
    return container.options.union(shape.options, *others)


def kind_of_name(path: Path) -> str | None:
    """What a file is by the end of its name; None where that does not say it."""
    found = _by_name(path)
    return found.name if found is not None else None


def detect(path: Path) -> str:
    """What kind of file it is, by its name and its first rows.

    Raises:
        InputError: It cannot be read, is empty or is of no kind that Outcrop imports.
        UsageError: It holds source records already.
    """
    container = _by_name(path) or _by_head(path, _head(path))
    shapes = [each for each in SHAPES if container.name in each.containers]
    samples = list(container.samples(path)) if shapes else []
    if container is JSON_LINES and any(row.keys() >= _SOURCE for row in samples):
        raise UsageError(
            "These are source records already",
            todo="Set `data.source` in outcrop.yaml to this file",
            where=Where(str(path)),
        )
    for row in samples:
        for shape in shapes:
            if shape.fits(row):
                return shape.name
    if container.columns is not None and (samples or not shapes):
        return container.name
    raise InputError(
        "This file is of no kind that can be imported",
        why="it is neither JSON Lines, nor TAT-QA, nor named .csv or .parquet",
        todo=f"Name its kind: outcrop import {'|'.join(KINDS)} {path}",
        where=Where(str(path)),
    )


def _by_name(path: Path) -> Container | None:
    suffix = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    return next((each for each in CONTAINERS if each.by_name and suffix.lower() in each.suffixes), None)


def _head(path: Path) -> bytes:
    with opened(path) as file:
        return file.read(HEAD)


def _by_head(path: Path, head: bytes) -> Container:
    if not head.strip():
        raise InputError("This file is empty", todo="Give a file with records", where=Where(str(path)))
    packed = compression(head)
    if packed is not None:
        raise InputError(
            f"This file is compressed, by {packed.name}",
            todo=f"Decompress it first: {packed.undo} {path}",
            where=Where(str(path)),
        )
    return next(each for each in CONTAINERS if each.sniff(head))
