"""What the Evaluate tab makes of hostile texts: whole lines of the right width, and nothing of them raw."""

from datetime import UTC, datetime, timedelta

import pytest
from nasty import TEXTS

from core.aws.batch import BatchJob
from core.evaluation.classification import classification
from core.evaluation.comparison import Example
from core.evaluation.examples import Neighbour
from core.evaluation.metric import Case
from core.inference.batch_jobs import Listed
from tui.present.evaluation import batch_lines, label_lines
from tui.present.example import example_lines
from tui.present.line import cells
from tui.tabs.evaluate.neighbours import Neighbours

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


def example(text: str) -> Example:
    return Example("id", text[:40], text[:40], text, text[:200], text, f"a {text}", text[::-1], 12.0, 50.0)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("width", [30, 78])
def test_an_example_of_any_text_fits_its_pane(name, width):
    text = TEXTS[name][:50_000]
    lines = example_lines(example(text), width, context=True, others=[(text[:40], text, 1.0)])
    assert all(sum(cells(span) for span, _ in line) <= width + 1 for line in lines)


@pytest.mark.parametrize("name", TEXTS)
def test_a_neighbour_of_any_text_has_a_row(name):
    text = TEXTS[name][:200]
    shown = Neighbours(example(text), (Neighbour("id", 0.5, text, text),))
    assert shown.rows(0, 1)[0][1] == text
    assert len(shown.about(78)) >= 3


def test_an_answer_of_a_megabyte_is_shown_at_its_beginning():
    lines = example_lines(example("word " * 200_000), 78, context=False)
    assert len(lines) < 1000
    assert any("…" in span for line in lines for span, _ in line)


@pytest.mark.parametrize("width", [40, 78, 118])
def test_a_confusion_matrix_shows_as_many_labels_as_there_is_room_for(width):
    truths = [f"label number {n}" for n in range(12)] * 2
    cases = [Case(truths[at - 1], truth) for at, truth in enumerate(truths)]
    lines = label_lines("tuned", classification(cases, [str(at) for at in range(24)]), width)
    assert all(sum(cells(span) for span, _ in line) <= width for line in lines)
    assert len(lines) == 2 + 12
    assert ("other" in "".join(span for span, _ in lines[1])) == (width > 40)


def test_a_label_that_is_longer_than_its_column_has_a_line_of_its_own():
    lines = example_lines(example("yes"), 78, context=False, others=[("Claude 3.5 Sonnet", "no", 0.0)])
    texts = ["".join(span for span, _ in line) for line in lines]
    place = next(at for at, text in enumerate(texts) if text.startswith("Claude 3.5 Sonnet 0"))
    assert texts[place + 1].strip() == "{+no+} [-yes-]"


def batch_job(status: str, **more: object) -> BatchJob:
    return BatchJob("arn/abc", "outcrop-run-1-0a1b", "model", status, NOW - timedelta(minutes=3), **more)


@pytest.mark.parametrize("width", [40, 78, 118])
def test_a_batch_job_says_whose_it_is_how_far_and_since_when(width):
    jobs = (
        Listed(batch_job("InProgress", total=5000, processed=1200, failed=3), "f9caaecf886e"),
        Listed(batch_job("Failed"), ""),
    )
    lines = ["".join(span for span, _ in line) for line in batch_lines(jobs, NOW, width)]
    assert all(cells(line) <= width for line in lines)
    assert lines[0].startswith("◐ outcrop-run")
    assert lines[1].startswith("  run f9caaecf886e, 1,200 of 5,000, 3 f"[: width - 1])
    assert lines[3].startswith("  not from here")


def test_without_batch_jobs_the_view_says_how_one_is_made():
    assert any("--via batch" in span for line in batch_lines((), NOW, 78) for span, _ in line)
