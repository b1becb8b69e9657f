from core.evaluation import f1 as module
from core.evaluation.f1 import Normaliser


def upper(word: str) -> tuple[str, ...]:
    return (word.upper(),)


def test_words_are_split_on_white_space_and_normalised_one_by_one():
    assert Normaliser(lambda word: tuple(word.split("-"))).words("a-b\tc") == ["a", "b", "c"]


def test_a_word_that_normalises_to_nothing_is_left_out():
    assert Normaliser(lambda word: () if word == "-" else (word,)).words("a - b") == ["a", "b"]


def test_the_memory_of_words_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED", 3)
    normaliser = Normaliser(upper)
    assert normaliser.words("a b c d e a") == ["A", "B", "C", "D", "E", "A"]
    assert len(normaliser) <= 3


def test_a_very_long_word_is_normalised_and_not_remembered():
    normaliser = Normaliser(upper)
    assert normaliser.words("x" * 1_000_000) == ["X" * 1_000_000]
    assert len(normaliser) == 0
