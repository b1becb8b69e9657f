"""A reply holds a rationale, or it is said why not."""

import pytest

from core.data.annotation.rationale import Reasoning, parse


@pytest.mark.parametrize(
    ("reply", "stop_reason", "wanted"),
    [
        ("<reason>\nBecause.\n</reason>", "end_turn", Reasoning("written", "Because.")),
        ("<reason>First.</reason> No: <Reason>Second.</Reason>", "end_turn", Reasoning("written", "Second.")),
        ("<reason>Never closed.", "end_turn", Reasoning("written", "Never closed.")),
        ("<reason>Never closed, for it was cut", "max_tokens", Reasoning("cut off")),
        ("<reason>Whole.</reason> and then", "max_tokens", Reasoning("written", "Whole.")),
        ("  \n", "end_turn", Reasoning("blank")),
        ("<reason> </reason>", "end_turn", Reasoning("blank")),
        ("I would rather not.", "end_turn", Reasoning("without <reason>")),
        ("<reason>Half of it", "content_filtered", Reasoning("refused")),
        ("", "guardrail_intervened", Reasoning("refused")),
    ],
)
def test_a_reply_is_read_for_its_rationale(reply, stop_reason, wanted):
    assert parse(reply, stop_reason) == wanted
