"""A reply holds a rationale, or it is said why not."""

import pytest

from core.data.rationale.reply import Reply, parse


@pytest.mark.parametrize(
    ("reply", "stop_reason", "wanted"),
    [
        ("<reason>\nBecause.\n</reason>", "end_turn", Reply("written", "Because.")),
        ("<reason>First.</reason> No: <Reason>Second.</Reason>", "end_turn", Reply("written", "Second.")),
        ("<reason>Never closed.", "end_turn", Reply("written", "Never closed.")),
        ("<reason>Never closed, for it was cut", "max_tokens", Reply("cut off")),
        ("<reason>Whole.</reason> and then", "max_tokens", Reply("written", "Whole.")),
        ("  \n", "end_turn", Reply("blank")),
        ("<reason> </reason>", "end_turn", Reply("blank")),
        ("I would rather not.", "end_turn", Reply("without <reason>")),
        ("<reason>Half of it", "content_filtered", Reply("refused")),
        ("", "guardrail_intervened", Reply("refused")),
    ],
)
def test_a_reply_is_read_for_its_rationale(reply, stop_reason, wanted):
    assert parse(reply, stop_reason) == wanted
