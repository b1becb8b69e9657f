"""What stands beside the form of the Tune tab, as lines: advice, preflight, and the difference to an earlier job."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.text import count
from tui.present.line import Line, fact_lines, wrap

if TYPE_CHECKING:
    from core.tuning.earlier import Difference, Earlier
    from core.tuning.preflight import Preflight
    from core.tuning.submission import Submission

GLYPHS = {"pass": ("✓", "good"), "fail": ("✗", "bad"), "unknown": ("?", "warn")}
_NAME = 13  # cells of a preflight line's name


def advice_lines(planned: "Submission", width: int) -> list[Line]:
    """The advice for the plan's size, `!` where a value is outside of it, each with the number of its source."""
    from core.tuning import advise

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
            lines.append([GLYPHS[line.state], name, (line.found, "dim")])
            continue
        lines.append([GLYPHS[line.state], name])
        for text, style in ((line.found, GLYPHS[line.state][1]), (line.todo, "text"), (line.command, "dim")):
            lines += [[("  ", "text"), (part, style)] for part in wrap(text, width - 2)] if text else []
    return lines


def remedies(found: "Preflight") -> str:
    """What helps with the lines that do not pass, as text to copy: commands in one piece."""
    parts = []
    for line in found.lines:
        if line.state != "pass":
            parts.append("\n".join(filter(None, (f"# {line.name}: {line.found}", f"# {line.todo}", line.command))))
    return "\n\n".join(parts)


def difference_lines(earlier: "Earlier | None", differences: "Sequence[Difference]", width: int) -> list[Line]:
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
