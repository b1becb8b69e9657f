"""The one table of keys: bindings, footer, help, palette, `outcrop keys` and the ids of `keymap:` are made from it.

`hjkl`, `g`, `G`, arrows and pages only move; a letter means one thing on all tabs; what costs money or destroys is a
capital and asks. No chord that tmux or screen takes.
"""

import difflib
import itertools
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from core.errors import UsageError

if TYPE_CHECKING:  # `outcrop keys` prints this table without Textual
    from textual.binding import BindingType

STAGES = ("Use case", "Data", "Format", "Tune", "Jobs", "Evaluate", "Deploy")
STAGE_NAMES = ("usecase", "data", "format", "tune", "jobs", "evaluate", "deploy")


class Key(msgspec.Struct, frozen=True):
    """One thing a key does.

    Attributes:
        id: What `keymap:` calls it.
        keys: The keys, separated by commas, as Textual names them.
        action: Textual's action.
        label: A word or two, for the footer.
        help: A sentence.
        scopes: Where it works: tabs, `everywhere`, `list`, `choice`, `text`, `field`.
        footer: Whether the footer shows it.
        changes: Whether a read-only Outcrop hides it.
    """

    id: str
    keys: str
    action: str
    label: str
    help: str
    scopes: tuple[str, ...]
    footer: bool = False
    changes: bool = False


def _key(identifier: str, keys: str, action: str, label: str, sentence: str, *scopes: str, **more: bool) -> Key:
    return Key(identifier, keys, action, label, sentence, scopes, **more)


