"""What a failed job's message means and what to do about it; nothing is said of messages that nobody has met."""

import pytest

from core.training import explain


@pytest.mark.parametrize(
    ("message", "meaning", "todo"),
    [
        (
            "Could not assume provided IAM role",
            "may not take on the role",
            "bedrock.amazonaws.com",
        ),
        ("Could not validate GetObject permissions to access Amazon S3 bucket", "may not read", "s3:GetObject"),
        ("Could not validate PutObject permissions", "may not write", "s3:PutObject"),
        ("potentially inconsistent with Anthropic's third-party license terms", "content check", "Review"),
        ("Found 2 error(s) in the training dataset", "do not follow the model's format", "outcrop check"),
        ("The provided model identifier is invalid.", "not offered in this region", "outcrop models"),
        ("An internal error occurred", "Bedrock itself failed", "again"),
    ],
)
def test_a_known_message_is_explained_with_a_remedy(message, meaning, todo):
    found = explain(message)
    assert found is not None
    assert meaning in found.meaning
    assert todo in found.todo


@pytest.mark.parametrize("message", ["", "Something entirely new happened"])
def test_an_unknown_message_is_left_as_it_is(message):
    assert explain(message) is None
