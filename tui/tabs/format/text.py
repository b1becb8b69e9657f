"""What the Format tab shows: lines made of what a template, a split or an export gives."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.data.edits import pretty
from core.formatting.parts import measurable
from core.formatting.template import imported_as
from core.text import count, money
from tui.present.leakage import share
from tui.present.line import Line, fact_lines, fit, wrap

if TYPE_CHECKING:
    from core.data import DatasetRow
    from core.data.import_offer import ImportTarget, Offer
    from core.data.split_figures import SplitFigures
    from core.data.template_preview import Looked
    from core.formatting import Export, Leakage

_MOST_TEXT = 100_000  # characters that a pane shows
_MARKS = {" ": "dim", "-": "bad", "+": "good", "@": "dim"}
_BAR = 24  # cells of the longest bar


def source_lines(row: "DatasetRow | None", width: int) -> list[Line]:
    """What a record is made from, as its file has it."""
    if row is None:
        return []
    if row.source is None:
        return [[("SOURCE", "accent")], *_wrapped("a chat file: it is taken as it is", width, "dim")]
    fields = pretty(dict(row.source.fields))[2:-2].replace("\n  ", "\n").strip()
    facts = "  ".join(f"{name} {value}" for name, value in row.source.facts.items())
    return [
        [("SOURCE", "accent"), (f"  {row.source.group}", "dim")],
        *_wrapped(fields[:_MOST_TEXT], width, "text"),
        *_wrapped(facts, width, "dim"),
    ]


def fixed_format(row: "DatasetRow | None", chosen: str) -> str:
    """The table format that a record keeps from its import, where that is not the chosen one; else nothing."""
    fixed = imported_as(row.source) if row is not None and row.source is not None else None
    return fixed if fixed is not None and fixed != chosen else ""


def fixed_lines(fixed: str, chosen: str, width: int) -> list[Line]:
    """That a record keeps the table format of its import."""
    said = f"! This record is written as {fixed}, as its import says, and not as {chosen}."
    return _wrapped(said, width, "warn") if fixed else []


def change_lines(seen: "Looked", width: int) -> list[Line]:
    """What the last change of the template changes in this record."""
    if not seen.changed:
        return _wrapped("This template has not changed since it was first looked at: e edits it.", width, "dim")
    now = sum(seen.tokens.values())
    head: Line = [("last version  ", "accent"), (f"{seen.before:,} → {now:,} tokens", "dim")]
    if not seen.difference:
        return [head, [], *_wrapped("This record is the same as before.", width, "dim")]
    lines: list[Line] = [head, []]
    for piece in seen.difference:
        style = _MARKS[piece.mark]
        if piece.mark == "@":
            lines.append([("…", style)])
        elif piece.mark == " ":  # what stays is only there to show the place
            lines.append([(fit(f"  {piece.text}", width).rstrip(), style)])
        else:
            lines += [[(f"{piece.mark} {part}", style)] for part in wrap(piece.text, width - 2)]
    return lines


def token_lines(seen: "Looked", chosen: str, width: int) -> list[Line]:
    """Tokens of each part, and of the whole with its table in each format."""
    fixed = fixed_format(seen.row, chosen)
    lines: list[Line] = [[("tokens, about", "accent")]]
    lines += [[(f"{part:<11}{count(many):>8}", "text")] for part, many in seen.tokens.items()]
    lines.append([(f"{'in all':<11}{count(sum(seen.tokens.values())):>8}", "strong")])
    if not seen.formats:
        return [*lines, [], *_wrapped("This record has no table, so its format costs nothing.", width, "dim")]
    lines += [[], [("in all, with the table as", "accent")]]
    most = max(seen.formats.values())
    bar = max(4, min(_BAR, width - 22))
    for name, many in seen.formats.items():
        style = "strong" if name == (fixed or chosen) else "text"
        drawn = "█" * max(1, round(bar * many / most))
        lines.append(
            [(f"{name:<11}{count(many):>8} ", style), (drawn, "accent" if name == (fixed or chosen) else "dim")]
        )
    return [*lines, [], *fixed_lines(fixed, chosen, width)]


def split_lines(found: "SplitFigures", by: str, sample: int, width: int) -> list[Line]:
    """The parts, what leaks, and what that does to a score.

    Args:
        found: The figures.
        by: What the split keeps together.
        sample: How many records of the training part are taken; 0 for all.
        width: Cells of a line.
    """
    lines: list[Line] = [[(f"split by {by}", "accent")]]
    lines += [[(f"{part:<11}{count(many):>8}", "text")] for part, many in found.counts.items()]
    if sample:
        lines.append([(f"{'of train':<11}{count(min(sample, found.counts['train'])):>8}", "text")])
    if found.left:
        lines.append([(f"{'no part':<11}{count(found.left):>8}", "dim")])
    lines += [[], *_leakage(found.leakage, measured=measurable(found.counts)), *_warned(found.warnings, width)]
    known = found.memoriser
    if known is not None:
        said = f"A memoriser, asked {count(known.asked, 'test row')}, scores F1 {known.score:.1f}"
        if known.leaked is not None:
            said += f": {known.leaked:.1f} where the question has leaked"
            said += f", {known.others:.1f} elsewhere" if known.others is not None else ""
            said += f"; leakage may flatter a model by up to {known.lift:.1f}" if known.lift is not None else ""
        lines += [[], *_wrapped(said + ".", width, "dim")]
    return [*lines, [], *_excluded(found.excluded.items())]


def export_lines(found: "Export | None", folder: Path, width: int) -> list[Line]:
    """The last export.

    Args:
        found: As its manifest describes it.
        folder: Where exports are.
        width: Cells of a line.
    """
    if found is None:
        return [[("No export yet: w writes one", "dim")]]
    lines: list[Line] = [[(found.name, "strong")], []]
    for part, file in found.files.items():
        lines.append([(f"{part:<11}{count(file.records):>8}", "text"), (f"  ≈ {count(file.tokens)} t", "dim")])
    lines += _warned(found.warnings, width)
    for refusal in found.refusals:
        lines += [[], *_wrapped(f"! {refusal}", width, "warn")]
    recipe, cost = found.recipe, found.cost
    facts = [
        ("an epoch", money(cost.dollars_an_epoch) if cost is not None else "unknown"),
        ("template", f"{recipe.template} {recipe.template_fingerprint}, tables in {recipe.table_format}"),
        ("split", f"by {recipe.split.by}" + (f", {count(recipe.sample)} of train" if recipe.sample else "")),
        ("include", recipe.include or "everything"),
        *(("decided", f"{count(many)} {name}") for name, many in found.decisions.items()),
        ("in", str(folder / found.name)),
    ]
    lines += [[], *fact_lines(facts, width, 10)]
    lines += [[], *_leakage(found.leakage, measured=measurable(found.counts))]
    return [*lines, [], *_excluded(found.excluded.items())]


def raw_lines(text: str, width: int) -> list[Line]:
    """The line as it is written."""
    return _wrapped(text[:_MOST_TEXT], width, "text")


def import_facts(offer: "Offer", called: str) -> list[tuple[str, str]]:
    """What an import would write, before it is written.

    Args:
        offer: With a preview.
        called: What the user called the file.
    """
    found = offer.preview
    if found is None:
        return []
    facts = [
        ("file", called),
        ("records", f"{count(found.fitting)} from the first {count(found.looked_at, 'row')}"),
        ("writes", _written(offer.target)),
    ]
    for each in found.records[:1]:
        question = " ".join(str(each.fields.get("question", "")).split())
        facts.append(("first", fit(f"{question} → {each.fields.get('answer', '')}", 200).rstrip()))
    if found.table_tokens:
        facts.append(
            ("tables", ", ".join(f"{name} ≈ {count(n)}" for name, n in found.table_tokens.items()) + " tokens")
        )
    if found.unused:
        facts.append(("not used", ", ".join(found.unused)))
    for missed in found.unmapped[:3]:
        facts.append(("left out", str(missed)))
    return facts


def _written(target: "ImportTarget") -> str:
    """Where an import goes, and what that takes the place of."""
    said = str(target.path)
    if target.replaces:
        said += f", in place of the {count(target.replaces, 'record')} there"
    return f"{said}; `data.source` names that from then on, no longer {target.before}" if target.before else said


def _leakage(leak: "Leakage", *, measured: bool) -> list[Line]:
    lines: list[Line] = [[("test rows that training has seen", "accent")]]
    for what, value in (("record", leak.record), ("question", leak.question), ("table", leak.table)):
        style = ("bad" if value else "good") if measured else "dim"
        lines.append([(f"{what:<11}{share(value, measured=measured):>7}", style)])
    return lines


def _warned(warnings: Sequence[str], width: int) -> list[Line]:
    return [line for warning in warnings for line in ([], *_wrapped(f"! {warning}", width, "warn"))]


def _excluded(excluded: Iterable[tuple[str, int]]) -> list[Line]:
    lines: list[Line] = [[("left out", "accent")]]
    lines += [[(f"{reason:<28}{count(many):>6}", "text")] for reason, many in excluded]
    return lines if len(lines) > 1 else [*lines, [("nothing", "dim")]]


def _wrapped(text: str, width: int, style: str) -> list[Line]:
    lines: Sequence[str] = wrap(text, width)
    return [[(line, style)] for line in lines]
