"""Where a job's model comes from: the base model, the records, and what was made of them."""

from core.aws.customization import Job
from core.text import count
from core.tuning.ledger import SubmittedJob


def lineage_of(job: Job, ours: SubmittedJob | None) -> list[tuple[str, str]]:
    """Names and values, from the base model to the custom model.

    Args:
        job: With its details.
        ours: What is known of it, where it was submitted from here or adopted.
    """
    facts = [("base", job.base_model)]
    if ours is not None:
        recipe, export = ours.export.recipe, ours.export
        parts = [f"{count(file.records)} {part}" for part, file in export.files.items()]
        facts += [
            ("records", f"{recipe.source} sha256 {recipe.source_sha256[:12]}"),
            ("rule", recipe.include or "every record without errors"),
            ("template", f"{recipe.template} {recipe.template_fingerprint[:8]}, tables in {recipe.table_format}"),
            ("split", f"by {recipe.split.by}, seed {recipe.split.seed}: {', '.join(parts)}"),
            ("export", f"{export.name}, training file sha256 {export.files['train'].sha256[:12]}"),
        ]
    facts += [
        ("training", job.training_uri),
        ("validation", job.validation_uri),
        ("output", job.output_uri),
        ("model", job.model_arn or job.model_name),
        ("role", job.role),
        ("arn", job.arn),
    ]
    return [(name, value) for name, value in facts if value]
