"""What a test set shares with the training set: each shared row flatters the score.

From bad to worse to tell: the record itself, the same question about the same table, the same table or document, a
question that asks the same in other words.
"""

from typing import TYPE_CHECKING

import msgspec

from core.data.checks.file_comparison import Columns, Compared, QuestionsOf
from core.progress import Cancel
from core.records.record import text_hash
from core.records.rule import OUTCROP, Rule

if TYPE_CHECKING:
    from core.data.checks.row_keys import Keys, RowNumbers


class Side(msgspec.Struct, frozen=True):
    """The training or the test set, as columns of its rows.

    Attributes:
        compared: What its rows ask, and about what.
        contexts: A hash of the table or document of each; 0 where it has none or cannot be read.
        questions: Reads what some rows ask, by their numbers in the file.
    """

    compared: Compared
    contexts: "Keys"
    questions: QuestionsOf


class LeakedRows(msgspec.Struct, frozen=True):
    """The test rows that training has seen in some way, each list rising; a row may stand in several.

    Attributes:
        tested: Rows of the test set.
        record: The record itself, answer included, in whatever format its table is written.
        question: Its prompt, or its question about the same context, whatever the answer.
        context: Its table or document.
        reworded: Its question about the same context, in other words.
    """

    tested: int
    record: "RowNumbers"
    question: "RowNumbers"
    context: "RowNumbers"
    reworded: "RowNumbers"

    def any(self) -> "RowNumbers":
        """The rows affected in any way."""
        import numpy as np

        return np.unique(np.concatenate([self.record, self.question, self.context, self.reworded]))

    def share(self, rows: "RowNumbers") -> float:
        """The share of the test set that some rows are, 0 to 1."""
        return len(rows) / self.tested if self.tested else 0.0


def find(train: Side, test: Side) -> LeakedRows:
    """Which rows of a test set the training set gives away."""
    import numpy as np

    rows = test.compared.readable
    prompts, contexts = test.compared.known.prompts[rows], test.contexts[rows]
    record = np.isin(test.compared.records[rows], train.compared.records)
    question = np.isin(prompts, train.compared.known.prompts)
    context = np.isin(contexts, train.contexts) & (contexts != 0)
    elsewhere = np.flatnonzero(context & ~question)  # written otherwise, or something else is asked
    if len(elsewhere):
        learned = np.flatnonzero(np.isin(train.contexts, contexts[elsewhere]) & (train.compared.known.prompts != 0))
        known, asked = _asked(train, learned), _asked(test, rows[elsewhere])
        question[elsewhere] = np.isin(asked, known)
        record[elsewhere] = np.isin(_answered(test, rows[elsewhere], asked), _answered(train, learned, known))
    return LeakedRows(len(rows), rows[record], rows[question], rows[context], _reworded(train, test, rows[~question]))


def _asked(side: Side, rows: "RowNumbers") -> "Keys":
    """What some rows ask about their contexts, word by word."""
    import numpy as np

    from core.data.checks.row_keys import mixed

    asked = (" ".join(question.split()) for question in side.questions(rows.tolist()))
    keys = np.fromiter(map(text_hash, asked), np.uint64, len(rows))
    return mixed(side.contexts[rows], keys)


def _answered(side: Side, rows: "RowNumbers", asked: "Keys") -> "Keys":
    """The same with their answers."""
    from core.data.checks.row_keys import mixed

    return mixed(asked, side.compared.known.answers[rows])


def _reworded(train: Side, test: Side, wanted: "RowNumbers") -> "RowNumbers":
    """The test rows, among those wanted, of which a near-duplicate is in the training set."""
    import numpy as np

    from core.data.checks import rewording

    offset = len(train.contexts)
    ours, theirs = msgspec.structs.astuple(train.compared.known), msgspec.structs.astuple(test.compared.known)
    both = Columns(*(np.concatenate(pair) for pair in zip(ours, theirs, strict=True)))
    among = np.concatenate([train.compared.readable, test.compared.readable + offset])
    rows = rewording.suspects(both, among)
    learned, asked = rows[rows < offset], rows[rows >= offset] - offset
    questions = [*train.questions(learned.tolist()), *test.questions(asked.tolist())]
    found = [
        later - offset for first, later in rewording.alike(both, rows, questions, Cancel()) if first < offset <= later
    ]
    return np.intersect1d(np.array(found, np.int64), wanted)


RULE = Rule(
    name="leakage",
    severities=("warning",),
    finds="The test set holds what training has seen: the record, its question, its table or the same in other "
    "words.",
    todo="Split by table or document, so that scores say how the model does on what is new.",
    source=OUTCROP,
)
