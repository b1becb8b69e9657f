"""Which plain commands there are: one module each, imported when it is called."""

import importlib

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Make a project: outcrop.yaml."),
    "import": ("import_", "Turn a dataset into source records."),
    "check": ("check", "Does the model accept this file?"),
    "judge": ("judge", "Let a model judge the records."),
    "stats": ("stats", "What a column of records holds."),
    "tokens": ("tokens", "How many tokens the records have, with the error of it."),
    "diff": ("diff", "What differs between two files of records."),
    "review": ("review", "The queue of records that people are to look at."),
    "flags": ("flags", "Decisions as a file that goes into git."),
    "format": ("format", "Templates, and what they make of a record."),
    "rationale": ("rationale", "Let a model write the reasoning before each answer."),
    "split": ("split", "Divide records by table, with the leakage of it."),
    "export": ("export", "Write the training, validation and test files."),
    "preflight": ("preflight", "Everything a submit needs, asked before it."),
    "iam": ("iam", "The policies a project needs."),
    "submit": ("submit", "Start a customization job."),
    "jobs": ("jobs", "Every job of the account."),
    "watch": ("watch", "Follow jobs until they are done."),
    "metrics": ("metrics", "Loss curves of a job."),
    "stop": ("stop", "Stop a job."),
    "sweep": ("sweep", "Many jobs as one experiment."),
    "evaluate": ("evaluate", "Ask models the test set, and compare them."),
    "batch": ("batch", "Batch inference jobs: list, stop."),
    "compare": ("compare", "Runs of an evaluation side by side."),
    "score": ("score", "Score a file of predictions."),
    "report": ("report", "What an evaluation found: Markdown, HTML, CSV, JSON."),
    "deploy": ("deploy", "Endpoints: list, create, ask, delete."),
    "costs": ("costs", "What bills by the hour now."),
    "models": ("models", "The catalogue of models."),
    "doctor": ("doctor", "Is this machine fit for it, and the way to AWS?"),
    "rehearse": ("rehearse", "Bedrock on this machine, for any client."),
    "demo": ("demo", "All seven stages on a scratch project."),
    "keys": ("keys", "The keys of the dashboard."),
    "themes": ("themes", "The themes of the dashboard."),
    "paths": ("paths", "Where everything is kept."),
}
"""The command, its module in this package, and its line in the help; in the order of the lifecycle."""

WRITES = {
    "init": "outcrop.yaml and .gitignore",
    "import": "records.jsonl and records.unmapped.jsonl into the folder of -o, and `data.source` of outcrop.yaml",
    "check": "with --fix, the file of -o",
    "flags export": "FILE, unless it is `-`",
    "split": "train.jsonl, validation.jsonl and test.jsonl into the folder of -o",
    "export": "the files and their manifest below `exports/`",
    "submit": "below `exports/`, and with --set or --preset outcrop.yaml",
    "score": "with --per-record, its file",
    "report": "report.md, .html, .csv and .json into the folder of -o, else `reports/`",
    "doctor": "with --restore, the project's database",
    "rehearse": "what the rehearsal keeps into its folder",
    "demo": "a scratch project",
}
"""What commands write besides the project's database, by their words: the last line of their help."""


def find(name: str) -> click.Command | None:
    """Imports a command; None where there is no such."""
    if name not in COMMANDS:
        return None
    command: click.Command = importlib.import_module(f"tui.commands.{COMMANDS[name][0]}").command
    named = {name: command}
    if isinstance(command, click.Group):
        named |= {f"{name} {word}": inner for word, inner in command.commands.items()}
    for words in named.keys() & WRITES.keys():
        named[words].epilog = f"Writes {WRITES[words]}; refused with --read-only."
    return command
