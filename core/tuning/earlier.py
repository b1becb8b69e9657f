"""Jobs that were submitted before: what a new one differs in, and starting from one of them."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from core.aws.customization import Job, JobRequest
from core.catalog import Catalog
from core.config import Vpc
from core.errors import RefusedError
from core.formatting import Export
from core.text import count, number
from core.tuning import ledger, presets, surroundings
from core.tuning.hyperparameters import effective
from core.tuning.submission import KIND
from core.workspace import Workspace

JobDifference = tuple[str, str, str]  # what, in the earlier job, now


class Earlier(msgspec.Struct, frozen=True):
    """An earlier job, as far as a new one can be made like it.

    Attributes:
        arn: Its ARN.
        name: Its name.
        model: The catalogue's key of what it tuned; empty where the catalogue does not know it.
        values: Its hyperparameters.
        created: When it was submitted.
        export: What it was trained on, where it was submitted from here.
        kms_key: The key of its model; None where that is not known.
        vpc: Its network; None where that is not known.
        tags: Its tags; None where they are not known.
    """

    arn: str
    name: str
    model: str
    values: dict[str, float]
    created: datetime
    export: Export | None = None
    kms_key: str | None = None
    vpc: Vpc | None = None
    tags: dict[str, str] | None = None


def earlier_jobs(workspace: Workspace, others: Mapping[str, Job] | None = None) -> list[Earlier]:
    """Those submitted from here, with all that was sent, and others of the account; newest first.

    Args:
        workspace: The project.
        others: Jobs of the account by ARN, with their details.
    """
    location = workspace.location.key
    rows = workspace.store.rows(
        "SELECT result, request FROM operations WHERE kind = ? AND location = ? AND state = 'acknowledged'",
        (KIND, location),
    )
    sent = {row["result"]: msgspec.json.decode(row["request"], type=JobRequest) for row in rows}
    found = [
        _ours(entry, sent[arn]) for arn, entry in ledger.entries(workspace.store, location).items() if arn in sent
    ]
    known = {each.arn for each in found}
    found += [_foreign(job, workspace.catalog) for arn, job in (others or {}).items() if arn not in known]
    return sorted(found, key=lambda each: each.created, reverse=True)


def differences(workspace: Workspace, export: Export, earlier: Earlier) -> list[JobDifference]:
    """What a new job would do otherwise than an earlier one; what is not known of that is left out."""
    settings = workspace.config
    _, tuning = workspace.tuning()
    pairs: list[JobDifference] = [("model", earlier.model or "unknown", settings.model)]
    now = effective(tuning, settings.hyperparameters)
    for name in dict.fromkeys((*now, *earlier.values)):
        pairs.append((name, _shown(earlier.values.get(name)), _shown(now.get(name))))
    if earlier.export is not None:
        pairs += _of_exports(earlier.export, export)
    if earlier.kms_key is not None:
        pairs.append(("key", earlier.kms_key or "Bedrock's own", settings.kms_key or "Bedrock's own"))
    if earlier.vpc is not None:
        pairs.append(("network", _network(earlier.vpc), _network(settings.vpc)))
    if earlier.tags is not None:
        pairs.append(("tags", _tags(earlier.tags), _tags(settings.tags)))
    return [pair for pair in pairs if pair[1] != pair[2]]


def clone(workspace: Workspace, earlier: Earlier) -> None:
    """Makes the project's parameters those of an earlier job; its records stay as they are.

    Raises:
        RefusedError: The catalogue does not know its model.
        UsageError: Its values are not the model's.
    """
    if not earlier.model:
        raise RefusedError(f"The catalogue does not know what {earlier.name} was made of", todo="Choose another job")
    _, tuning = workspace.catalog.tuning_of(earlier.model)
    effective(tuning, earlier.values)  # refused before anything is written
    changes: dict[str, object] = {"model": earlier.model}
    if workspace.config.region not in tuning.regions:
        changes["region"] = tuning.regions[0]
    if earlier.kms_key is not None:
        changes["kms_key"] = earlier.kms_key or None
    if earlier.vpc is not None:
        changes["vpc"] = surroundings.vpc_changes(earlier.vpc)
    if earlier.tags is not None:
        changes["tags"] = earlier.tags or None
    workspace.change_config(**changes)
    presets.apply(workspace, earlier.values)


def _ours(entry: ledger.SubmittedJob, request: JobRequest) -> Earlier:
    return Earlier(
        arn=entry.arn,
        name=entry.name,
        model=entry.model,
        values=_numbers(request.hyperparameters),
        created=entry.created,
        export=entry.export,
        kms_key=request.kms_key,
        vpc=Vpc(request.subnets, request.security_groups),
        tags={key: value for key, value in request.tags.items() if key != "outcrop"},
    )


def _foreign(job: Job, catalog: Catalog) -> Earlier:
    model = catalog.find(job.base_model)
    return Earlier(job.arn, job.name, model.key if model else "", _numbers(job.hyperparameters), job.created)


def _numbers(values: Mapping[str, str]) -> dict[str, float]:
    found = {}
    for name, text in values.items():
        try:
            found[name] = float(text)
        except ValueError:
            continue  # a value of a customization of another kind
    return found


def _of_exports(then: Export, now: Export) -> list[JobDifference]:
    pairs: list[JobDifference] = []
    for name, part in (("training", "train"), ("validation", "validation")):
        before, after = then.files.get(part), now.files.get(part)
        if before != after:
            counts = [count(file.records, "record") if file else "none" for file in (before, after)]
            pairs.append((name, counts[0], counts[1] + (", others" if counts[0] == counts[1] else "")))
    for name in ("template", "template_fingerprint", "table_format", "include", "source"):
        pairs.append((name.replace("_", " "), str(getattr(then.recipe, name)), str(getattr(now.recipe, name))))
    return pairs


def _shown(value: float | None) -> str:
    return "–" if value is None else number(value)


def _network(vpc: Vpc) -> str:
    return ", ".join((*vpc.subnets, *vpc.security_groups)) or "Bedrock's own"


def _tags(tags: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(tags.items())) or "none"
