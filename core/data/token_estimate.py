"""How many tokens a text has, about: calibrated on what the model counted, with the error that this leaves.

A line is fitted to a quarter of a sample, and the error is taken from the rest, so that it holds for prompts of the
same kind that nobody counted: an upper tolerance limit that covers at least 95 % of them with 95 % confidence,
whatever their distribution (Wilks, "Determination of Sample Sizes for Setting Tolerance Limits", Annals of
Mathematical Statistics 12 (1941), 91-96). That takes independent prompts: no two of a sample share a table, as long
as there are tables enough.
"""

import math
import random
from collections.abc import Sequence

import msgspec
import numpy as np

from core.aws import runtime
from core.aws.errors import AwsError
from core.aws.session import Connection
from core.data import calibration
from core.data.calibration import Calibration, TokenSource, characters
from core.data.view import View
from core.errors import UsageError
from core.progress import Cancel, Progress, Report, silent, throttled
from core.workspace import Workspace

SAMPLE = 200
COVERED = 0.95  # the share of prompts within the error
CONFIDENCE = 0.95  # that it is at least that share
LEAST = 80  # prompts: 20 to fit, and 60, of which the largest error is such a limit (59 are needed)
_BILLED = """
    SELECT answers.ask, MIN(answers.input_tokens) AS tokens FROM answers JOIN runs ON runs.id = answers.run
    WHERE runs.model = ? AND runs.location LIKE ? AND json_extract(runs.spec, '$.spec.shots') IS NULL
      AND json_extract(runs.spec, '$.spec.template') IS NULL AND json_extract(runs.spec, '$.spec.file') IS NULL
      AND json_extract(runs.spec, '$.spec.table_format') IS NULL
    GROUP BY answers.ask
"""  # the records as they are: no examples before them, no other template


def fit(model: str, source: TokenSource, pairs: Sequence[tuple[int, int]], *, seed: int = 1) -> Calibration:
    """Fits a line to a quarter of the counts, weighted for relative errors, and takes the error from the rest.

    Args:
        model: Whose tokens.
        source: Where the counts are from.
        pairs: Characters and tokens of prompts.
        seed: Of the draw of the quarter.

    Raises:
        UsageError: Too few prompts to say anything about the error.
    """
    if len(pairs) < LEAST:
        raise UsageError(
            f"{len(pairs)} counted prompts are too few for an estimate with an error",
            why="the model does not count, or there are too few records; its answers are counted by evaluations",
            todo=f"Evaluate the model on at least {LEAST} of these records",
        )
    drawn = list(pairs)
    random.Random(seed).shuffle(drawn)  # noqa: S311 - a draw, not a secret
    fitted, held_out = (np.array(part, dtype=float) for part in _parted(drawn))
    weights = 1 / np.maximum(1, fitted[:, 1])
    columns = np.column_stack([np.ones(len(fitted)), fitted[:, 0]]) * weights[:, None]
    base, slope = np.linalg.lstsq(columns, fitted[:, 1] * weights, rcond=None)[0]
    if base < 0:  # a line through nothing: short texts would have fewer tokens than none
        base, slope = 0.0, float((fitted[:, 1] * weights).sum() / (fitted[:, 0] * weights).sum())
    found = Calibration(model, source, len(pairs), float(base), float(slope), 0.0)
    estimates = np.array([max(1, found.prompt(int(each))) for each in held_out[:, 0]])
    errors = np.sort(np.abs(held_out[:, 1] - estimates) / estimates)
    return msgspec.structs.replace(found, error=float(errors[_rank(len(errors)) - 1]))


def _parted(pairs: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    return pairs[::4], [pair for number, pair in enumerate(pairs) if number % 4]


def _rank(count: int) -> int:
    """Which of so many errors, rising, is the tolerance limit: fewer lie below the wanted share's with confidence."""
    below = 0.0
    for rank in range(1, count + 1):
        at, rest = rank - 1, count - rank + 1
        ways = math.lgamma(count + 1) - math.lgamma(at + 1) - math.lgamma(rest + 1)  # their number itself overflows
        below += math.exp(ways + at * math.log(COVERED) + rest * math.log(1 - COVERED))
        if below >= CONFIDENCE:
            return rank
    return count


def calibrate(
    workspace: Workspace, view: View, sample: int = SAMPLE, report: Report = silent, cancel: Cancel | None = None
) -> Calibration:
    """Counts a sample of the records' prompts with the project's model, else takes the usage of its answers.

    Args:
        workspace: The project; the calibration is kept there.
        view: Its records.
        sample: How many prompts to count.
        report: Told how many are counted.
        cancel: Stops between prompts.

    Raises:
        RefusedError: The project is read-only.
        UsageError: The model does not count, and too few answers came with their usage.
        AwsError: Nobody answers.
    """
    workspace.refuse_if_read_only()
    model = workspace.catalog.get(workspace.config.model)
    pairs: list[tuple[int, int]] = []
    source: TokenSource = "CountTokens"
    if model.counts_tokens is not False:
        pairs = _counted(workspace.connection, view, model.model_id, sample, report, cancel or Cancel())
    if not pairs:
        source, pairs = "usage", _billed(workspace, view)
    found = fit(model.key, source, pairs)
    calibration.remember(workspace, found)
    return found


def _counted(
    connection: Connection, view: View, model: str, sample: int, report: Report, cancel: Cancel
) -> list[tuple[int, int]]:
    """Characters and tokens of a sample; nothing where the model turns out not to count."""
    tell, pairs = throttled(report), []
    rows = drawn(view, sample)
    for done, number in enumerate(rows, 1):
        cancel.check()
        chat = view.row(number).chat
        if chat is None:
            continue
        asked = chat.asked()
        try:
            pairs.append((characters(asked), runtime.count_tokens(connection, model, asked)))
        except AwsError as error:
            if error.code != "ValidationException" or pairs:
                raise
            return []
        tell(Progress(done, len(rows), "prompts", "counting tokens"))
    return pairs


def drawn(view: View, sample: int, *, seed: int = 1) -> list[int]:
    """Rows to count: from each table one by chance, more of a table only where there are too few.

    Args:
        view: The records.
        sample: How many rows.
        seed: Of the draw.
    """
    apart, alike = _by_table(view, range(view.facts.count), seed)
    return sorted([*apart, *alike][:sample])


def _by_table(view: View, among: Sequence[int], seed: int) -> tuple[list[int], list[int]]:
    """Rows in an order by chance: those of which no two share a table, and the others."""
    rows = np.random.default_rng(seed).permutation(np.asarray(among, dtype=np.int64))
    groups = view.facts.hashes("group", rows)
    _, firsts = np.unique(groups, return_index=True)
    one_each = groups == 0  # of no table
    one_each[firsts] = True
    return rows[one_each].tolist(), rows[~one_each].tolist()


def _billed(workspace: Workspace, view: View) -> list[tuple[int, int]]:
    """Characters and tokens of records that the project's model was asked in evaluations, just as they are.

    As many as share no table, for those of one table err alike; others only where these are too few.
    """
    rows = workspace.store.rows(_BILLED, (workspace.config.model, f"{workspace.location.target}/%"))
    tokens = {row["ask"]: row["tokens"] for row in rows}
    asked = view.facts.ids.rows_of(set(tokens))
    apart, alike = _by_table(view, sorted(asked), seed=1)
    chats = ((row, view.row(row).chat) for row in [*apart, *alike[: max(0, LEAST - len(apart))]])
    return [(characters(chat.asked()), tokens[asked[row]]) for row, chat in chats if chat is not None]