KEYS: tuple[Key, ...] = (
    # Everywhere
    *(
        _key(f"stage.{name}", str(number), f"stage({number})", title, f"Go to {title}.", "everywhere")
        for number, (name, title) in enumerate(zip(STAGE_NAMES, STAGES, strict=True), 1)
    ),
    _key("stage.previous", "left_square_bracket", "turn(-1)", "stage before", "To the stage before.", "everywhere"),
    _key("stage.next", "right_square_bracket", "turn(1)", "stage after", "To the stage after.", "everywhere"),
    _key("app.refresh", "r", "refresh_stage", "refresh", "Ask again, now.", "everywhere"),
    _key("app.copy", "y", "copy", "copy", "Copy what the cursor is on; it also lands in a file.", "everywhere"),
    _key("app.help", "question_mark,f1", "help", "help", "All keys that work here.", "everywhere", footer=True),
    _key("app.palette", "colon", "palette", "palette", "Find an action by its name.", "everywhere"),
    _key("app.back", "escape", "give_up", "back", "Close what is in front, or give up a filter.", "everywhere"),
    _key("app.suspend", "ctrl+z", "suspend_process", "suspend", "Back to the shell for a while; `fg` returns.",
         "everywhere"),
    _key("app.quit", "q,ctrl+q,ctrl+c", "quit_guarded", "quit", "Leave; says what goes on or still bills.",
         "everywhere"),
    # Lists
    _key("list.down", "down,j", "cursor(1)", "down", "One row down.", "list"),
    _key("list.up", "up,k", "cursor(-1)", "up", "One row up.", "list"),
    _key("list.page_down", "pagedown,ctrl+f", "page(1)", "page down", "One page down.", "list"),
    _key("list.page_up", "pageup,ctrl+u", "page(-1)", "page up", "One page up.", "list"),
    _key("list.first", "g,home", "first", "first", "The first row.", "list"),
    _key("list.last", "G,end", "last", "last", "The last row.", "list"),
    _key("list.left", "left,h", "column(-1)", "column left", "To the column on the left.", "list"),
    _key("list.right", "right,l", "column(1)", "column right", "To the column on the right.", "list"),
    _key("list.other_pane", "tab", "app.other_pane", "other pane", "To the next pane.", "list", "text"),
    # Lists to choose from
    _key("choice.narrow", "slash", "narrow", "filter",
         "In a list to choose from: only the entries with some words; escape shows all of them.", "choice"),
    # Texts
    _key("text.down", "down,j", "scroll_down", "down", "One line down.", "text"),
    _key("text.up", "up,k", "scroll_up", "up", "One line up.", "text"),
    _key("text.page_down", "pagedown,ctrl+f", "page_down", "page down", "One page down.", "text"),
    _key("text.page_up", "pageup,ctrl+u", "page_up", "page up", "One page up.", "text"),
    _key("text.first", "g,home", "scroll_home", "first", "To the beginning.", "text"),
    _key("text.last", "G,end", "scroll_end", "last", "To the end.", "text"),
    # Fields
    _key("field.accept", "enter", "submit", "accept", "Take what is typed.", "field", footer=True),
    _key("field.complete", "tab", "complete(1)", "complete", "Complete a word; again for the next that fits.",
         "field", footer=True),
    _key("field.complete_back", "shift+tab", "complete(-1)", "complete back", "The word before, that fits.", "field"),
    _key("field.earlier", "up", "recall(1)", "earlier", "What was typed here before.", "field", footer=True),
    _key("field.later", "down", "recall(-1)", "later", "Back to what was typed after it.", "field"),
    # What tabs share
    _key("edit.change", "enter", "change", "change", "Change the value under the cursor.",
         "usecase", "format", "tune", footer=True, changes=True),
    _key("view.detail", "enter", "detail", "open", "Into what the cursor is on; escape goes back.",
         "data", "jobs", "evaluate", "deploy"),
    _key("view.next", "v", "view", "view", "The next view of the same thing.",
         "format", "tune", "jobs", "evaluate", footer=True),
    _key("data.view", "v", "view", "line", "The record as it is read, or its line of JSON.", "data"),
    _key("filter.open", "slash", "filter", "filter",
         "Filter by an SQL condition, or search for words: small letters find any case.",
         "data", "jobs", "evaluate", footer=True),
    # Data
    _key("data.keep", "space", "flag('keep')", "keep", "Keep this record.", "data", footer=True, changes=True),
    _key("data.reject", "x", "flag('reject')", "reject", "Reject this record: it will not train.", "data",
         footer=True, changes=True),
    _key("data.fix", "f", "flag('fix')", "fix", "Mark this record as one to fix.", "data", footer=True, changes=True),
    _key("data.note", "m", "note", "note", "Write a note.", "data", footer=True, changes=True),
    _key("data.undo", "u", "undo", "undo", "Take back your last decision.", "data", footer=True, changes=True),
    _key("data.redo", "U", "redo", "redo", "Bring back what you took back.", "data", changes=True),
    _key("data.sibling_next", "full_stop", "sibling(1)", "sibling", "The next question to the same table.", "data",
         footer=True),
    _key("data.sibling_previous", "comma", "sibling(-1)", "sibling back", "The question before, to the same table.",
         "data"),
    _key("data.sort", "s", "sort", "sort", "Sort by the column under ›; again to turn it round.", "data",
         footer=True),
    _key("data.all", "A", "all", "all of them", "Decide about every record that the filter leaves.", "data",
         footer=True, changes=True),
    _key("data.edit", "e", "edit", "edit", "Edit the record in $EDITOR; checked before it is accepted.", "data",
         footer=True, changes=True),
    _key("data.edit_here", "i", "edit_here", "edit answer", "Edit the answer in place.", "data", changes=True),
    _key("data.tag", "t", "tag", "tag", "Write a tag; tab completes those there are.", "data", changes=True),
    _key("data.columns", "vertical_line", "columns", "columns", "Which columns are shown, in which order.", "data"),
    _key("data.statistics", "number_sign", "statistics", "statistics",
         "What the column under › holds: quantiles, histogram, most frequent values.", "data"),
    _key("data.filters", "F", "saved_filters", "filters", "Filters with a name: use, keep or forget one.",
         "data", "evaluate"),
    _key("data.review", "R", "review", "review", "A queue of records to look at, one after the other.", "data",
         footer=True, changes=True),
    _key("data.judge", "J", "judge", "judge", "Let a model judge records, once what that takes is confirmed.", "data",
         changes=True),
    _key("data.agreement", "K", "agreement", "agreement", "How far the judge agrees with people.", "data"),
    _key("data.disagreements", "exclamation_mark", "disagreements", "disagreements",
         "Only the records on which the judge and people differ.", "data"),
    _key("data.journal", "H", "journal", "journal",
         "Who decided what and when; search it, undo anybody's from there.", "data"),
    _key("data.findings", "asterisk", "findings", "problems", "What the checks found: show it, or mend it.", "data",
         footer=True),
    _key("data.tokens", "T", "tokens", "count tokens", "Count a sample by the model; ≈ then has an error.", "data"),
    _key("data.trained", "equals_sign", "trained", "what trains", "How many records train, and why others do not.",
         "data"),
    # Format
    _key("format.edit", "e", "edit_template", "edit",
         "Edit the template in $EDITOR; checked on the record before it is accepted.", "format", footer=True,
         changes=True),
    _key("format.import", "L", "load", "import", "Import a file, once what it would give is shown.", "format",
         footer=True, changes=True),
    _key("format.rationale", "Y", "rationale", "rationale",
         "Let a model write the reasoning before each answer, once what that takes is confirmed.", "format",
         footer=True, changes=True),
    _key("format.write", "w", "write", "write", "Write the training, validation and test files.", "format",
         footer=True, changes=True),
    _key("format.upload", "W", "upload", "upload", "Write them, and upload them to S3.", "format",
         footer=True, changes=True),
    # Tune
    _key("tune.preflight", "p", "preflight", "preflight", "Look at everything a submit needs, now.", "tune",
         footer=True),
    _key("tune.difference", "d", "difference", "difference", "What differs from an earlier job.", "tune",
         footer=True),
    _key("tune.clone", "c", "clone", "clone", "Take an earlier job's parameters over.", "tune", "jobs", footer=True,
         changes=True),
    _key("tune.submit", "S", "submit", "submit", "Submit the job, once its facts are confirmed.", "tune",
         footer=True, changes=True),
    # Jobs
    _key("jobs.stop", "X", "stop", "stop", "Stop the job under the cursor.", "jobs", footer=True, changes=True),
    _key("jobs.overlay", "o", "overlay", "overlay", "Lay this job's curves over those of others, or take them away.",
         "jobs", footer=True),
    _key("jobs.smooth", "z", "smooth", "smooth", "Smooth the curves: by step, over 5 or 25 steps, by epoch.", "jobs",
         footer=True),
    _key("jobs.adopt", "O", "adopt", "adopt", "Take a job made elsewhere into the project, to evaluate it.", "jobs",
         changes=True),
    _key("jobs.delete", "D", "delete", "delete", "Delete the custom model that this job made.", "jobs", changes=True),
    _key("jobs.clean_up", "Z", "clean_up", "clean up", "Delete what this job has left in S3.", "jobs", changes=True),
    _key("jobs.sweep", "M", "sweep", "sweep", "Plan a sweep: many jobs as one experiment.", "jobs", footer=True,
         changes=True),
    _key("jobs.pause", "P", "pause", "pause", "Let this job's sweep submit no more, or go on.", "jobs",
         changes=True),
    _key("jobs.evaluate", "E", "evaluate", "evaluate",
         "Evaluate this job, or a sweep's best, against its base model.", "jobs", "evaluate", footer=True,
         changes=True),
    # Evaluate
    _key("evaluate.ask", "a", "ask", "ask", "Ask other models or in other ways: what `outcrop evaluate` takes.",
         "evaluate", footer=True, changes=True),
    _key("evaluate.neighbours", "b", "neighbours", "trained beside",
         "What trained beside this example, to open in Data; a test record itself must not train.", "evaluate",
         footer=True),
    _key("evaluate.choose", "I", "choose", "which one", "Choose which evaluation is shown.", "evaluate"),
    _key("evaluate.report", "w", "report", "report", "Write the report: Markdown, HTML, CSV and JSON.", "evaluate",
         footer=True),
    # Deploy
    _key("deploy.create", "C", "create", "create", "Create an endpoint for a tuned model.", "deploy",
         footer=True, changes=True),
    _key("deploy.ask", "a", "ask", "ask", "Ask the endpoint under the cursor.", "deploy", footer=True, changes=True),
    _key("deploy.delete", "D", "delete", "delete", "Delete the endpoint under the cursor.", "deploy",
         footer=True, changes=True),
)  # fmt: skip


