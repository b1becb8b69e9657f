"""What a failed job's message means, and what to do about it."""

import msgspec


class Explanation(msgspec.Struct, frozen=True):
    """The meaning of a failure."""

    meaning: str
    todo: str


# Parts of AWS's message (all of them, whatever their case), what it means, what helps; the first that fits counts.
# Sources: AWS's troubleshooting page for fine-tuning, re:Post, and issue threads of AWS's own samples.
_KNOWN: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("assume",),
        "Bedrock may not take on the role",
        "Let the role trust bedrock.amazonaws.com in this account and region; a new role takes half a minute",
    ),
    (
        ("service control policy",),
        "your organisation's service control policy forbids it",
        "Ask whoever governs the AWS organisation; no policy of this account can allow it",
    ),
    (
        ("not authorized", "PassRole"),
        "you may not hand the role to Bedrock",
        "Ask for iam:PassRole on that role",
    ),
    (
        ("kms",),
        "the encryption key may not be used",
        "Let the role use the key: kms:Decrypt, kms:GenerateDataKey and kms:CreateGrant",
    ),
    (
        (".write_access_check_file.tmp",),
        "the role may not write the results",
        "Allow s3:PutObject below the output prefix",
    ),
    (
        ("GetObject",),
        "the role may not read the training data",
        "Allow s3:GetObject and s3:ListBucket on that bucket",
    ),
    (("PutObject",), "the role may not write the results", "Allow s3:PutObject below the output prefix"),
    (
        ("bucket", "region"),
        "the bucket is in another region than the job",
        "Use a bucket in the job's region: set `bucket:` or `region:` in outcrop.yaml",
    ),
    (
        ("not a directory",),
        "an address names a folder where Bedrock wants a file",
        "Give the whole address of the file, with .jsonl at its end",
    ),
    (
        ("license terms",),
        "a content check found material that the provider's terms forbid",
        "Review what the records say; AWS support can tell which check it was",
    ),
    (
        ("prompt,completion",),
        "records are in another format than this model's",
        "Export again for the job's model; `outcrop check` names the first line that is wrong",
    ),
    (
        ("error(s) in the",),
        "records do not follow the model's format",
        "Run `outcrop check` on the file and mend them",
    ),
    (
        ("new line",),
        "the file has empty lines",
        "Export again: Outcrop writes one record a line and nothing else",
    ),
    (
        ("token", "exceed"),
        "a record is longer than the model reads",
        "Leave out what is too long: add `input_tokens < …` to `data.include`",
    ),
    (
        ("samples", "exceed"),
        "there are too many records",
        "Lower the shares in `split:` or tighten `data.include`",
    ),
    (("datasets have",), "there are too many records", "Lower the shares in `split:` or tighten `data.include`"),
    (
        ("end of its life",),
        "the model is at its end of life",
        "See `outcrop models` for one that can still be tuned",
    ),
    (("model identifier",), "the model is not offered in this region, or no longer", "See `outcrop models`"),
    (
        ("on-demand throughput",),
        "a tuned model cannot be asked by the token",
        "Serve it with an endpoint: `outcrop deploy create`",
    ),
    (
        ("quota",),
        "the account has as many jobs as it may have",
        "Wait until one ends, or ask for a higher quota in Service Quotas",
    ),
    (("too many requests",), "Bedrock was asked too often at once", "Submit it again in a minute"),
    (("throttl",), "Bedrock was asked too often at once", "Submit it again in a minute"),
    (("timed out",), "the job took longer than Bedrock lets one take", "Use fewer records or epochs"),
    (("internal error",), "Bedrock itself failed", "Submit it again"),
    (("internal server error",), "Bedrock itself failed", "Submit it again"),
)


def explain(message: str) -> Explanation | None:
    """The meaning of a failure message, or None for one that nobody has met."""
    said = message.lower()
    for parts, meaning, todo in _KNOWN:
        if all(part.lower() in said for part in parts):
            return Explanation(meaning, todo)
    return None
