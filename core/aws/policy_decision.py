"""What a policy document says about one action: IAM's rules, as far as trust and permission policies here need them.

Source: AWS, "Policy evaluation logic" and "IAM JSON policy elements" (IAM User Guide).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

Decision = Literal["allowed", "explicitDeny", "implicitDeny"]
Document = Mapping[str, Any]
Context = Mapping[str, str]


def decide(
    documents: Iterable[Document],
    action: str,
    resource: str = "*",
    *,
    principal: str = "",
    context: Context | None = None,
) -> Decision:
    """What some policies together say: a denial counts most, and what nobody allows is denied.

    Args:
        documents: The policies.
        action: Such as `s3:GetObject`.
        resource: The ARN it is about.
        principal: The service that asks, for a trust policy; such as `bedrock.amazonaws.com`.
        context: Condition keys and their values.
    """
    found: Decision = "implicitDeny"
    for statement in (each for document in documents for each in _listed(document.get("Statement", ()))):
        if not _concerns(statement, action, resource, principal, context or {}):
            continue
        if statement.get("Effect") == "Deny":
            return "explicitDeny"
        found = "allowed"
    return found


def unmet(document: Document, action: str, *, principal: str, context: Context) -> list[str]:
    """The conditions that keep a trust policy's fitting statements from applying, as `key must be value`."""
    return [
        f"{key} must be {' or '.join(map(str, _listed(wanted)))}"
        for statement in _listed(document.get("Statement", ()))
        if statement.get("Effect") == "Allow"
        and _concerns(statement, action, "*", principal, context, conditions=False)
        for operator, key, wanted in _conditions(statement)
        if not _holds(operator, _listed(wanted), _value(context, key))
    ]


def _concerns(
    statement: Document, action: str, resource: str, principal: str, context: Context, *, conditions: bool = True
) -> bool:
    return (
        _named(statement, "Action", action, ignore_case=True)
        and ("Principal" in statement or _named(statement, "Resource", resource))
        and ("Principal" not in statement or principal in _services(statement["Principal"]))
        and (
            not conditions
            or all(_holds(how, _listed(want), _value(context, key)) for how, key, want in _conditions(statement))
        )
    )


def _named(statement: Document, element: str, value: str, *, ignore_case: bool = False) -> bool:
    if f"Not{element}" in statement:
        return not any(_like(each, value, ignore_case=ignore_case) for each in _listed(statement[f"Not{element}"]))
    return any(_like(each, value, ignore_case=ignore_case) for each in _listed(statement.get(element, ())))


def _services(principal: Any) -> list[str]:
    return _listed(principal.get("Service", ())) if isinstance(principal, Mapping) else []


def _conditions(statement: Document) -> list[tuple[str, str, Any]]:
    by_operator = statement.get("Condition", {})
    return [(operator, key, wanted) for operator, keys in by_operator.items() for key, wanted in keys.items()]


def _value(context: Context, key: str) -> str | None:
    return next((value for name, value in context.items() if name.lower() == key.lower()), None)


def _holds(operator: str, wanted: list[Any], value: str | None) -> bool:
    """Whether a condition holds; one with an operator that is not known here does not."""
    name = operator.rpartition(":")[2]
    if_exists = name.endswith("IfExists")
    test = _OPERATORS.get(name.removesuffix("IfExists"))
    if value is None:
        return if_exists or operator.startswith("ForAllValues:") or "Not" in name
    return test is not None and test([str(each) for each in wanted], value)


def _like(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


def _any_like(wanted: list[str], value: str) -> bool:
    return any(_like(each, value) for each in wanted)


_OPERATORS: dict[str, Callable[[list[str], str], bool]] = {
    "StringEquals": lambda wanted, value: value in wanted,
    "StringNotEquals": lambda wanted, value: value not in wanted,
    "StringEqualsIgnoreCase": lambda wanted, value: value.lower() in [each.lower() for each in wanted],
    "StringLike": _any_like,
    "StringNotLike": lambda wanted, value: not _any_like(wanted, value),
    "ArnEquals": _any_like,
    "ArnLike": _any_like,
    "ArnNotEquals": lambda wanted, value: not _any_like(wanted, value),
    "ArnNotLike": lambda wanted, value: not _any_like(wanted, value),
    "Bool": lambda wanted, value: value.lower() in [each.lower() for each in wanted],
}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