def stage_number(name: str) -> int:
    """The key of a stage, by its name: 1 for `usecase`."""
    return STAGE_NAMES.index(name) + 1


_BY_ID = {key.id: key for key in KEYS}
_DISPLAY = {
    "space": "spc",
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "full_stop": ".",
    "comma": ",",
    "vertical_line": "|",
    "asterisk": "*",
    "number_sign": "#",
    "equals_sign": "=",
    "exclamation_mark": "!",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "enter": "↵",
    "up": "↑",
    "down": "↓",
}


_MODIFIERS = frozenset({"ctrl", "alt", "shift", "super", "hyper", "meta"})


def bindings(*scopes: str) -> "list[BindingType]":
    """Textual's bindings for some scopes."""
    from textual.binding import Binding

    return [
        Binding(key.keys, key.action, key.label, id=key.id, show=False)
        for key in KEYS
        if set(scopes) & set(key.scopes)
    ]


def in_scope(*scopes: str, read_only: bool = False) -> list[Key]:
    """The keys of some scopes, without those that a read-only Outcrop hides."""
    return [key for key in KEYS if set(scopes) & set(key.scopes) and not (read_only and key.changes)]


def shown(key: Key, keymap: Mapping[str, str]) -> str:
    """A key as the help writes it, with all its names: `spc`, `/`, `↓ j`."""
    return " ".join(_DISPLAY.get(each, each) for each in _names(keymap.get(key.id, key.keys)))


