"""A judge's reply as a verdict: every reply has one, and what is unusual about it is noted."""

import time

import pytest
from judge_samples import NO_VERDICT

from core.data.annotation.verdicts import Verdict, parse, sentences


def test_the_article_s_sample_reply_is_read():
    reply = "<reason>\n1. I’ll check the table for information… </reason>\n\n<judgement>correct</judgement>"
    assert parse(reply) == Verdict("correct", "1. I’ll check the table for information…")


@pytest.mark.parametrize("word", ["correct", "incorrect"])
@pytest.mark.parametrize(
    "reply",
    [
        "<reason>So.</reason><judgement>{}</judgement>",
        "<reason>\n So. \n</reason>\n\n<judgement>\n {} \n</judgement>\n",
        "<REASON>So.</REASON><Judgement>{}</JUDGEMENT>",
        "< reason >So.</ reason >< judgement >{}< / judgement >",
        "<judgement>{}</judgement><reason>So.</reason>",
        "<judgment>{}</judgment><reason>So.</reason>",
        "<reason>So.</reason><judgement>**{}.**</judgement>",
        "<reason>So.</reason><judgement>{}<judgement>",
        "<reason>So.</reason><judgement>{}",
        "Sure! <reason>So.</reason> Therefore: <judgement>{}</judgement> I hope this helps.",
        "I fill <judgement></judgement>. <reason>So.</reason><judgement>{}</judgement>",
        "<judgement>correct or incorrect</judgement><reason>So.</reason><judgement>{}</judgement>",
        "<judgement>{0}</judgement><reason>So.</reason><judgement>{0}</judgement>",
        "```xml\n<reason>So.</reason>\n<judgement>{}</judgement>\n```",
    ],
)
def test_however_it_is_written_a_verdict_is_read(reply, word):
    assert parse(reply.format(word)) == Verdict(word, "So.")
    assert parse(reply.format(word.capitalize())) == Verdict(word, "So.")


@pytest.mark.parametrize("kind", NO_VERDICT)
def test_a_reply_without_a_verdict_says_what_it_lacks(kind):
    reply, note = NO_VERDICT[kind]
    found = parse(reply)
    assert (found.judgement, found.note) == ("unparsed", note)
    assert found.reason


def test_a_reply_that_was_cut_before_any_judgement_says_so():
    assert parse("<reason>The table sho", "max_tokens") == Verdict(
        "unparsed", "The table sho", "cut off before its judgement"
    )


def test_a_reply_that_was_cut_after_its_judgement_counts():
    assert parse("<judgement>correct</judgement><reason>The tab", "max_tokens") == Verdict("correct", "The tab")


def test_a_reply_that_the_service_withheld_says_why():
    assert parse("", "guardrail_intervened") == Verdict("unparsed", "", "no <judgement>: guardrail_intervened")


def test_without_a_reason_there_is_none_and_that_is_noted():
    assert parse("<judgement>correct</judgement>") == Verdict("correct", "", "no reason")


def test_a_reason_outside_its_element_is_kept_and_noted():
    assert parse("The cell says 12.\n<judgement>correct</judgement>") == Verdict(
        "correct", "The cell says 12.", "its reason stands outside <reason>"
    )


def test_of_several_reasons_the_last_that_says_something_counts():
    reply = "<reason>First.</reason><reason>Second.</reason><reason></reason><judgement>correct</judgement>"
    assert parse(reply).reason == "Second."


def test_a_reason_of_more_than_four_sentences_is_kept_whole_and_noted():
    reason = "One. Two. Three. Four. Five."
    found = parse(f"<reason>{reason}</reason><judgement>correct</judgement>")
    assert found == Verdict("correct", reason, "a reason of 5 sentences")


def test_a_reason_of_four_sentences_is_what_was_asked_for():
    assert parse("<reason>One. Two! Three? Four.</reason><judgement>correct</judgement>").note == ""


@pytest.mark.parametrize(
    ("reason", "count"),
    [
        ("", 0),
        ("The answer is right", 1),
        ("It is 1,452.4 million. That is right.", 2),
        ("1. The row is right.\n2. The column is right.\n", 2),
        ("- The row is right\n- The column is wrong", 2),
        ("The U.S. Revenue is 12. So it is right.", 2),
        ("It says “12.” That is right… Or is it?!", 3),
        ("In 2019 it was 3. 4 would be wrong.", 2),
    ],
)
def test_sentences_are_counted(reason, count):
    assert sentences(reason) == count


HOSTILE = (
    "<judgement>" * 50_000,
    "<" * 500_000,
    "<" + " " * 500_000,
    "." * 500_000,
    "\n" * 500_000,
    "a. B" * 100_000,
    ". " * 200_000,
    "\x1b]52;\x00\u202e<reason>",
)


@pytest.mark.parametrize("reply", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_reply_is_soon_read(reply):
    began = time.process_time()
    assert parse(reply).judgement == "unparsed"
    assert parse(f"{reply}<reason>{reply}</reason><judgement>correct</judgement>").judgement == "correct"
    assert time.process_time() - began < 2
