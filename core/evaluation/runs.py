"""Runs: one model asked one test set, once; resumable at the record, never changed afterwards."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from importlib import metadata

import msgspec

from core.clock import from_iso, iso
from core.evaluation.metric import Case
from core.formatting import Export, Line
from core.formatting.answer import take
from core.inference import Answer, Ask, Settings, kept
from core.progress import Cancel, Report, silent
from core.store import Store
from core.workspace import Workspace


class Spec(msgspec.Struct, frozen=True):
    """What a run asks: two runs of one spec would pay twice for the same answers.

    Attributes:
        model: What is asked: a foundation model's identifier, or the ARN of a tuned model behind its endpoint.
        test_sha256: Of the test file.
        export: The export's name.
        template_fingerprint: Of the template that wrote the prompts.
        max_tokens: The longest answer wanted.
        temperature: Of the answers.
    """

    model: str
    test_sha256: str
    export: str
    template_fingerprint: str
    max_tokens: int
    temperature: float


class Run(msgspec.Struct, frozen=True):
    """One run.

    Attributes:
        id: Follows from its spec, so that it is found again.
        location: Where it was asked.
        label: How a person calls the model.
        model: The catalogue's key of the model, or of the one below a tuned model.
        job: ARN of the job that tuned it, or empty.
        spec: What was asked.
        outcrop: The version that asked.
        started: When.
        ended: When the last answer came; None while some are missing.
    """

    id: str
    location: str
    label: str
    model: str
    job: str
    spec: Spec
    outcrop: str
    started: datetime
    ended: datetime | None


class Result(msgspec.Struct, frozen=True):
    """One answer beside its truth.

    Attributes:
        line: The test record.
        completion: All that the model wrote.
        answer: What the template's rule takes out of it.
        truth: What the same rule takes out of the record's completion.
        output_tokens: Of the completion, as billed.
        latency_ms: As the service measured it; 0 of a batch, which tells none.
        input_tokens: Of the prompt, as billed.
        repeat: Which time it was asked, from 1.
        scale: Of the truth, where the record has it.
    """

    line: Line
    completion: str
    answer: str
    truth: str
    output_tokens: int
    latency_ms: int
    input_tokens: int = 0
    repeat: int = 1
    scale: str = ""

    def case(self) -> Case:
        """The answer as metrics take it."""
        return self._case(self.answer)

    def perfect(self) -> Case:
        """The truth in the place of the answer."""
        return self._case(self.truth)

    def _case(self, answer: str) -> Case:
        chat = self.line.chat
        return Case(answer, self.truth, self.line.id, self.line.kind, self.scale, chat.question, chat.prompt)


def spec_for(export: Export, model: str, *, max_tokens: int = 512, temperature: float = 0.0) -> Spec:
    """The spec of asking a model an export's test part."""
    return Spec(
        model,
        export.files["test"].sha256,
        export.name,
        export.recipe.template_fingerprint,
        max_tokens,
        temperature,
    )


def begin(workspace: Workspace, spec: Spec, *, label: str, model: str, job: str = "") -> Run:
    """Finds the run of a spec, or starts it; counts an opening of the test set once a run."""
    location = workspace.connection.location.key
    run = hashlib.sha256(msgspec.json.encode([location, spec])).hexdigest()[:12]
    moment = iso(workspace.clock.now())
    stored = msgspec.json.encode({"spec": spec, "outcrop": metadata.version("outcrop")}).decode()
    with workspace.store.transaction():
        workspace.store.write(
            "INSERT OR IGNORE INTO runs VALUES (?,?,?,?,?,?,?,NULL)",
            (run, location, label, model, job or None, stored, moment),
        )
        workspace.store.write("INSERT OR IGNORE INTO openings VALUES (?,?,?)", (spec.test_sha256, run, moment))
    return get(workspace.store, run)


def ask(
    workspace: Workspace,
    run: Run,
    lines: Sequence[Line],
    *,
    endpoint: str = "",
    report: Report = silent,
    cancel: Cancel | None = None,
) -> None:
    """Asks whatever has no answer yet.

    Args:
        workspace: The project.
        run: Keeps the answers.
        lines: The test records.
        endpoint: What to ask instead of the spec's model: the endpoint that serves it.
        report: Told how many are answered.
        cancel: Stops between answers.

    Raises:
        AwsError: The model does not answer.
        CancelledError: It was cancelled; what is answered stays.
    """
    from core.inference.run import run as ask_all

    spec = run.spec
    ask_all(
        [Ask(line.id, line.chat.asked()) for line in lines],
        name=run.id,
        settings=Settings(endpoint or spec.model, spec.max_tokens, spec.temperature),
        connection=workspace.connection,
        store=workspace.store,
        clock=workspace.clock,
        report=report,
        cancel=cancel,
    )
    moment = iso(workspace.clock.now())
    workspace.store.write("UPDATE runs SET ended = ? WHERE id = ? AND ended IS NULL", (moment, run.id))


def get(store: Store, run: str) -> Run:
    """One run by its id."""
    return next(each for each in _read(store, "id = ?", (run,)))


def listing(store: Store, location: str) -> list[Run]:
    """All runs at a location, newest first."""
    return list(reversed(_read(store, "location = ?", (location,))))


def openings(store: Store, test_sha256: str) -> int:
    """How many runs have opened a test set: each one chosen by its score makes the next score less honest."""
    row = store.row("SELECT COUNT(*) AS n FROM openings WHERE test = ?", (test_sha256,))
    return int(row["n"]) if row else 0


def results(store: Store, run: Run, lines: Sequence[Line], rule: str) -> list[Result]:
    """A run's answers in the order of the test records; those without an answer are left out."""
    answers: dict[str, Answer] = kept(store, run.id)
    return [
        Result(
            line,
            found.text,
            take(rule, found.text),
            take(rule, line.chat.completion),
            found.output_tokens,
            found.latency_ms,
        )
        for line in lines
        if (found := answers.get(line.id)) is not None
    ]


class _Stored(msgspec.Struct):
    spec: Spec
    outcrop: str


def _read(store: Store, where: str, values: tuple[str, ...]) -> list[Run]:
    found = []
    for row in store.rows(f"SELECT * FROM runs WHERE {where} ORDER BY started", values):  # noqa: S608 - our own words
        stored = msgspec.json.decode(row["spec"], type=_Stored)
        found.append(
            Run(
                row["id"],
                row["location"],
                row["label"],
                row["model"],
                row["job"] or "",
                stored.spec,
                stored.outcrop,
                from_iso(row["started"]),
                from_iso(row["ended"]) if row["ended"] else None,
            )
        )
    return found