def first(key: Key, keymap: Mapping[str, str]) -> str:
    """A key as the footer writes it, with its first name."""
    return shown(key, keymap).split()[0]


def checked(keymap: Mapping[str, str]) -> dict[str, str]:
    """Holds a user's keymap to what exists: Textual itself would pass over mistakes in silence.

    Raises:
        UsageError: An unknown id, a key that is none, or one that would take another's place where both work.
    """
    if not keymap:
        return {}
    for identifier, text in keymap.items():
        if identifier not in _BY_ID:
            near = difflib.get_close_matches(identifier, _BY_ID, n=1)
            todo = f"Did you mean {near[0]}?" if near else "See `outcrop keys`"
            raise UsageError(f"`keymap:` has no action named {identifier!r}", todo=todo)
        for name in _names(text):
            if not _is_key(name):
                raise UsageError(
                    f"`keymap.{identifier}` names no key: {name!r}", todo="Name one such as ctrl+n or f5"
                )
    for stage, pane in itertools.product(STAGE_NAMES, ("list", "text")):
        taken: dict[str, str] = {}
        for key in in_scope(stage, pane, "everywhere"):
            for name in _names(keymap.get(key.id, key.keys)):
                other = taken.setdefault(_normal(name), key.id)
                if other != key.id:
                    what = f"`keymap:` gives {name} to both {other} and {key.id}"
                    raise UsageError(what, todo="Change one of them")
    return {identifier: ",".join(map(_normal, _names(text))) for identifier, text in keymap.items()}


def _names(text: str) -> list[str]:
    """Keys separated by commas; a comma that stands alone is one."""
    return [","] if text.strip() == "," else [name.strip() for name in text.split(",")]


def _normal(name: str) -> str:
    """A key as Textual names it: `slash` for `/`."""
    from textual.keys import ASCII_KEY_NAMES, KEY_NAME_REPLACEMENTS

    if len(name) != 1 or name.isalnum():
        return name
    said = unicodedata.name(name, "").lower().replace("-", "_").replace(" ", "_") or ASCII_KEY_NAMES.get(name, name)
    return KEY_NAME_REPLACEMENTS.get(said, said)


def _is_key(name: str) -> bool:
    from textual.keys import KEY_ALIASES, Keys

    *modifiers, bare = name.split("+") if len(name) > 1 else [name]
    known = {each.value for each in Keys} | set(KEY_ALIASES) | set(_DISPLAY)
    return name in known or (set(modifiers) <= _MODIFIERS and (len(bare) == 1 or bare in known))
