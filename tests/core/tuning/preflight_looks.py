"""Preflight as tests look at it: every line by its name, and what makes one fail."""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from rehearsed import REGION
from shop_exports import exported

from core.aws import identity
from core.tuning import preflight
from core.tuning.preflight import CheckLine
from core.tuning.preflight.checks import MAY_BE_UNKNOWN

EAST = "us-east-1"
ACCOUNT = "123456789012"
USER = "rehearser"


def configured(workspace, **changes):
    workspace.config = msgspec.structs.replace(workspace.config, **changes)


def look(workspace, export=None) -> dict[str, CheckLine]:
    """Every line, by name; none unknown that may not be."""
    found = preflight.run(workspace, *(export or exported(workspace)))
    assert {line.name for line in found.lines if line.state == "unknown"} <= MAY_BE_UNKNOWN
    assert all(line.todo for line in found.lines if line.state == "unknown")
    return {line.name: line for line in found.lines}


def role_with(server, name: str, *actions: str, region: str = REGION) -> str:
    """A role that Bedrock may assume in a region, and what it may do."""
    connection = server.connection()
    arn = identity.create_role(connection, name, identity.bedrock_trust(ACCOUNT, region))
    if actions:
        identity.allow_role(connection, name, "Some", allowing(*actions))
    return arn


def allowing(*actions: str) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}


@contextmanager
def caller_may(server, *actions: str) -> Iterator[None]:
    """Within, whoever calls may do no more than this."""
    iam = server.client("iam")
    policy = {"UserName": USER, "PolicyName": "Everything"}
    iam.put_user_policy(**policy, PolicyDocument=json.dumps(allowing(*actions)))
    try:
        yield
    finally:
        iam.put_user_policy(**policy, PolicyDocument=json.dumps(allowing("*")))


def runs(server, command: str) -> dict[str, object]:
    """What an AWS CLI command would send to IAM, sent."""
    words = shlex.split(command)
    assert words[0] == "aws"
    options = dict(zip(words[3::2], words[4::2], strict=True))
    assert options.pop("--region") == REGION
    sent = {"".join(part.capitalize() for part in name[2:].split("-")): value for name, value in options.items()}
    return getattr(server.client(words[1]), words[2].replace("-", "_"))(**sent)
