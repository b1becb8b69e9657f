"""A test set in another template or table format: of each record the version that the export holds."""

import msgspec
import pytest

from core.data import decisions, edits
from core.data.project_view import opened
from core.data.training_set import prepare
from core.errors import UsageError
from core.evaluation import questions
from core.experiments.evaluation_plan import AskVariant, Wanted, plan
from core.formatting.template import ready_made_text

NOVA = ("nova-micro",)


def edited(workspace, identity: str, answer: str) -> None:
    """Gives a record another answer, as the Data tab does."""
    with opened(workspace) as view:
        [number] = view.facts.ids.rows_of({identity})
        line = edits.with_answer(view.dataset, view.row(number), answer).decode()
        subject = view.edited_subject(number)
        decisions.decide(workspace.store, [subject], "edit", line, who="ana", now=workspace.clock.now())


def in_markdown_and_json(workspace) -> tuple[dict[str, str], dict[str, str]]:
    """The answers of the newest export's test part, as it is and in another table format."""
    variants = (AskVariant(), AskVariant(table_format="json"))
    specs = [each.spec for each in plan(workspace, Wanted(models=NOVA, variants=variants)).runs]
    own, other = (
        {line.id: line.chat.completion for line in questions.read_questions(workspace, spec).lines} for spec in specs
    )
    return own, other


def test_in_another_template_a_record_is_asked_as_the_export_holds_it_edited_before(open_project):
    workspace = open_project()
    identity = next(iter(in_markdown_and_json(workspace)[0]))
    edited(workspace, identity, "an answer of Ana's")
    prepare(workspace)
    own, other = in_markdown_and_json(workspace)
    assert own == other
    assert own[identity] == "an answer of Ana's"


def test_in_another_template_a_record_is_asked_as_the_export_holds_it_edited_since(open_project):
    workspace = open_project()
    before = in_markdown_and_json(workspace)[0]
    edited(workspace, next(iter(before)), "an answer of Ana's")
    assert in_markdown_and_json(workspace) == (before, before)


def test_which_version_an_export_holds_cannot_be_told_once_its_template_has_changed_too(open_project):
    workspace = open_project()
    edited(workspace, next(iter(in_markdown_and_json(workspace)[0])), "an answer of Ana's")
    own = workspace.folder / "templates" / "table-question.yaml"
    own.parent.mkdir(exist_ok=True)
    own.write_text(ready_made_text("table-question").replace("Reply with", "Give"))
    with pytest.raises(UsageError, match="1 record cannot be written in another template"):
        in_markdown_and_json(workspace)


def test_a_template_of_ones_own_shows_its_examples_in_an_evaluation_too(open_project):
    workspace = open_project()
    own = workspace.folder / "templates" / "few.yaml"
    own.parent.mkdir(exist_ok=True)
    own.write_text(
        ready_made_text("table-question").replace("name: table-question", "name: few") + "examples: {k: 2}\n"
    )
    [planned] = plan(workspace, Wanted(models=NOVA, variants=(AskVariant(template="few"),))).runs
    shown = planned.spec
    refused = msgspec.structs.replace(shown, shots=1)
    for line in questions.read_questions(workspace, shown).lines:
        assert [turn.role for turn in line.chat.messages] == ["user", "assistant"] * 3
    with pytest.raises(UsageError, match="examples of its own"):
        questions.read_questions(workspace, refused)
