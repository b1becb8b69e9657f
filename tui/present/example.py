"""One example for a pane: question, truth, both answers with their differences, and the prompt where it is wanted."""

from collections.abc import Sequence

from core.evaluation.comparison import Example
from core.evaluation.examples import differences
from core.text import clip
from tui.present.line import Line, Span, cells, fit, wrap

_STYLES = {"same": "good", "extra": "warn", "missing": "bad"}
_LONGEST = 8000  # characters of an answer that are compared with the truth and shown
_LABEL = 11  # cells of who says it, and of its score


def example_lines(
    example: Example, width: int, *, context: bool, others: Sequence[tuple[str, str, float]] = ()
) -> list[Line]:
    """One example in full.

    Args:
        example: With both answers.
        width: Of the pane, in cells.
        context: Whether the prompt follows, rather than a word on how to see it.
        others: Further models: name, answer and F1.
    """
    lines: list[Line] = [[(line, "strong")] for line in wrap(example.question, width)]
    truth = clip(example.truth, _LONGEST)
    lines += _labelled("truth", [[(line, "text")] for line in wrap(truth or "(nothing)", width - _LABEL)])
    said = [("base", example.base, example.base_f1), ("tuned", example.tuned, example.tuned_f1), *others]
    for name, text, f1 in said:
        lines += _answer(name, clip(text, _LONGEST), f1, truth, width)
    facts = "  ".join(filter(None, (example.kind, example.group, example.id)))
    lines.append([(fit(facts, width), "dim")])
    if not context:
        return [*lines, [("↵ shows what was asked", "dim")]]
    lines += [[], [("PROMPT", "accent")]]
    return [*lines, *([(line, "text")] for line in wrap(example.prompt, width))]


def _answer(who: str, text: str, f1: float, truth: str, width: int) -> list[Line]:
    spans: list[Span] = [(str(piece), _STYLES[piece.kind]) for piece in differences(text, truth)]
    lines = _wrapped(spans or [("(nothing)", "dim")], width - _LABEL)
    label = f"{who} {f1:.0f}"
    if cells(label) < _LABEL:
        return _labelled(label, lines)
    return [[(fit(label, width), "strong")], *_labelled("", lines)]


def _labelled(label: str, lines: list[list[Span]]) -> list[Line]:
    return [
        [(f"{label if at == 0 else '':<{_LABEL}}", "accent" if label == "truth" else "strong"), *line]
        for at, line in enumerate(lines)
    ]


def _wrapped(spans: list[Span], width: int) -> list[list[Span]]:
    """Breaks styled words into lines; a word that is longer than a line is broken anywhere."""
    lines: list[list[Span]] = [[]]
    left = width
    for text, style in spans:
        for word in text.split(" "):
            for part in wrap(word, width):
                size = cells(part)
                if size + 1 > left and lines[-1]:
                    lines.append([])
                    left = width
                lines[-1].append((f"{part} ", style))
                left -= size + 1
    return lines
