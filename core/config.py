"""`outcrop.yaml`: what a project is. Hand-editable, kept in git; comments survive when Outcrop writes to it."""

import io
import math
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from core import yaml_file
from core.errors import InputError, Where
from core.outputs import replacing

if TYPE_CHECKING:
    from ruamel.yaml import YAML

FILE = "outcrop.yaml"
_COMMENTS = {  # above the parts of a new file
    "target": "rehearsal: on this machine, at no cost; aws: real Bedrock, with your profile",
    "model": "what is tuned; `outcrop models` lists what can be",
    "use_case": "what for, and which score is good enough",
    "data": "the file of records, and which of them train: an SQL condition, as in the Data tab's filter",
    "format": "how a record becomes a prompt; `outcrop format list` has the templates",
    "split": "by table, so that no question of a test is about a table of training",
    "confirm_above": "dollars, above which a submit wants the job's name typed",
    "bucket": "where files go, and the role that Bedrock takes on to read them; `outcrop iam` prints what it needs",
    "read_only": "true refuses whatever changes or costs anything",
    "rehearsal": "the day it lives on, seconds a job takes, a file of faults",
}
_PART = re.compile(r"^(\w+):", re.MULTILINE)
_SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}
_UNNAMED = -math.inf
INCLUDE = "flag IS NULL OR flag = 'keep'"


class UseCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the model is for and when it is good enough.

    Attributes:
        task: One sentence.
        problem: Which row of the article's table it is: `format`, `skill`, `similar-skills`, `knowledge`.
        metric: What decides: `squad`, `article`, `tatqa`, `exact`, `classification`, `json`, `tools`, or one of the
            user's own by its name.
        target: The score to reach, 0 to 100; None while there is none.
        candidates: Models to compare with, by catalogue key.
        schema: A file with the JSON Schema that the metric `json` holds answers to, relative to the project.
    """

    task: str = ""
    problem: str = ""
    metric: str = "squad"
    target: float | None = None
    candidates: tuple[str, ...] = ()
    schema: str = ""


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which records there are and which of them train.

    Attributes:
        source: The file of records, relative to the project.
        include: An SQL condition over the facts; records with errors are left out besides.
    """

    source: str = ""
    include: str = INCLUDE


