"""Record, export, import: the same record again, in each of the models' formats."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imports import imported

from core import catalog
from core.config import Split
from core.formatting import ExportLine, Leakage, export
from core.formatting.importing import detect
from core.formatting.template import Renderer, load
from core.records.record import Chat, Message, Source, source_identity

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(str.strip)
CHAT = Renderer(load("chat"))
MODELS = {"claude-3-haiku": "anthropic", "nova-micro": "conversation", "llama-3-1-8b": "prompt-completion"}
GROUPS = st.sampled_from(["", "table 1", "table 2"])


@st.composite
def records(draw: st.DrawFn, *, plain: bool) -> Source:
    """A record of a question and an answer; with a system prompt and earlier turns unless it must be plain."""
    fields: dict[str, object] = {}
    if not plain and draw(st.booleans()):
        fields["system"] = draw(TEXT)
    if not plain and draw(st.booleans()):
        fields["history"] = [{"role": "user", "content": draw(TEXT)}, {"role": "assistant", "content": draw(TEXT)}]
    fields |= {"question": draw(TEXT), "answer": draw(TEXT)}
    return Source(source_identity(fields), draw(GROUPS), fields, {"type": draw(st.sampled_from(["span", "count"]))})


def exported(folder: Path, key: str, sources: list[Source]) -> Path:
    """The training file that some records become."""
    model, tuning = catalog.load().tuning_of(key)
    (folder / "records.jsonl").write_text("")
    recipe = export.recipe(
        model=model,
        tuning=tuning,
        template=CHAT.template,
        table_format="html",
        split=Split(),
        include="",
        source=folder / "records.jsonl",
    )
    lines = [ExportLine(each.id, each.group, str(each.facts["type"]), CHAT.chat(each)) for each in sources]
    now, none = datetime(2025, 6, 1, tzinfo=UTC), Leakage(0, 0, 0)
    made = export.write(folder, {"train": lines}, recipe=recipe, excluded={}, leakage=none, now=now)
    return folder / made.name / "train.jsonl"


@pytest.mark.parametrize("key", MODELS)
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_what_was_exported_is_imported_as_the_same_records(key, data):
    plain = MODELS[key] == "prompt-completion"  # a format without roles holds one exchange
    given_records = data.draw(st.lists(records(plain=plain), min_size=1, max_size=4, unique_by=lambda each: each.id))
    with TemporaryDirectory() as folder:
        path = exported(Path(folder), key, given_records)
        assert detect(path) in (MODELS[key], "anthropic")
        found, missed = imported(path)
    assert missed == []
    for record, again in zip(given_records, found, strict=True):
        assert (again.id, again.group, again.fields) == (record.id, record.group, record.fields)
        assert again.facts["type"] == record.facts["type"]
        assert CHAT.chat(again) == CHAT.chat(record)


def test_a_system_prompt_becomes_the_head_of_the_prompt_where_the_format_has_no_place_for_it(tmp_path):
    record = Source("1", "", {"system": "Be brief.", "question": "How?", "answer": "So."}, {"type": ""})
    [again], _ = imported(exported(tmp_path, "llama-3-1-8b", [record]))
    assert again.fields == {"question": "Be brief.\n\nHow?", "answer": "So."}
    assert CHAT.chat(again) == Chat((Message("user", "Be brief.\n\nHow?"), Message("assistant", "So.")))
