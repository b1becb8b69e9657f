"""`docs/rules.md`, made from the list of rules: python -P -m core.data.checks.reference"""

import sys

from core.data.checks.rules import RULES

_HEAD = """# Rules

Made from the list of rules, as `outcrop check --explain RULE` says it. Errors make Bedrock refuse the file, warnings
make a worse model, advice may be left.

| rule | severity | what it finds | what to do | safe fix in a file | who says so |
|---|---|---|---|---|---|
"""


def as_markdown() -> str:
    """Every rule, a row each."""
    rows = (
        (
            f"`{rule.name}`",
            ", ".join(rule.severities),
            rule.finds,
            rule.todo,
            rule.fix.does if rule.fix else "",
            rule.source,
        )
        for rule in RULES
    )
    return _HEAD + "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |\n" for row in rows)


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
