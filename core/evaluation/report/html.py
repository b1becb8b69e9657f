"""A report as one HTML file: no script, no address, every text from outside escaped.

A content security policy, by the hash of the one style sheet, forbids whatever an oversight would let in.
"""

import base64
import hashlib
from collections.abc import Iterator
from html import escape

from core.evaluation.report import blocks, svg
from core.text import visible

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2733; --dim: #5d6b79; --line: #d5dce3; --paper: #fff; --soft: #f4f6f8;
        --base: #7b8794; --tuned: #1769aa; --good: #1b7a3d; --bad: #b3261e; --warn: #8a5300; --warm: #fff4e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e8ed; --dim: #9aa7b4; --line: #3a4653; --paper: #14191f;
        --soft: #1d242c; --base: #93a0ad; --tuned: #5eb1ef; --good: #6fcf8e; --bad: #ff8a80; --warn: #ffc46b;
        --warm: #33270f; } }
body { margin: 0 auto; max-width: 70rem; padding: 0 1.2rem 3rem; background: var(--paper); color: var(--ink);
       font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 1.2rem 0 .4rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
.banner { position: sticky; top: 0; margin: 0 -1.2rem; padding: .5rem 1.2rem; background: var(--warm);
          color: var(--warn); font-weight: 600; border-bottom: 1px solid var(--line); }
.mark { float: right; font-size: .75rem; letter-spacing: .06em; color: var(--warn); }
.wide { overflow-x: auto; } .wide td + td { white-space: nowrap; }
.wide td:first-child { min-width: 9rem; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0 1rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--dim); font-weight: 600; }
th:first-child, td:first-child, .facts td, .facts th { text-align: left; }
.facts th { width: 14rem; font-weight: normal; }
td, dd, dt, p { overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
figcaption { color: var(--dim); font-size: .85rem; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--dim); } svg text.name { fill: var(--ink); font-weight: 600; }
svg text.notice { fill: var(--warn); font-weight: 600; }
.rule { stroke: var(--line); } .line { fill: none; stroke-width: 2; }
.b0 { fill: var(--base); } .b1 { fill: var(--tuned); }
.level { stroke: var(--base); stroke-width: 2; stroke-dasharray: 6 4; }
.tuned { stroke: var(--tuned); } .l0 { stroke: var(--base); } .l1 { stroke: var(--tuned); stroke-dasharray: 6 4; }
.case { border-left: 3px solid var(--line); padding: .2rem 0 .2rem .9rem; margin: 1rem 0; break-inside: avoid; }
.case dl { display: grid; grid-template-columns: 6rem 1fr; gap: .15rem .6rem; margin: .3rem 0 0; }
.case dt { color: var(--dim); } .case dd { margin: 0; white-space: pre-wrap; }
.good { color: var(--good); } .bad { color: var(--bad); }
ins { color: var(--warn); text-decoration: none; background: var(--soft); }
del { color: var(--bad); text-decoration: line-through; }
@page { margin: 16mm 14mm; }
@media print { body { max-width: none; padding: 0; font-size: 11px; } .banner { position: static; margin: 0; }
               section { break-inside: auto; } h2 { break-after: avoid; } }
"""


def html(document: blocks.Document) -> str:
    """The report as a page that needs nothing else; its notice stays on screen, and on each page that is printed."""
    style = _STYLE + (_page_style(document.notice) if document.notice else "")
    return "\n".join(_page(document, style)) + "\n"


def _page(document: blocks.Document, style: str) -> Iterator[str]:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{plain(document.title)}</title>"
    yield f"<style>{style}</style></head><body>"
    if document.notice:
        yield f'<p class="banner">{plain(document.notice)}</p>'
    yield f"<h1>{plain(document.title)}</h1>"
    for section in document.sections:
        yield from _section(section, document.notice)
    yield "</body></html>"


def plain(text: str) -> str:
    """Text from outside as HTML shows it and nothing more."""
    return escape(visible(text, breaks=True))


def _page_style(notice: str) -> str:
    """The notice in the margin of every printed page, as CSS writes a string."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):06x}" for letter in notice)
    return f'@page {{ @top-center {{ content: "{words}"; font: 9pt sans-serif; color: #8a5300; }} }}\n'


def _section(section: blocks.Section, notice: str) -> Iterator[str]:
    mark = f'<span class="mark">{plain(notice.partition(":")[0])}</span>' if notice else ""
    yield f"<section><h2>{plain(section.title)}{mark}</h2>"
    for block in section.blocks:
        yield from _block(block, notice)
    yield "</section>"


def _block(block: blocks.Block, notice: str) -> Iterator[str]:
    match block:
        case blocks.Text(text):
            yield f"<p>{plain(text)}</p>"
        case blocks.Facts(rows):
            yield '<table class="facts">'
            yield from (f"<tr><th>{plain(name)}</th><td>{plain(value)}</td></tr>" for name, value in rows)
            yield "</table>"
        case blocks.Grid(head, rows):
            yield '<div class="wide"><table><thead>'
            yield _row("th", head)
            yield "</thead><tbody>"
            yield from (_row("td", row) for row in rows)
            yield "</tbody></table></div>"
        case blocks.Histogram(title, names, bins):
            yield _figure(title, svg.histograms(title, names, bins, notice))
        case blocks.Curves(title, lines):
            yield _figure(title, svg.curves(title, lines, notice))
        case blocks.Stations(title, values, level):
            yield _figure(title, svg.stations(title, values, level, notice))
        case blocks.Case():
            yield from _case(block)


def _figure(title: str, chart: str) -> str:
    return f"<figure>{chart}<figcaption>{plain(title)}</figcaption></figure>"


def _row(tag: str, cells: tuple[str, ...]) -> str:
    return f"<tr>{''.join(f'<{tag}>{plain(cell)}</{tag}>' for cell in cells)}</tr>"


def _case(block: blocks.Case) -> Iterator[str]:
    style = "good" if block.change > 0 else "bad" if block.change < 0 else "same"
    kind = f" ({plain(block.kind)})" if block.kind else ""
    yield f'<div class="case"><strong class="{style}">{block.change:+.1f}</strong> {plain(block.question)}{kind}<dl>'
    yield f"<dt>truth</dt><dd>{plain(block.truth)}</dd>"
    for answer in block.answers:
        tags = {"same": "span", "extra": "ins", "missing": "del"}
        said = " ".join(f"<{tags[each.kind]}>{plain(str(each))}</{tags[each.kind]}>" for each in answer.pieces)
        yield f"<dt>{plain(answer.who)} {answer.f1:.0f}</dt><dd>{said}</dd>"
    yield "</dl></div>"
