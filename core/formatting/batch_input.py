"""The input of a batch inference job: a part of an export as prompts, without their answers.

A line is `{"recordId": …, "modelInput": …}`; the input is Converse's, which every model takes (a job of
`modelInvocationType: Converse`). Source: AWS, "Format and upload your batch inference data" (batch-inference-data).
"""

import hashlib
from pathlib import Path

import msgspec

from core.formatting.export import Export, stream
from core.formatting.parts import Part
from core.formatting.source_file import write_lines

MAX_TOKENS = 512
"""Of an answer, unless somebody says otherwise."""


def write(folder: Path, export: Export, part: Part, *, max_tokens: int = MAX_TOKENS) -> Path:
    """Writes `batch-<part>.jsonl` beside the part; the same export gives the same bytes.

    Args:
        folder: Where the export lies.
        export: Its manifest.
        part: Of which part.
        max_tokens: How long an answer may be.

    Raises:
        UsageError: The export has no such part.
        InputError: Its files do not belong together, or the folder cannot be written.
    """
    from core.aws.runtime import request_body  # boto3 takes its time to import

    path = folder / f"batch-{part}.jsonl"
    write_lines(
        path,
        (
            msgspec.json.encode(
                {
                    "recordId": record_id(line.id),
                    "modelInput": request_body(line.chat.asked(), max_tokens=max_tokens, temperature=0.0),
                }
            )
            for line in stream(folder, export, part)
        ),
    )
    return path


def record_id(identity: str) -> str:
    """What a batch job knows a record by: letters and digits alone, as AWS's examples have it."""
    return hashlib.sha256(identity.encode()).hexdigest()[:24]
