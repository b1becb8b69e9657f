"""Makes a project: `outcrop.yaml` from a few answers, and a hidden folder beside it."""

from pathlib import Path

import msgspec

from core import config
from core.catalog import Catalog
from core.config import Config, UseCase
from core.errors import InputError, UsageError, Where

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
        UsageError: No such model, or a target outside 0 to 100.
    """
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
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").open("a").close()
    except OSError as error:
        raise InputError("The project's folder cannot be made", why=str(error), where=Where(str(folder))) from error
    path = folder / config.FILE
    config.write_new(path, filled)
    _ignore(folder)
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


def _ignore(folder: Path) -> None:
    """Keeps what can be made again, and what only this machine needs, out of git."""
    path = folder / ".gitignore"
    lines = path.read_text("utf-8").splitlines()
    missing = [line for line in (".outcrop/", "exports/") if line not in lines]
    if missing:
        path.write_text("\n".join([*lines, *missing]) + "\n", "utf-8")
