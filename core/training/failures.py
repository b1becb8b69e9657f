"""What a failed job's message means, and what to do about it."""

import msgspec


class Explanation(msgspec.Struct, frozen=True):
    """The meaning of a failure."""

    meaning: str
    todo: str


# Part of AWS's message, what it means, what helps. Sources: AWS's troubleshooting page for fine-tuning, re:Post and
# the issue threads that the project's notes on Bedrock list.
_KNOWN: tuple[tuple[str, str, str], ...] = (
    (
        "assume",
        "Bedrock may not take on the role",
        "Let the role trust bedrock.amazonaws.com in this account and region",
    ),
    ("GetObject", "the role may not read the training data", "Allow s3:GetObject and s3:ListBucket on that bucket"),
    ("PutObject", "the role may not write the results", "Allow s3:PutObject below the output prefix"),
    (
        "license terms",
        "a content check found material that the provider's terms forbid",
        "Review what the records say",
    ),
    ("error(s) in the", "records do not follow the model's format", "Run `outcrop check` on the file and mend them"),
    ("datasets have", "there are too many records", "Lower the shares in `split:` or tighten `data.include`"),
    ("model identifier", "the model is not offered in this region, or no longer", "See `outcrop models`"),
    ("internal error", "Bedrock itself failed", "Submit it again"),
)


def explain(message: str) -> Explanation | None:
    """The meaning of a failure message, or None for one that nobody has met."""
    for part, meaning, todo in _KNOWN:
        if part in message:
            return Explanation(meaning, todo)
    return None
