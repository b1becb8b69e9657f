"""What a job may be given besides its values: a key, a network, tags; held to AWS's patterns where they are typed."""

import msgspec

from core.aws.customization import JobRequest, check_job_request
from core.config import Vpc
from core.errors import UsageError

_SOUND = JobRequest(  # a request with nothing wrong, so that only what is typed can be
    name="job",
    model_name="model",
    role="arn:aws:iam::123456789012:role/role",
    base_model="provider.model",
    training_uri="s3://bucket/train.jsonl",
    output_uri="s3://bucket/results/",
)


def check_key(text: str) -> str:
    """A key's id, ARN or alias; empty for Bedrock's own.

    Raises:
        UsageError: AWS would refuse it.
    """
    key = text.strip()
    _hold(f"{key} is no key", "Give its ARN, its id, or alias/NAME", kms_key=key)
    return key


def check_subnets(text: str) -> tuple[str, ...]:
    """Subnets' ids, separated by commas or spaces.

    Raises:
        UsageError: AWS would refuse them.
    """
    found = _ids(text, "subnet-")
    _hold("Too many subnets", "Give 16 at most", subnets=found, security_groups=("sg-0",) if found else ())
    return found


def check_groups(text: str) -> tuple[str, ...]:
    """Security groups' ids, separated by commas or spaces.

    Raises:
        UsageError: AWS would refuse them.
    """
    found = _ids(text, "sg-")
    _hold("Too many security groups", "Give 5 at most", security_groups=found, subnets=("subnet-0",) if found else ())
    return found


def check_tags(text: str) -> dict[str, str]:
    """Tags as `key=value, key=value`.

    Raises:
        UsageError: One has no `=`, or AWS would refuse it.
    """
    found = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        key, equals, value = part.partition("=")
        if not equals:
            raise UsageError(f"{part} has no value", todo="Write tags as: team=ml, stage=test")
        found[key.strip()] = value.strip()
    _hold("AWS takes no such tags", "Keys have 128 characters at most, values 256", tags=found)
    return found


def tags_text(tags: dict[str, str]) -> str:
    """Tags as they are typed."""
    return ", ".join(f"{key}={value}" for key, value in tags.items())


def vpc_changes(vpc: Vpc, **changes: tuple[str, ...]) -> dict[str, list[str]] | None:
    """A network as `outcrop.yaml` has it, with some of it changed; None where nothing is left."""
    changed = msgspec.structs.replace(vpc, **changes)
    return {name: list(ids) for name, ids in msgspec.to_builtins(changed).items()} or None


def _ids(text: str, beginning: str) -> tuple[str, ...]:
    found = tuple(text.replace(",", " ").split())
    for each in found:
        if not each.startswith(beginning):
            raise UsageError(f"{each} is none", todo=f"Write ids as: {beginning}0a1b2c3d")
    return found


def _hold(what: str, todo: str, **members: object) -> None:
    """Holds some members of a request to AWS's patterns and limits."""
    try:
        check_job_request(msgspec.structs.replace(_SOUND, **members))
    except UsageError as error:
        why = "" if "regular expression" in error.why else error.why  # an example says more than AWS's pattern
        raise UsageError(what, why=why, todo=todo) from error
