"""Adopting a job that was not submitted from this project, so that it can be evaluated here.

What it was trained on is read from its training file and held against the project's test part, record by record:
an adopted job is judged with the leakage that it really has.
"""

import hashlib
import shutil
from pathlib import Path

import msgspec

from core.aws import s3
from core.aws.customization import Job
from core.errors import InputError, RefusedError, Where
from core.formatting import Export
from core.formatting.export import EXPORTS, MANIFEST, File, export_lines, latest_export
from core.formatting.parts import ExportLine, Leakage
from core.outputs import replacing
from core.records import formats
from core.records.record import Chat
from core.training.jobs import JobsSnapshot
from core.tuning import ledger
from core.workspace import Workspace


def adopt(workspace: Workspace, job: Job, snapshot: JobsSnapshot) -> Export:
    """Takes a completed job into the project's ledger, with the newest export's test part to evaluate it on.

    Returns:
        The export that stands for what it was trained on, with its leakage.

    Raises:
        RefusedError: It is this project's already, has no model, or the project has no export for its model.
        InputError: Its training file is not in the model's format.
        AwsError: The training file may not be read.
    """
    workspace.refuse_if_read_only()
    if job.arn in snapshot.ours:
        raise RefusedError(f"{job.name} belongs to this project already")
    if job.status != "Completed":
        raise RefusedError(f"{job.name} is {job.status.lower()}", why="only a completed job has a model to evaluate")
    model, tuning = workspace.catalog.tuning_of(job.base_model)
    found = latest_export(workspace.folder / EXPORTS)
    if found is None or not found[0].records("test"):
        raise RefusedError("There is no test part to evaluate it on", todo="Write one with `outcrop export`")
    own, folder = found
    if own.recipe.model != model.key:
        raise RefusedError(
            f"The newest export is for {own.recipe.model}, the job tuned {model.key}",
            todo=f"Set `model: {model.key}` and export again",
        )
    trained = s3.read(workspace.connection, s3.parse_uri(job.training_uri))
    chats = _chats(trained, tuning.data_format, job.training_uri)
    test = export_lines(folder, own, "test")
    name = f"adopted-{job.id}"
    taken = msgspec.structs.replace(
        own,
        name=name,
        created=workspace.clock.now(),
        leakage=leakage(chats, test),
        excluded={},
        files={
            "train": File(
                "train.jsonl", hashlib.sha256(trained).hexdigest(), len(chats), len(trained), _characters(chats)
            ),
            "test": own.files["test"],
        },
    )
    _write(workspace.folder / EXPORTS / name, folder, taken, trained)
    ledger.add(
        workspace.store,
        arn=job.arn,
        location=workspace.connection.location.key,
        name=job.name,
        model=model.key,
        export=taken,
        now=workspace.clock.now(),
    )
    return taken


def leakage(trained: list[Chat], test: list[ExportLine]) -> Leakage:
    """The share of test records, 0 to 1, that the training file has: whole, as a question, or as a table.

    A table is recognised by the prompt without its question, since a file from elsewhere names no groups.
    """
    if not test:
        return Leakage(0.0, 0.0, 0.0)
    records = {(chat.prompt, chat.completion) for chat in trained}
    prompts = {chat.prompt for chat in trained}
    contexts = {_context(chat) for chat in trained}
    return Leakage(
        sum((line.chat.prompt, line.chat.completion) in records for line in test) / len(test),
        sum(line.chat.prompt in prompts for line in test) / len(test),
        sum(_context(line.chat) in contexts for line in test) / len(test),
    )


def _context(chat: Chat) -> str:
    return chat.prompt.replace(chat.question, "", 1) if chat.question else chat.prompt


def _characters(chats: list[Chat]) -> int:
    return sum(len(chat.system or "") + sum(len(turn.content) for turn in chat.messages) for chat in chats)


def _chats(content: bytes, data_format: str, address: str) -> list[Chat]:
    decode = formats.named(data_format).decode
    found = []
    for number, line in enumerate(content.splitlines(), 1):
        try:
            found.append(decode(line))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise InputError(
                "The job's training file cannot be read", why=str(error), where=Where(address, number)
            ) from error
    return found


def _write(home: Path, source: Path, export: Export, trained: bytes) -> None:
    """The adopted job's files: what it was trained on, and the test part; the manifest last."""
    with replacing(home / "train.jsonl") as file:
        file.write(trained)
    with replacing(home / "train.ids") as file:
        file.writelines(f"{number:016x}\t\t\n".encode() for number in range(export.records("train")))
    for name in ("test.jsonl", "test.ids"):
        with (source / name).open("rb") as test, replacing(home / name) as file:
            shutil.copyfileobj(test, file)
    with replacing(home / MANIFEST) as file:
        file.write(msgspec.json.format(msgspec.json.encode(export)))
