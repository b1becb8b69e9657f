"""`outcrop init`: makes a project from a few answers."""

import sys
from pathlib import Path

import click
import msgspec

from core.config import Config, Data, UseCase
from core.evaluation.metrics import NAMES
from core.text import visible
from core.usecase import PROBLEMS, problem_named, project
from tui.commands.context import Context
from tui.commands.printing import out, say

_PROBLEMS = ("format", "skill", "similar-skills", "knowledge")  # the keys of core.usecase.PROBLEMS


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--name", help="The project's name; jobs and models are named after it.")
@click.option("--task", "task", help="What the model is to do, a sentence.")
@click.option("--problem", type=click.Choice(_PROBLEMS), help="Which of the article's four kinds of problem it is.")
@click.option("--model", help="The model to tune, by the catalogue's key.")
@click.option("--metric", type=click.Choice(NAMES), help="What decides.")
@click.option("--target", type=float, help="The score to reach, 0 to 100.")
@click.option("--candidate", "candidates", multiple=True, help="A model to compare with; may be repeated.")
@click.option("--data", "source", help="The file of records, relative to the folder.")
@click.option("--aws", is_flag=True, help="Real AWS instead of the rehearsal.")
@click.option("--bucket", default="", help="S3 bucket, with --aws.")
@click.option("--role", default="", help="ARN of the role that Bedrock assumes, with --aws.")
@click.pass_obj
def command(
    context: Context,
    folder: Path,
    name: str | None,
    task: str | None,
    problem: str | None,
    model: str | None,
    metric: str | None,
    target: float | None,
    candidates: tuple[str, ...],
    source: str | None,
    aws: bool,
    bucket: str,
    role: str,
) -> None:
    """Writes outcrop.yaml; asks for what no option says, when somebody is there to answer."""
    catalog = context.catalog()
    asking = sys.stdin.isatty()
    name = _answer("Project name", name, folder.resolve().name, asking=asking)
    task = _answer("What is the model to do?", task, "", asking=asking)
    if problem is None and asking:
        _show_problems()
    problem = _answer("Which kind of problem is that?", problem, "skill", asking=asking, choices=_PROBLEMS)
    model = _answer("Which model is to be tuned?", model, "claude-3-haiku", asking=asking)
    metric = _answer("Which metric decides?", metric, "squad", asking=asking, choices=NAMES)
    if target is None and asking:
        reachable = click.FloatRange(0, 100)
        target = click.prompt("Which score is good enough? (0 to 100)", type=reachable, default=80.0, err=True)
    wanted = Config(
        name=name,
        target="aws" if aws else "rehearsal",
        model=catalog.get(model).key,
        use_case=UseCase(task, problem, metric, target, candidates or (model,)),
        data=Data(source=source or ""),
        bucket=bucket,
        role=role,
    )
    if context.region:
        wanted = msgspec.structs.replace(wanted, region=context.region)
    path = project.create(folder, wanted, catalog)
    out(str(path))
    found = problem_named(problem)
    if found:
        say(f"The article: {found.name.lower()}: fine-tuning {found.fine_tuning}, prompting + RAG {found.prompting}.")
    say("Next: outcrop import tatqa FILE -o data, or open the dashboard with: outcrop")


def _answer(question: str, given: str | None, otherwise: str, *, asking: bool, choices: tuple[str, ...] = ()) -> str:
    if given is not None or not asking:
        return given if given is not None else otherwise
    kind = click.Choice(choices) if choices else click.STRING
    return str(click.prompt(question, default=otherwise, err=True, type=kind))


def _show_problems() -> None:
    for each in PROBLEMS:
        say(
            visible(f"  {each.key:<15} {each.name}: fine-tuning {each.fine_tuning}, prompting + RAG {each.prompting}")
        )
