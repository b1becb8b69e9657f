"""Makes a project: `outcrop.yaml` from a few answers, and a hidden folder beside it."""

from pathlib import Path

import msgspec

from core import config
from core.catalog import Catalog
from core.config import Config, UseCase
from core.errors import InputError, UsageError, Where
from core.outputs import refuse_if_read_only, replacing

REHEARSAL_ROLE = "arn:aws:iam::123456789012:role/OutcropRehearsal"


def create(folder: Path, wanted: Config, catalog: Catalog) -> Path:
    """Writes a project's configuration.

    Args:
        folder: Made if need be.
        wanted: What the user answered; region, bucket and role are filled in where they follow from the rest.
        catalog: Knows the model's regions.

    Returns:
        The path of `outcrop.yaml`.

    Raises:
        InputError: There is a project already, or the folder cannot be written.
        UsageError: No name, no such model, or a target outside 0 to 100.
    """
    refuse_if_read_only(folder / config.FILE)
    if not wanted.name.strip():
        raise UsageError("A project needs a name", why="its jobs and models are named after it", todo="Give it one")
    _, tuning = catalog.tuning_of(wanted.model)
    for name in wanted.use_case.candidates:
        catalog.get(name)
    target = wanted.use_case.target
    if target is not None and not 0 <= target <= 100:
        raise UsageError(f"A target of {target:g} cannot be reached", todo="Give a score between 0 and 100")
    region = wanted.region if wanted.region in tuning.regions else tuning.regions[0]
    filled = msgspec.structs.replace(wanted, region=region)
    if wanted.target == "rehearsal":
        filled = msgspec.structs.replace(
            filled, bucket=wanted.bucket or f"outcrop-rehearsal-{region}", role=wanted.role or REHEARSAL_ROLE
        )
    path = folder / config.FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        config.write_new(path, filled)
        _ignore(folder / ".gitignore")
    except OSError as error:
        raise InputError(
            "The project's folder cannot be made",
            why=error.strerror or str(error),
            todo="Choose another folder, or mend its permissions",
            where=Where(str(folder)),
        ) from error
    return path


def table_questions(name: str) -> Config:
    """A project for questions about tables, as in the article."""
    return Config(
        name=name,
        use_case=UseCase(
            task="Answer questions about financial tables and the text around them",
            problem="skill",
            metric="squad",
            target=60.0,
            candidates=("claude-3-haiku",),
        ),
    )


def _ignore(path: Path) -> None:
    """Keeps what can be made again, and what only this machine needs, out of git."""
    held = path.read_bytes() if path.exists() else b""
    missing = [line for line in (b".outcrop/", b"exports/") if line not in held.splitlines()]
    if missing:
        lead = b"\n" if held and not held.endswith(b"\n") else b""
        with replacing(path) as file:
            file.write(held + lead + b"\n".join(missing) + b"\n")
