"""The rules that Outcrop checks: what each finds, how bad that is, what to do about it, and who says so."""

import msgspec

from core.data.checks import fixes
from core.records.finding import Severity

_PREPARE = "AWS, model-customization-prepare"
_SAMPLE = "AWS, data validation sample for Claude 3 Haiku"
_ARTICLE = "AWS, best practices for fine-tuning Claude 3 Haiku"
_OUTCROP = "Outcrop"


class Rule(msgspec.Struct, frozen=True):
    """One rule, as every screen and every plain command shows it.

    Attributes:
        name: The same everywhere: `reserved-keyword`.
        severities: How bad its findings can be, the worst first.
        finds: What it finds and why that matters.
        todo: What a person can do about it.
        source: Who demands or advises it.
        offered: What the Data tab offers to do about it, where a file cannot be mended without somebody looking.
    """

    name: str
    severities: tuple[Severity, ...]
    finds: str
    todo: str
    source: str
    offered: str = ""

    @property
    def fix(self) -> str:
        """What its safe fix does, or nothing where there is none."""
        return next((fix.description for fix in fixes.FIXES if fix.rule == self.name), "")


RULES = (
    Rule(
        "encoding",
        ("error",),
        "The line is not UTF-8, begins with a byte order mark, or holds half a character; Bedrock reads UTF-8 only.",
        "Save the file as UTF-8 without a byte order mark.",
        _PREPARE,
    ),
    Rule(
        "blank-line",
        ("error",),
        "The line is empty, and AWS's service refuses files with additional or empty lines.",
        "Remove it.",
        "AWS, fine-tuning-troubleshooting",
    ),
    Rule(
        "json",
        ("error",),
        "The line is not one JSON object: it breaks off, nests too deeply, or names a key twice.",
        "Write each record as one object on one line.",
        _PREPARE,
    ),
    Rule(
        "schema",
        ("error",),
        "A key that the model's format needs is missing, or its value is of another kind.",
        "Write the record in the format of the model, or export it from source records.",
        _PREPARE,
    ),
    Rule(
        "extra-key",
        ("error",),
        "The record has a key that the format does not know.",
        "Remove the key; keep what you know of a record in source records instead.",
        "Anthropic, cookbook on fine-tuning on Bedrock",
    ),
    Rule(
        "roles",
        ("error",),
        "Turns must alternate between user and assistant, begin with the user and end with the assistant.",
        "Merge or drop turns until they alternate.",
        _SAMPLE,
    ),
    Rule(
        "reserved-keyword",
        ("error",),
        "A text holds a word that the model uses to tell turns apart, so that it would read the record wrongly.",
        "Word it differently.",
        _SAMPLE,
    ),
    Rule(
        "empty-content",
        ("warning",),
        "A text is empty or only white space: the model would learn to say nothing, or from nothing.",
        "Fill it in or reject the record.",
        "not settled: AWS's sample lets it pass, third parties do not",
    ),
    Rule(
        "too-long",
        ("error", "warning"),
        "The record is longer than the model takes: surely at six characters a token, likely at three.",
        "Shorten its context or reject it.",
        _SAMPLE,
    ),
    Rule(
        "record-count",
        ("error",),
        "The file holds fewer or more records than the model takes.",
        "Add records, or keep fewer of them.",
        _PREPARE,
    ),
    Rule(
        "file-size",
        ("error",),
        "The file is larger than the model takes.",
        "Keep fewer records, or shorter ones.",
        _PREPARE,
    ),
    Rule(
        "unrendered",
        ("error",),
        "The template cannot make a prompt and an answer of the record: a field that it names is not there, or has a "
        "value that it can do nothing with.",
        "Fill in the field, let the template do without it, or choose another template.",
        _OUTCROP,
    ),
    Rule(
        "file-name",
        ("warning",),
        "The file's name has characters that its address in S3 may not have, once it is handed to Bedrock.",
        "Rename it, with letters, digits, `_`, `-` and `.` only.",
        "AWS, the pattern of s3Uri and the preparation of data for Nova",
    ),
    Rule(
        "duplicate",
        ("warning",),
        "The same record stands more than once, and the model learns it by heart.",
        "Keep the first and reject the others.",
        _OUTCROP,
    ),
    Rule(
        "contradiction",
        ("warning",),
        "The same prompt has different answers, and at most one of them can be right.",
        "Decide which one is right and reject the others.",
        _OUTCROP,
    ),
    Rule(
        "near-duplicate",
        ("warning",),
        "Another question about the same table or document asks the same in other words.",
        "Where the answers are equal, keep one; where they differ, find out which is right.",
        _OUTCROP,
        "rejects those whose answer is that of the earlier question",
    ),
    Rule(
        "leakage",
        ("warning",),
        "The test set holds what training has seen: the record, its question, its table or the same in other words.",
        "Split by table or document, so that scores say how the model does on what is new.",
        _OUTCROP,
    ),
    Rule(
        "unsupported-answer",
        ("warning",),
        "The answer should be copied from the prompt, but does not stand there: the model would learn to make it up.",
        "Correct the answer, or complete the prompt.",
        _OUTCROP,
    ),
    Rule(
        "derivation",
        ("warning",),
        "The calculation given with the record does not lead to its answer, or cannot be read.",
        "Correct whichever of the two is wrong.",
        "TAT-QA's annotation, worked out",
    ),
    Rule(
        "length-outlier",
        ("warning",),
        "The prompt or the answer is far longer or shorter than those of the rest of the file.",
        "Look whether something was cut off, repeated or pasted in.",
        _OUTCROP,
    ),
    Rule(
        "personal-data",
        ("warning",),
        "The record holds an e-mail or IP address, a phone, card, account or social security number.",
        "Replace it by something made up, or reject the record: a model may repeat what it was trained on.",
        _OUTCROP,
    ),
    Rule(
        "control-characters",
        ("warning",),
        "A text holds characters that nobody sees, some of which reorder or hide the text around them.",
        "Remove them.",
        _OUTCROP,
    ),
    Rule(
        "imbalance",
        ("advice",),
        "A label of this classification is much rarer than the others, and the model will hardly ever give it.",
        "Add records with it, or keep fewer of the others.",
        _OUTCROP,
    ),
    Rule(
        "no-system-prompt",
        ("advice",),
        "No system prompt defines the model's role and task, which is optional but highly recommended.",
        "Give the template a system prompt.",
        _ARTICLE,
    ),
    Rule(
        "no-blocks",
        ("advice",),
        "No part of the prompt is set apart by XML tags, which help the model to tell context from question.",
        "Wrap context and question in tags, such as <table> and <question>, in training and at inference.",
        _ARTICLE,
    ),
)
BY_NAME = {rule.name: rule for rule in RULES}
