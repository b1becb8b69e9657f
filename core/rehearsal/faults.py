"""Faults on a schedule: what a real service does on a bad day, for drills and for tests.

A faults file is YAML, a list of rules:

    - {operation: Converse, share: 0.3, answer: throttle}
    - {operation: CreateModelCustomizationJob, calls: [1], answer: drop-after-commit}
    - {operation: GetModelCustomizationJob, calls: [2, 3], answer: stall, seconds: 60}
    - {operation: metrics, answer: truncate}
    - {operation: BatchRecord, share: 0.1, answer: error-500}
"""

import random
import threading
from typing import Literal

import msgspec

from core.aws.wire import ServiceError

FaultKind = Literal[
    "throttle",
    "error-500",
    "error-503",
    "not-ready",
    "model-timeout",
    "model-error",
    "expired-token",
    "clock-skew",
    "access-denied",
    "stall",
    "drop",
    "drop-after-commit",
    "truncate",
    "late",
    "missing",
    "duplicated",
    "one-based",
]

_ERRORS: dict[str, tuple[str, str]] = {
    "throttle": ("ThrottlingException", "Too many requests, please wait before trying again."),
    "error-500": ("InternalServerException", "The server encountered an internal error."),
    "error-503": ("ServiceUnavailableException", "Service is unable to process your request."),
    "not-ready": ("ModelNotReadyException", "The model is not ready for inference yet. Please try again."),
    "model-timeout": ("ModelTimeoutException", "The request took too long to process."),
    "model-error": ("ModelErrorException", "The request failed due to an error while processing the model."),
    "expired-token": ("ExpiredTokenException", "The security token included in the request is expired"),
    "clock-skew": (
        "InvalidSignatureException",
        "Signature expired: 20250601T084000Z is now earlier than 20250601T085500Z (20250601T090000Z - 5 min.)",
    ),
    "access-denied": ("AccessDeniedException", "You are not authorized to perform this operation."),
}


class FaultRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of a faults file.

    Attributes:
        operation: AWS's name, `metrics` for the metrics files of jobs, `BatchRecord` for a record of a batch job.
        answer: What happens instead; `truncate`, `late`, `missing`, `duplicated` and `one-based` are for metrics.
        calls: Which calls of that operation, counted from 1; empty for every one.
        share: Of the calls, drawn by seed.
        seconds: How long a stall or a delay lasts.
        seed: Of the draw.
    """

    operation: str
    answer: FaultKind
    calls: tuple[int, ...] = ()
    share: float = 1.0
    seconds: float = 0.0
    seed: int = 0


class Faults:
    """Counts calls and says which rule strikes."""

    def __init__(self, rules: tuple[FaultRule, ...] = ()) -> None:
        self._rules = rules
        self._calls: dict[str, int] = {}
        self._draws = [random.Random(rule.seed) for rule in rules]  # noqa: S311 - a drill, not a secret
        self._lock = threading.Lock()

    def strike(self, operation: str) -> FaultRule | None:
        """The rule that this call of an operation meets, if any."""
        with self._lock:
            number = self._calls[operation] = self._calls.get(operation, 0) + 1
            for rule, draw in zip(self._rules, self._draws, strict=True):
                if rule.operation != operation or (rule.calls and number not in rule.calls):
                    continue
                if rule.share >= 1.0 or draw.random() < rule.share:
                    return rule
        return None


def error_of(rule: FaultRule) -> ServiceError | None:
    """The error that a rule answers with, or None where it does something else."""
    found = _ERRORS.get(rule.answer)
    return ServiceError(*found) if found else None
