"""Runs: one model asked one test set, once; resumable at the record, never changed afterwards."""

import hashlib
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib import metadata
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from core.clock import from_iso, iso
from core.errors import UsageError
from core.evaluation.metric import Case
from core.formatting import Export, ExportLine, Part
from core.formatting.answer import take
from core.formatting.few_shot_examples import FewShotExamples, Pool, drawn
from core.inference import Answer, Ask, AskSettings, kept
from core.progress import Cancel, Report, silent
from core.store import SqlValue, Store
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.inference.batch import Place

AT_ONCE = 8
Route = Literal["converse", "batch"]
_SEED = 1  # of the order of examples: every run shows the same ones, five hold the first three


class RunSpec(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a run asks: two runs of one spec would pay twice for the same answers.

    Attributes:
        model: What is asked: a foundation model's identifier, or the ARN of a tuned model behind its endpoint.
        test_sha256: Of the test file.
        export: The export's name: what the model was trained on, or what the base is compared on.
        template_fingerprint: Of the template that wrote the prompts.
        max_tokens: The longest answer wanted.
        temperature: Of the answers.
        part: Which part of the export is asked.
        file: Another test file in its place, relative to the project; empty for the export's.
        template: The name of another template than the export's, or empty.
        table_format: Another table format than the export's, or empty.
        shots: How many examples of the training part stand before each question.
        repeats: How often each question is asked.
        route: Converse, or batch inference.
    """

    model: str
    test_sha256: str
    export: str
    template_fingerprint: str
    max_tokens: int
    temperature: float
    part: Part = "test"
    file: str = ""
    template: str = ""
    table_format: str = ""
    shots: int = 0
    repeats: int = 1
    route: Route = "converse"

    def same_questions(self, other: "RunSpec") -> bool:
        """Whether two runs were asked the same records, in whatever way."""
        return (self.test_sha256, self.part, self.file) == (other.test_sha256, other.part, other.file)

    def same_but_model(self, other: "RunSpec") -> bool:
        """Whether two runs differ in nothing but the model, what it was trained on, and the way to it."""
        return replace(self, model=other.model, export=other.export, route=other.route) == other


class RunLineage(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a run comes from, written down when it began.

    Attributes:
        source: The file of records.
        source_sha256: Of its bytes, as they were exported.
        test: The name of the test set.
        template: The template's name.
        table_format: In which tables were written.
        hyperparameters: Of the job that tuned the model.
        versions: Of Outcrop, Python and the libraries that ask and score.
    """

    source: str = ""
    source_sha256: str = ""
    test: str = ""
    template: str = ""
    table_format: str = ""
    hyperparameters: dict[str, str] = {}
    versions: dict[str, str] = {}


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
        lineage: Where it comes from.
    """

    id: str
    location: str
    label: str
    model: str
    job: str
    spec: RunSpec
    outcrop: str
    started: datetime
    ended: datetime | None
    lineage: RunLineage = RunLineage()

    @property
    def short_label(self) -> str:
        """What the model is called beside another, without the way it was asked: `base`, `tuned`."""
        return self.label.partition(",")[0]

    @property
    def way(self) -> str:
        """What sets the run apart from the usual way of asking, in words; empty for that one."""
        return self.label.partition(", ")[2]


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

    line: ExportLine
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


def spec_for(export: Export, model: str, *, max_tokens: int = 512, temperature: float = 0.0) -> RunSpec:
    """The spec of asking a model an export's test part."""
    return RunSpec(
        model,
        export.files["test"].sha256,
        export.name,
        export.recipe.template_fingerprint,
        max_tokens,
        temperature,
    )


def run_id(location: str, spec: RunSpec) -> str:
    """The id of the run of a spec at a location, whether or not it has begun."""
    return hashlib.sha256(msgspec.json.encode([location, spec])).hexdigest()[:12]


def begin(
    workspace: Workspace, spec: RunSpec, *, label: str, model: str, job: str = "", lineage: RunLineage | None = None
) -> Run:
    """Finds the run of a spec, or starts it; counts an opening of the test set once a run."""
    location = workspace.connection.location.key
    run = run_id(location, spec)
    moment = iso(workspace.clock.now())
    known = replace(lineage or RunLineage(), versions=_versions())
    stored = msgspec.json.encode(_Stored(spec, known.versions["outcrop"], known)).decode()
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
    lines: Sequence[ExportLine],
    *,
    endpoint: str = "",
    examples: Sequence[ExportLine] = (),
    place: "Place | None" = None,
    at_once: int = AT_ONCE,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> None:
    """Asks whatever has no answer yet.

    Args:
        workspace: The project.
        run: Keeps the answers.
        lines: The test records.
        endpoint: What to ask instead of the spec's model: the endpoint that serves it.
        examples: Training records to choose examples from, where the spec wants some.
        place: Where batch jobs read and write, for a run that goes by batch.
        at_once: Asks under way at the same time, by Converse.
        report: Told how many are answered.
        cancel: Stops between answers.

    Raises:
        UsageError: There are not enough examples.
        RefusedError: A batch job failed.
        AwsError: The model does not answer.
        CancelledError: It was cancelled; what is answered stays.
    """
    from core.inference import batch, converse

    spec = run.spec
    settings = AskSettings(endpoint or spec.model, spec.max_tokens, spec.temperature, at_once)
    wanted = list(asks(lines, examples, shots=spec.shots, repeats=spec.repeats))
    store, connection, clock = workspace.store, workspace.connection, workspace.clock
    if spec.route == "batch" and place is not None:
        batch.run(
            wanted,
            name=run.id,
            settings=settings,
            place=place,
            connection=connection,
            store=store,
            clock=clock,
            report=report,
            cancel=cancel,
        )
    else:
        converse.run(
            wanted,
            name=run.id,
            settings=settings,
            connection=connection,
            store=store,
            clock=clock,
            report=report,
            cancel=cancel,
        )
    moment = iso(clock.now())
    store.write("UPDATE runs SET ended = ? WHERE id = ? AND ended IS NULL", (moment, run.id))


def get(store: Store, run: str) -> Run:
    """One run by its id, or by the first characters of it.

    Raises:
        UsageError: There is none, or several begin so.
    """
    found = _read(store, "id = ?", (run,)) or _read(store, "substr(id, 1, ?) = ?", (len(run), run))
    if len(found) != 1:
        raise UsageError(
            f"There is no run {run!r}" if not found else f"{len(found)} runs begin with {run!r}",
            todo="See `outcrop evaluate --list`",
        )
    return found[0]


def listing(store: Store, location: str) -> list[Run]:
    """All runs at a location, newest first."""
    return list(reversed(_read(store, "location = ?", (location,))))


def openings(store: Store, test_sha256: str) -> int:
    """How many runs have opened a test set: each one chosen by its score makes the next score less honest."""
    row = store.row("SELECT COUNT(*) AS n FROM openings WHERE test = ?", (test_sha256,))
    return int(row["n"]) if row else 0


def results(
    store: Store,
    run: Run,
    lines: Sequence[ExportLine],
    rule: str,
    facts: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Result]:
    """A run's answers in the order of the test records; those without an answer are left out.

    Args:
        store: Has the answers.
        run: Whose.
        lines: The test records.
        rule: How the answer is taken out of a completion.
        facts: What is known of each record, by its id.
    """
    answers: dict[str, Answer] = kept(store, run.id)
    known = facts or {}
    return [
        Result(
            line,
            found.text,
            take(rule, found.text),
            take(rule, line.chat.completion),
            found.output_tokens,
            found.latency_ms,
            found.input_tokens,
            repeat,
            known.get(line.id, {}).get("scale", ""),
        )
        for line in lines
        for repeat in range(1, run.spec.repeats + 1)
        if (found := answers.get(ask_id(line.id, repeat))) is not None
    ]


class _Stored(msgspec.Struct, omit_defaults=True):
    spec: RunSpec
    outcrop: str
    lineage: RunLineage = RunLineage()


def _versions() -> dict[str, str]:
    names = ("outcrop", "boto3", "botocore", "numpy", "polars")
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in names}


def _read(store: Store, where: str, values: Sequence[SqlValue]) -> list[Run]:
    found = []
    for row in store.rows(f"SELECT * FROM runs WHERE {where} ORDER BY started, rowid", values):  # noqa: S608
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
                stored.lineage,
            )
        )
    return found


def asks(
    lines: Sequence[ExportLine], examples: Sequence[ExportLine] = (), *, shots: int = 0, repeats: int = 1
) -> Iterator[Ask]:
    """The asks of a run.

    Examples stand before the question as earlier turns, the same for every question: each of another table, and never
    of the question's own.

    Args:
        lines: The test records.
        examples: Training records to choose examples from.
        shots: How many each question is shown.
        repeats: How often each question is asked.

    Raises:
        UsageError: There are not enough examples.
    """
    pool = Pool(drawn(examples, lambda each: each.id, _SEED), FewShotExamples(shots, seed=_SEED)) if shots else None
    for line in lines:
        chat = (pool.shown(line) if pool else line).chat.asked()
        for repeat in range(1, repeats + 1):
            yield Ask(ask_id(line.id, repeat), chat)


def ask_id(record: str, repeat: int) -> str:
    """The id of the nth ask about a record."""
    return record if repeat == 1 else f"{record}#{repeat}"
