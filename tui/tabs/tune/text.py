"""The texts of the Tune tab: the plan, the entry under the cursor, advice, preflight, the difference to a job."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.text import count
from core.tuning import advise
from tui.present.glyphs import CHECKS
from tui.present.line import Line, error_lines, fact_lines, wrap
from tui.present.submission import facts
from tui.tabs.tune.plan import JobPlan
from tui.widgets.form import FormEntry

if TYPE_CHECKING:
    from core.tuning.earlier import Earlier, JobDifference
    from core.tuning.preflight import Preflight
    from core.tuning.submission import Submission

_NAME = 13  # cells of a preflight line's name
_IN_FORM = ("values", "where", "key", "network")  # facts that the form and the first line have
_LONG = ("kms_key", "subnets", "security_groups", "tags")  # entries whose value the form may cut


def plan_lines(plan: JobPlan, width: int) -> list[Line]:
    """The job that would be submitted, or why it is refused."""
    if plan.error is not None:
        return [[("THIS JOB IS REFUSED", "bad")], *error_lines(plan.error, width)]
    if plan.submission is None:
        return [[("THIS JOB", "accent")], [("working out the plan…", "dim")]]
    shown = [fact for fact in facts(plan.submission, plan.cost, plan.took) if fact[0] not in _IN_FORM]
    once_more = ", ONCE MORE" if plan.again else ""
    return [[(f"THIS JOB{once_more}", "accent")], *fact_lines(shown, width, 11)]


def about_lines(
    entries: Sequence[FormEntry],
    present: FormEntry | None,
    sentence: Callable[[FormEntry], tuple[str, str]],
    width: int,
) -> list[Line]:
    """The entry under the cursor, in full; as high for each of them, so that what is below stays in place.

    Args:
        entries: All of the form.
        present: The one under the cursor.
        sentence: Says what an entry is, and its range.
        width: In cells.
    """
    if present is None:
        return []
    found = {entry.name: _about(entry, sentence, width) for entry in entries}
    tallest = max(len(lines) for lines in found.values())
    lines = found[present.name]
    return [*lines, *([[]] * (tallest - len(lines))), []]


def _about(entry: FormEntry, sentence: Callable[[FormEntry], tuple[str, str]], width: int) -> list[Line]:
    said, right = sentence(entry)
    value = entry.value if entry.name in _LONG else ""
    texts = ((entry.label, "strong"), (said, "text"), (right, "dim"), (value, "accent"))
    return [[(line, style)] for text, style in texts if text for line in wrap(text, width)]


def advice_lines(planned: "Submission", width: int) -> list[Line]:
    """The advice for the plan's size, `!` where a value is outside of it, each with the number of its source."""
    found = advise(planned.model, planned.forecast.records, planned.export.records("validation"))
    sources = list(dict.fromkeys(each.source for each in found if each.source))
    lines: list[Line] = [[(f"ADVICE FOR {count(planned.forecast.records)} RECORDS", "accent")]]
    for each in found:
        off = each.off(planned.values.get(each.parameter))
        noted = f"{each.text} [{sources.index(each.source) + 1}]" if each.source else each.text
        mark, style = ("! ", "warn") if off else ("· ", "text")
        for at, line in enumerate(wrap(noted, width - 2)):
            lines.append([(mark if at == 0 else "  ", "warn" if off else "dim"), (line, style)])
    for number, source in enumerate(sources, 1):
        lines += [[(line, "dim")] for line in wrap(f"[{number}] {source}", width)]
    return lines


def preflight_lines(found: "Preflight | None", width: int, *, looking: bool, failure: str = "") -> list[Line]:
    """Each line of a preflight, what helps below those that do not pass."""
    if found is None:
        said = "looking…" if looking else failure or "p looks at everything a submit needs."
        return [[("PREFLIGHT", "accent")], *([(line, "dim")] for line in wrap(said, width))]
    passed = sum(line.state == "pass" for line in found.lines)
    at = "looking…" if looking else f"{found.at.astimezone():%H:%M}"
    head: list[tuple[str, str]] = [("PREFLIGHT  ", "accent"), (f"✓ {passed}", "good")]
    head += [(f" ✗ {found.failed}", "bad")] if found.failed else []
    head += [(f" ? {found.unknown}", "warn")] if found.unknown else []
    lines: list[Line] = [[*head, (f"  {at}", "dim")]]
    for line in found.lines:
        name = (f" {line.name:<{_NAME}}", "text")
        if line.state == "pass":
            lines.append([CHECKS[line.state], name, (line.found, "dim")])
            continue
        lines.append([CHECKS[line.state], name])
        for text, style in ((line.found, CHECKS[line.state][1]), (line.todo, "text"), (line.command, "dim")):
            lines += [[("  ", "text"), (part, style)] for part in wrap(text, width - 2)] if text else []
    return lines


def remedies(found: "Preflight") -> str:
    """What helps with the lines that do not pass, as text to copy: commands in one piece."""
    parts = []
    for line in found.lines:
        if line.state != "pass":
            parts.append("\n".join(filter(None, (f"# {line.name}: {line.found}", f"# {line.todo}", line.command))))
    return "\n\n".join(parts)


def difference_lines(earlier: "Earlier | None", differences: "Sequence[JobDifference]", width: int) -> list[Line]:
    """What a new job would do otherwise than an earlier one."""
    head: list[Line] = [[("DIFFERENCE TO AN EARLIER JOB", "accent")]]
    if earlier is None:
        return [*head, *([(line, "dim")] for line in wrap("d chooses the job, c takes its values over.", width))]
    head = [[(line, "accent")] for line in wrap(f"DIFFERENCE TO {earlier.name}", width)]
    if not differences:
        return [*head, [("none: the same would train", "dim")]]
    facts = [(name, f"{then} → {now}") for name, then, now in differences]
    return [*head, *_below(facts, width)]


def _below(facts: Sequence[tuple[str, str]], width: int) -> list[Line]:
    """Names and values, a long name on a line of its own."""
    label = min(max(len(name) for name, _ in facts) + 2, width // 2)
    lines: list[Line] = []
    for name, value in facts:
        if len(name) + 2 > label:
            lines += [[(name, "dim")], *fact_lines([("", value)], width, 2)]
        else:
            lines += fact_lines([(name, value)], width, label)
    return lines
