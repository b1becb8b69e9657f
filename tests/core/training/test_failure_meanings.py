"""What a failed job's message means and what to do about it; nothing is said of messages that nobody has met."""

import pytest

from core.training import explain

# Messages as AWS's troubleshooting page, re:Post and the threads of AWS's samples quote them.
CASES = [
    ("Could not assume provided IAM role. Please verify the trust policy", "take on the role", "trust bedrock"),
    (
        "Could not validate GetObject permissions to access Amazon S3 bucket: b at key k",
        "may not read",
        "s3:GetObject",
    ),
    ("Could not validate PutObject permissions to access Amazon S3 bucket: b", "may not write", "s3:PutObject"),
    ("Could not validate access to s3://b/x/.write_access_check_file.tmp", "may not write", "s3:PutObject"),
    ("The S3 bucket b is in a different region than the job", "in another region", "`bucket:` or `region:`"),
    ("Invalid training input data configuration. S3 Uri should be a file, not a directory", "a folder", ".jsonl"),
    ("Input data in the training dataset must follow {prompt,completion} format", "another format", "Export again"),
    ("Encountered 2 error(s) in the training dataset. The first (line 3): …", "do not follow", "outcrop check"),
    ("The dataset has additional new lines or empty lines", "empty lines", "Export again"),
    ("The number of tokens in a record exceeds 32000", "longer than the model reads", "input_tokens"),
    ("The training and validation datasets have 11000 records together", "too many records", "`split:`"),
    ("Number of samples exceeds the limit of 10000", "too many records", "`split:`"),
    (
        "materials that are potentially inconsistent with Anthropic's third-party license terms",
        "content check",
        "Review",
    ),
    ("The provided model identifier is invalid.", "not offered in this region", "outcrop models"),
    ("This model version has reached the end of its life.", "at its end of life", "outcrop models"),
    ("User x is not authorized to perform: iam:PassRole on resource y", "hand the role", "iam:PassRole"),
    (
        "User x is not authorized to perform: y with an explicit deny in a service control policy",
        "service control policy",
        "organisation",
    ),
    ("The ciphertext refers to a KMS key that the role may not use", "encryption key", "kms:Decrypt"),
    ("Your account has reached its quota of 10 scheduled customization jobs.", "as many jobs", "Service Quotas"),
    ("ThrottlingException: Too many requests", "too often", "in a minute"),
    ("Invocation of model ID x with on-demand throughput isn't supported", "by the token", "outcrop deploy"),
    ("The job timed out", "longer than Bedrock lets", "fewer records"),
    ("An internal error occurred", "Bedrock itself failed", "again"),
]


@pytest.mark.parametrize(("message", "meaning", "todo"), CASES, ids=[case[0][:40] for case in CASES])
def test_a_known_message_is_explained_with_a_remedy(message, meaning, todo):
    found = explain(message)
    assert found is not None
    assert meaning in found.meaning
    assert todo in found.todo


@pytest.mark.parametrize("message", ["", "Something entirely new happened"])
def test_an_unknown_message_is_left_as_it_is(message):
    assert explain(message) is None
