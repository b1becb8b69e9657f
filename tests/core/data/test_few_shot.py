"""A template's examples: in the export, the preview and the evaluation alike, from the training part only."""

import pytest
from record_lines import source_line

from core.data import template_preview
from core.data.training_set import prepare
from core.errors import UsageError
from core.formatting import export
from core.formatting.importing import ImportPlan, Input, detect, look

TEMPLATE = """
name: few
system: Answer.
user: "{{ table }} {{ question }}"
assistant: "{{ answer }}"
examples: {k: 2, by: BY}
"""


@pytest.fixture(params=["random", "similarity"])
def project(request, workspace):
    """Sixty records on twenty tables, with a template that shows two examples."""
    lines = [source_line(n, question=f"What is figure {n} of {n % 7}?") for n in range(60)]
    (workspace.folder / "records.jsonl").write_bytes(b"".join(lines))
    (workspace.folder / "templates").mkdir(exist_ok=True)
    (workspace.folder / "templates" / "few.yaml").write_text(TEMPLATE.replace("BY", request.param))
    workspace.change_config(format__template="few")
    return workspace


def test_every_record_of_every_part_has_two_training_records_of_other_tables_before_it(project):
    made, folder = prepare(project)
    parts = {part: export.export_lines(folder, made, part) for part in ("train", "validation", "test")}
    trained = {line.chat.messages[-2:]: line.group for line in parts["train"]}
    for line in (line for lines in parts.values() for line in lines):
        assert len(line.chat.messages) == 6
        shown = [line.chat.messages[at : at + 2] for at in (0, 2)]
        assert line.chat.messages[-2:] not in shown
        groups = [trained[pair] for pair in shown]  # each of them trains
        assert line.group not in groups
    assert made.recipe.examples.k == 2


def test_the_same_again_is_the_same_export(project):
    made, folder = prepare(project)
    assert prepare(project) == (made, folder)


def test_what_is_previewed_is_what_is_written_and_its_examples_have_tokens_of_their_own(project):
    made, folder = prepare(project)
    few = template_preview.few_of(project)
    for number in (0, 17, 59):
        seen = template_preview.look(project, number, few)
        written = [
            line
            for part in made.files
            for line in export.export_lines(folder, made, part)
            if line.id == seen.row.identity
        ]
        assert [line.chat for line in written] == [seen.row.chat]
        assert list(seen.tokens) == ["system", "examples", "user", "assistant"]
        assert seen.formats["html"] == sum(seen.tokens.values())


def test_a_change_of_the_examples_is_a_change_of_the_record(project):
    few = template_preview.few_of(project)
    assert not template_preview.look(project, 0, few).changed
    path = project.folder / "templates" / "few.yaml"
    path.write_text(path.read_text().replace("k: 2", "k: 1"))
    seen = template_preview.look(project, 0, template_preview.few_of(project))
    assert seen.changed
    assert {piece.mark for piece in seen.difference} >= {"-"}
    assert sum(seen.tokens.values()) < seen.before


@pytest.mark.parametrize("model", ["claude-3-haiku", "nova-micro"])
def test_an_export_with_examples_comes_back_as_the_same_conversations(project, model):
    project.overrule(model=model)
    made, folder = prepare(project)
    path = folder / made.files["test"].name
    found = look([Input(path)], ImportPlan(detect(path)))
    lines = export.export_lines(folder, made, "test")
    assert found.fitting == len(lines)
    first, line = found.records[0], lines[0]
    assert [turn["content"] for turn in first.fields["history"]] == [turn.content for turn in line.chat.messages[:-2]]
    assert (first.fields["question"], first.fields["answer"]) == (line.chat.prompt, line.chat.completion)


def test_a_format_of_single_exchanges_has_no_place_for_examples(project):
    project.overrule(model="llama-3-1-8b")
    with pytest.raises(UsageError, match="prompt/completion"):
        prepare(project)


def test_a_record_that_its_examples_make_too_long_is_left_out_with_the_reason(project):
    long = " ".join(["word"] * 9_000)
    lines = [source_line(n, question=long if n % 3 == 0 else "Short?") for n in range(60)]
    (project.folder / "records.jsonl").write_bytes(b"".join(lines))
    made, _ = prepare(project)
    assert "error: too-long with its examples" not in made.excluded
    longer = " ".join(["word"] * 16_000)
    lines = [source_line(n, question=longer) for n in range(60)]
    (project.folder / "records.jsonl").write_bytes(b"".join(lines))
    made, _ = prepare(project)
    assert made.excluded == {"error: too-long with its examples": 60}
