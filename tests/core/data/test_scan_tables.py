"""The table that a scan takes a chat to be about is the one that its user shows."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.check_file import leaked
from core.data.dataset import Dataset
from core.data.facts import Facts
from core.records import formats
from core.records.record import Chat, Message

SYSTEM = "Answer from the table between <table></table> tags."
TABLES = ["<table><tr><td>a</td></tr></table>", "<table><tr><td>b</td></tr></table>"]
PIECES = st.lists(
    st.sampled_from(
        ["<table>", "</table>", "x", "é", "\n", " ", "<question>", "</question>", "\x1e", "user", *TABLES]
    ),
    max_size=6,
).map("".join)
TURNS = st.lists(st.tuples(PIECES, PIECES), min_size=1, max_size=3)
OF_TURNS = ("anthropic-messages", "bedrock-conversation-2024")


def chat(turns: list[tuple[str, str]], system: str | None) -> Chat:
    roles = ("user", "assistant") * len(turns)
    said = [text for turn in turns for text in turn]
    return Chat(tuple(map(Message, roles, said)), system)


def scanned(path: Path, lines: list[bytes]) -> tuple[Dataset, Facts]:
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    dataset = Dataset(path)
    facts = Facts(dataset, None)
    facts.scan()
    return dataset, facts


def check_groups(path: Path, lines: list[bytes]) -> None:
    """Rows are of one group where their chats have one context, and of none where they have none."""
    dataset, facts = scanned(path, lines)
    try:
        for row in range(dataset.count):
            context = dataset.row(row).group
            same = [other for other in range(dataset.count) if dataset.row(other).group == context]
            assert facts.group_of(row).tolist() == (same if context else [row])
    finally:
        dataset.close()


@pytest.mark.parametrize("name", OF_TURNS)
@given(chats=st.lists(st.tuples(TURNS, st.sampled_from([None, "", SYSTEM, *TABLES])), min_size=2, max_size=6))
@settings(deadline=None, max_examples=60)
def test_a_scan_groups_chats_as_their_contexts_do(name, chats, tmp_path_factory):
    path = tmp_path_factory.mktemp("chats") / "chats.jsonl"
    check_groups(path, [formats.named(name).encode(chat(turns, system)) for turns, system in chats])


@given(pairs=st.lists(st.tuples(PIECES, PIECES), min_size=2, max_size=6))
@settings(deadline=None, max_examples=60)
def test_a_scan_groups_prompts_and_completions_as_their_contexts_do(pairs, tmp_path_factory):
    path = tmp_path_factory.mktemp("pairs") / "pairs.jsonl"
    lines = [json.dumps({"prompt": prompt, "completion": completion}).encode() for prompt, completion in pairs]
    check_groups(path, lines)


@pytest.mark.parametrize("name", OF_TURNS)
def test_a_system_prompt_that_speaks_of_tables_is_no_table(name, tmp_path):
    asked = [(table, f"question {number}?") for number in range(3) for table in TABLES]
    chats = [chat([(f"About {question}\n{table}\n{question}", "1")], SYSTEM) for table, question in asked]
    check_groups(tmp_path / "chats.jsonl", [formats.named(name).encode(each) for each in chats])
    dataset, facts = scanned(tmp_path / "chats.jsonl", [formats.named(name).encode(each) for each in chats])
    assert [facts.group_of(row).tolist() for row in (0, 1)] == [[0, 2, 4], [1, 3, 5]]
    dataset.close()


def test_an_answer_that_shows_a_table_does_not_decide_what_a_chat_is_about(tmp_path):
    encode = formats.named("anthropic-messages").encode
    chats = [chat([("hello", TABLES[turn]), (f"{TABLES[0]}\nq{turn}?", "1")], None) for turn in range(2)]
    dataset, facts = scanned(tmp_path / "chats.jsonl", [encode(each) for each in chats])
    assert facts.group_of(0).tolist() == [0, 1]
    dataset.close()


def test_a_table_that_training_has_leaks_whatever_the_system_prompt_says(tmp_path):
    encode = formats.named("anthropic-messages").encode
    train, learned = scanned(tmp_path / "train.jsonl", [encode(chat([(f"Here:\n{TABLES[0]}\nold?", "1")], SYSTEM))])
    test, tested = scanned(
        tmp_path / "test.jsonl", [encode(chat([(f"There:\n{table}\nnew?", "2")], SYSTEM)) for table in TABLES]
    )
    assert leaked(train, learned, test, tested).context.tolist() == [0]
    train.close()
    test.close()
