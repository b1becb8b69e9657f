"""Lines about the account: who calls, what the region offers, and how much may run."""

from core.aws import access, customization, quotas
from core.aws.errors import AwsError
from core.checklist import CheckLine, failed, passed, unknown
from core.text import count
from core.tuning.preflight.context import PreflightContext


def credentials(context: PreflightContext) -> CheckLine:
    """Whose credentials these are; an error says how to renew them."""
    return passed(f"account {context.caller.account}, as {context.caller.arn.rpartition(':')[2]}")


def region(context: PreflightContext) -> CheckLine:
    """Whether the region tunes this model, by the catalogue and by the region's own list."""
    here, name, regions = context.config.region, context.model.name, context.tuning.regions
    if here not in regions:
        return failed(
            f"{name} cannot be tuned in {here}",
            f"Set `region:` in outcrop.yaml to {' or '.join(regions)}, with a bucket there",
        )
    if context.tuning.base_id not in {each.id for each in context.offered if each.tunable}:
        return failed(
            f"{here} does not list {context.tuning.base_id} for fine-tuning",
            "Choose a model that it lists: see `outcrop models`",
            command=context.cli("bedrock", "list-foundation-models", "--by-customization-type", "FINE_TUNING"),
        )
    return passed(f"{here} lists {context.tuning.base_id} for fine-tuning")


def lifecycle(context: PreflightContext) -> CheckLine:
    """How long the model lives, by the catalogue and live; where they disagree, the worse counts."""
    life = context.model.lifecycle
    stage = life.stage(context.day)
    alternative = context.workspace.catalog.nearest_living(context.model, context.day)
    instead = f"Tune {alternative.key} instead" if alternative else "See `outcrop models`"
    if stage == "end-of-life":
        return failed(f"{context.model.name} reached its end of life on {life.end} ({life.source})", instead)
    ids = context.model.identifiers()
    live = next((each for each in context.offered if each.id in ids), None)
    if live is None:
        return failed(f"{context.config.region} no longer lists {context.model.name}", instead)
    if live.end_of_life is not None and live.end_of_life.date() <= context.day:
        return failed(f"Bedrock says it reached its end of life on {live.end_of_life.date()}", instead)
    end = life.end or (live.end_of_life.date() if live.end_of_life else None)
    until = f", ends {end}" if end else ""
    if live.status == "LEGACY" or stage == "legacy":
        return passed(f"legacy{until}: only for accounts that have used it of late")
    return passed(f"{live.status.lower()} live, {stage} in the catalogue{until}")


def quota(context: PreflightContext) -> CheckLine:
    """Whether one more job may run."""
    running = sum(job.running for job in customization.list_jobs(context.connection))
    told = quotas.jobs_at_once(context.connection)
    most = told if told is not None else quotas.USUAL_JOBS_AT_ONCE
    source = "" if told is not None else " (the usual quota: this account's is not told)"
    found = f"{count(running, 'job')} of {most} at once{source}"
    if running < most:
        return passed(f"{found} under way" if running else f"none of {most} at once under way{source}")
    wanted = str(max(1, most * 2))
    more = ("--service-code", "bedrock", "--quota-code", quotas.JOBS_QUOTA_CODE, "--desired-value", wanted)
    return failed(
        f"{found} under way",
        "Wait until one ends, or ask for more" if most else "Ask for more",
        command=context.cli("service-quotas", "request-service-quota-increase", *more),
    )


def model_access(context: PreflightContext) -> CheckLine:
    """Whether the account has been given the model."""
    model = context.model.model_id
    command = context.cli("bedrock", "get-foundation-model-availability", "--model-id", model)
    try:
        missing = access.model_access(context.connection, model).missing()
    except AwsError as error:
        return unknown(
            f"Bedrock does not say: {error.what}", "Look under Model access in the console", command=command
        )
    if missing:
        return failed("; ".join(missing), "Ask for it under Model access in the console", command=command)
    return passed(f"{context.model.name} is given to this account")