class Format(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a source record becomes a prompt and a completion.

    Attributes:
        template: Name of a template of the project or of a ready-made one.
        table_format: `html`, `json`, `markdown` or `latex`.
    """

    template: str = "table-question"
    table_format: Literal["html", "json", "markdown", "latex"] = "html"


class Split(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How records are divided.

    A share that is not named is its usual one, or as much of it as the named shares leave.

    Attributes:
        by: `group` or `table` keeps a table's questions together; the name of a fact, such as `customer`, keeps
            together what has it in common; `row` keeps nothing together, and leaks.
        seed: Of the draw.
        train: For training: a share up to 1, above that a number of records.
        validation: For the validation loss and for choosing among jobs.
        test: For the final score.
        stratify: The name of a fact, such as `type`, of which every part has the same mix; empty for none.
    """

    by: str = "group"
    seed: int = 1
    train: float = _UNNAMED
    validation: float = _UNNAMED
    test: float = _UNNAMED
    stratify: str = ""

    def __post_init__(self) -> None:
        named = [value for name in _SHARES if (value := getattr(self, name)) != _UNNAMED]
        open_ = {name: share for name, share in _SHARES.items() if getattr(self, name) == _UNNAMED}
        left = max(0.0, 1 - sum(value for value in named if 0 <= value <= 1))
        fraction = min(1.0, left / max(sum(open_.values()), 1e-9))
        for name, share in open_.items():
            msgspec.structs.force_setattr(self, name, share if fraction == 1 else round(share * fraction, 9))


class Rehearsal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the project's rehearsal is set up.

    Attributes:
        as_of: The day it lives on, or `today`.
        pace: Seconds a job takes.
        faults: A file of faults, relative to the project.

    Raises:
        ValueError: `as_of` is not a day, or `pace` not a time; in a file msgspec says the field.
    """

    as_of: str = "2025-06-01"
    pace: float = 12.0
    faults: str = ""

    def __post_init__(self) -> None:
        if self.as_of != "today":
            date.fromisoformat(self.as_of)
        if not 0 <= self.pace < math.inf:
            raise ValueError(f"A job cannot take {self.pace:g} seconds")


class Vpc(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The network a job runs in; empty for Bedrock's own.

    Attributes:
        subnets: Ids, one in each zone.
        security_groups: Ids, of the same VPC.
    """

    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `outcrop.yaml`.

    Attributes:
        name: The project's name; jobs and models are named after it.
        target: `rehearsal` or `aws`.
        model: The catalogue's key of the model to tune.
        use_case: What for.
        data: Which records.
        format: How they are written.
        split: How they are divided.
        hyperparameters: What the form changed from the model's defaults.
        presets: Sets of hyperparameters of one's own, by name.
        confirm_above: Dollars above which a submit wants the job's name typed.
        region: AWS region.
        profile: AWS profile; empty for the default chain.
        bucket: For datasets and results.
        role: ARN of the role that Bedrock assumes.
        kms_key: ARN or id of the key that tuned models are encrypted with; empty for Bedrock's own.
        vpc: The network jobs run in.
        tags: Put on everything that is made.
        reviewer: Who decides; empty to take git's name.
        read_only: Nothing that changes or costs anything.
        rehearsal: The rehearsal's day and pace.
        theme: Name of the theme; empty to choose by the terminal.
        keymap: Keys of one's own, by the ids of `outcrop keys`.
    """

    name: str
    target: Literal["rehearsal", "aws"] = "rehearsal"
    model: str = "claude-3-haiku"
    use_case: UseCase = UseCase()
    data: Data = Data()
    format: Format = Format()
    split: Split = Split()
    hyperparameters: dict[str, float] = {}
    presets: dict[str, dict[str, float]] = {}
    confirm_above: float = 50.0
    region: str = "us-west-2"
    profile: str = ""
    bucket: str = ""
    role: str = ""
    kms_key: str = ""
    vpc: Vpc = Vpc()
    tags: dict[str, str] = {}
    reviewer: str = ""
    read_only: bool = False
    rehearsal: Rehearsal = Rehearsal()
    theme: str = ""
    keymap: dict[str, str] = {}


def read(path: Path) -> Config:
    """Reads `outcrop.yaml`.

    Raises:
        InputError: It cannot be read, or a field is unknown or of the wrong shape; says the field.
    """
    return yaml_file.read_as(Config, path)


def write_new(path: Path, config: Config) -> None:
    """Writes a project's first `outcrop.yaml`, with a comment on each part.

    Raises:
        InputError: There is one already, or the folder cannot be written.
    """
    values = msgspec.to_builtins(config)
    text = io.StringIO()
    text.write("# An Outcrop project. Everything here may be edited by hand; the dashboard keeps your comments.\n")
    _dump({key: value for key, value in values.items() if value not in ("", {}, [])}, text)
    if path.exists():
        raise InputError(
            "There is a project here already", todo="Edit it, or choose another folder", where=Where(str(path))
        )
    with replacing(path) as file:
        file.write(_PART.sub(_commented, text.getvalue()).encode())


def change(path: Path, changes: dict[str, object]) -> Config:
    """Sets some values, keeping comments and order; nothing is written unless the result is valid.

    Args:
        path: The file.
        changes: By dotted path, such as `hyperparameters.epochCount`; None takes a value away.

    Raises:
        InputError: The file cannot be read or written, or the result would not be a valid project.
    """
    read(path)  # a file that somebody has just broken by hand says where
    editor = _editor()
    tree = editor.load(path.read_text("utf-8"))
    for dotted, value in changes.items():
        *parents, last = dotted.split(".")
        node = tree
        for name in parents:
            if name not in node:
                node[name] = {}
            node = node[name]
        if value is None:
            node.pop(last, None)
        else:
            node[last] = value
    text = io.StringIO()
    editor.dump(tree, text)
    config = yaml_file.load_as(Config, text.getvalue(), str(path))
    with replacing(path) as file:
        file.write(text.getvalue().encode())
    return config


def place(path: Path, name: str) -> Where:
    """Where a value stands in a project's file.

    Args:
        path: The file.
        name: Such as `model` or `data.include`.

    Returns:
        With the line of the value, else of what holds it; 0 where the file does not say it, or cannot be read.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        lines = []
    outer, _, inner = name.partition(".")
    found = next((number for number, line in enumerate(lines, 1) if line.partition(":")[0].rstrip() == outer), 0)
    for number, line in enumerate(lines[found:], found + 1) if found and inner else ():
        if line[:1].strip(" #"):  # the next value of the outermost level
            break
        if line.partition(":")[0].strip() == inner:
            found = number
            break
    return Where(str(path), found, name if inner else "")


def _commented(part: re.Match[str]) -> str:
    comment = _COMMENTS.get(part[1])
    return f"# {comment}\n{part[0]}" if comment else part[0]


def _dump(values: dict[str, object], text: io.StringIO) -> None:
    _editor().dump(values, text)


def _editor() -> "YAML":
    from ruamel.yaml import YAML  # only those who write pay for its import

    editor = YAML()
    editor.indent(mapping=2, sequence=4, offset=2)
    editor.width = 120
    return editor
