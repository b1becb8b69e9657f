"""Each error that AWS's model names for an operation can be met here, typed and with its HTTP status."""

from typing import get_args

import pytest
from botocore import xform_name
from rehearsed import Rehearsed, refuses

from core.aws.shapes import service_model
from core.rehearsal.bedrock import CONTROL, RUNTIME
from core.rehearsal.faults import FaultKind, FaultRule, error_of

ERRORS = {kind: error_of(FaultRule("any", kind)) for kind in get_args(FaultKind)}
INJECTED = {kind: (error.code, error.what) for kind, error in ERRORS.items() if error is not None}
SERVICES = {"bedrock": CONTROL, "bedrock-runtime": RUNTIME}
SERVED = [(service, operation) for service, operations in SERVICES.items() for operation in operations]

# What the rehearsal answers of itself, and the file of the tests that meet it.
ANSWERED = {
    "ValidationException": "test_rehearsed_jobs.py",
    "ResourceNotFoundException": "test_rehearsed_jobs.py",
    "ConflictException": "test_rehearsed_jobs.py",
    "ServiceQuotaExceededException": "test_rehearsed_endpoints.py",
    "TooManyTagsException": "test_rehearsed_models.py",
    "ModelNotReadyException": "test_rehearsed_endpoints.py",
}


def named(service, operation):
    """The errors that an operation may answer with, by name, with their HTTP status."""
    shapes = service_model(service).operation_model(operation).error_shapes
    return {shape.name: shape.metadata["error"]["httpStatusCode"] for shape in shapes}


def injectable(service, operation):
    """The faults that make an operation answer with an error that its model names."""
    return [kind for kind, (code, _) in INJECTED.items() if code in named(service, operation)]


@pytest.fixture(scope="module")
def bad_day(start_rehearsal):
    """A server on which each operation meets all its errors, one call after another."""
    return start_rehearsal(
        faults=[
            {"operation": operation, "calls": [number], "answer": kind}
            for service, operation in SERVED
            for number, kind in enumerate([*injectable(service, operation), "expired-token"], 1)
        ]
    )


@pytest.mark.parametrize(("service", "operation"), SERVED)
def test_an_operation_answers_with_each_error_that_only_a_bad_day_brings(bad_day: Rehearsed, service, operation):
    client = bad_day.client(service, checked=False)
    shape = service_model(service).operation_model(operation).input_shape
    in_path = {name: "any" for name, member in shape.members.items() if member.serialization.get("location") == "uri"}
    for kind in injectable(service, operation):
        code, said = INJECTED[kind]
        with refuses(client, code, named(service, operation)[code], said):
            getattr(client, xform_name(operation))(**in_path)
    with pytest.raises(client.exceptions.ClientError) as expired:  # no model names it, every service answers it
        getattr(client, xform_name(operation))(**in_path)
    assert expired.value.response["Error"]["Code"] == "ExpiredTokenException"
    assert expired.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_every_error_that_a_served_operation_names_is_met_in_these_tests():
    for service, operation in SERVED:
        injected = {INJECTED[kind][0] for kind in injectable(service, operation)}
        assert set(named(service, operation)) <= injected | set(ANSWERED)


def test_an_operation_that_the_rehearsal_has_not_is_said_to_be_missing(rehearsal: Rehearsed):
    client = rehearsal.client("bedrock")
    with pytest.raises(client.exceptions.ClientError, match="The rehearsal has no GET /guardrails") as caught:
        client.list_guardrails()
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
