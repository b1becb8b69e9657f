"""Source records that their template cannot render."""

from core.errors import OutcropError
from core.records.finding import Finding
from core.records.rule import OUTCROP, Rule


def finding(error: OutcropError, line: int) -> Finding:
    """Why a template goes wrong on a record: the field, the template's line, what the record has."""
    said = f"{error.why} in {error.where}. {error.todo}" if error.where else str(error)
    return Finding("unrendered", "error", said.strip(" ."), line)


RULE = Rule(
    name="unrendered",
    severities=("error",),
    finds="The template cannot make a prompt and an answer of the record: a field that it names is not there, or has "
    "a value that it can do nothing with.",
    todo="Fill in the field, let the template do without it, or choose another template.",
    source=OUTCROP,
)
