"""Lines about what is sent: the bucket, the files, their records, the values and the names."""

import hashlib
from collections.abc import Callable

from core.aws import customization, models, s3
from core.aws.errors import AwsError
from core.checklist import CheckLine, failed, passed
from core.records.check import Issue
from core.records.finding import Severity
from core.text import count, number
from core.tuning import hyperparameters, sizes, submission
from core.tuning.preflight.context import PreflightContext

_SIZES = ("record-count", "file-size")
_TOO_LONG = "too-long"


def bucket(context: PreflightContext) -> CheckLine:
    """Whether the bucket is there, in the job's own region."""
    name, region = context.config.bucket, context.config.region
    if not name:
        return failed("No bucket is set", f"Set `bucket:` in outcrop.yaml to a bucket in {region}")
    there = s3.bucket_region(context.connection, name)
    if there is None:
        return failed(f"There is no bucket named {name}", "Make it", command=context.cli("s3", "mb", f"s3://{name}"))
    if there != region:
        return failed(
            f"{name} is in {there}, the job would run in {region}",
            "A job reads only from its own region: set another `bucket:` or `region:` in outcrop.yaml",
        )
    return passed(f"{name} is in {there}")


def files(context: PreflightContext) -> CheckLine:
    """Whether the files are in S3, or ready to be uploaded by the submit, to the byte."""
    found = []
    for (part, what), uri in zip(sizes.PARTS, context.inputs, strict=False):
        file = context.export.files[part]
        if s3.stored_digest(context.connection, uri) == file.sha256:
            found.append(f"{what} in S3")
            continue
        path = context.folder / file.name
        if not path.is_file():
            return failed(f"The {what} file is not there: {path}", "Write it with `outcrop export`")
        with path.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != file.sha256:
                return failed(
                    f"The {what} file is not the one that was exported: {path}", "Run `outcrop export` again"
                )
        found.append(f"{what} ready, uploaded by the submit")
    return passed("; ".join(found))


def records(context: PreflightContext) -> CheckLine:
    """Whether there are as many records and bytes as the model takes."""
    wrong = list(sizes.misfits(context.export, context.tuning))
    if wrong:
        return failed("; ".join(wrong), "Change the shares in `split:`, or the records")
    train, validation = (count(context.export.records(part)) for part, _ in sizes.PARTS)
    return passed(f"{train} to train on, {validation} to validate with")


def tokens(context: PreflightContext) -> CheckLine:
    """Whether each record is as short as the model takes."""
    limit = context.tuning.limits.record_tokens
    if limit is None:
        return passed("AWS names no limit for this model")
    found = _issues(context, lambda issue: issue.rule == _TOO_LONG)
    errors = [said for severity, said in found if severity == "error"]
    if errors:
        return failed(
            "; ".join(errors), "Shorten or reject these records: filter `issue = 'too-long'` on the Data tab"
        )
    doubtful = [said for severity, said in found if severity == "warning"]
    return passed(f"at most {limit:,} a record" + (f", though {'; '.join(doubtful)}" if doubtful else ""))


def check(context: PreflightContext) -> CheckLine:
    """Whether `outcrop check` passes."""
    found = _issues(context, lambda issue: issue.rule not in (*_SIZES, _TOO_LONG))
    errors = [said for severity, said in found if severity == "error"]
    if errors:
        name = context.export.files["train"].name
        return failed("; ".join(errors), f"See them with: outcrop check {context.folder / name}")
    total = sum(report.records for report in context.reports.values())
    warnings = sum(report.warnings for report in context.reports.values())
    return passed(
        f"{count(total, 'record')} without an error" + (f", {count(warnings, 'warning')}" if warnings else "")
    )


def values(context: PreflightContext) -> CheckLine:
    """Whether every hyperparameter is the model's and in its range; an error says which is not."""
    chosen = hyperparameters.effective(context.tuning, context.config.hyperparameters)
    if not chosen:
        return passed("Bedrock's defaults")
    return passed(", ".join(f"{name} {number(value)}" for name, value in chosen.items()))


def names(context: PreflightContext) -> CheckLine:
    """Whether everything that is sent fits AWS's patterns; an error says what does not."""
    customization.check_job_request(context.request)
    return passed(f"{context.request.name} and all else fits AWS's patterns")


def free(context: PreflightContext) -> CheckLine:
    """Whether the names of the job and of the model are free, or taken by this very submission."""
    if submission.earlier_job(context.workspace.store, context.workspace.location, context.subject):
        return passed(f"{context.subject} is submitted already: a submit answers with that job")
    model = submission.model_name(context.subject)
    if _is_there(lambda: customization.get_job(context.connection, context.subject)):
        return failed(f"There is a job named {context.subject}", "Change `name:` in outcrop.yaml")
    if _is_there(lambda: models.get_custom_model(context.connection, model)):
        return failed(
            f"There is a model named {model}",
            "Change `name:` in outcrop.yaml, or delete the model",
            command=context.cli("bedrock", "delete-custom-model", "--model-identifier", model),
        )
    return passed(f"{context.subject} is free")


def _issues(context: PreflightContext, wanted: Callable[[Issue], bool]) -> list[tuple[Severity, str]]:
    return [
        (issue.severity, f"{what}: {count(issue.count, 'line')} {issue.rule} ({issue.message})")
        for what, report in context.reports.items()
        for issue in report.issues
        if wanted(issue)
    ]


def _is_there(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except AwsError as error:
        if error.code == "ResourceNotFoundException":
            return False
        raise
    return True
