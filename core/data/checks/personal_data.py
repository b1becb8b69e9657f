"""Data that belongs to a person: e-mail and network addresses, phone, account, card and social security numbers.

Strict on purpose, for financial tables are full of digits: what can be proven is (cards and accounts have check
digits), and a phone number must be written as one. Numbers with thousands separators are never looked at.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from core.data.checks.one_record import RUN, Record, RecordRule, listed, outline
from core.records.finding import Finding
from core.records.rule import OUTCROP

PersonalKind = Literal[
    "e-mail address", "phone number", "bank account", "payment card", "social security number", "IP address"
]

_BEFORE, _AFTER = (
    24,
    40,
)  # bytes around a run of number-like characters that belong to it: cues, letters of an account
_MANY_DIGITS, _SOME_DIGITS = 9, 7  # a run of fewer is no number of a person, or only after a word such as "phone"
_NO_DIGIT = bytes(code for code in range(256) if code not in b"0123456789")

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}(?![\w-])")
_CARD = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w-]|[.,]\d)")
_CARD_PREFIX = re.compile(
    r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|6(?:011|4[4-9]|5)|35|3[068]|62"
    r"|50(?:18|20|38)|5893|6304|67(?:59|6[1-3])"
)
_CARD_GROUPS = ((4, 4, 4, 4), (4, 6, 5), (4, 4, 4, 4, 3), (4, 6, 4))
_SECURITY = re.compile(r"(?<![\w.,-])(?!000|666)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-]|[.,]\d)")
_SECURITY_NAMED = re.compile(
    r"\b(?:ssn|social security)\b\D{0,20}(?!000|666)(\d{3}[ -]?\d\d[ -]?\d{4})(?!\d)", re.IGNORECASE
)
_ACCOUNT = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d\d(?= ?[A-Z0-9])")
_MACHINE = re.compile(r"(?<![\w.:])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)")
_MACHINE_6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){4,7}(?![\w:])")
_VERSION = re.compile(r"(?:\b(?:version|release|section|ver\.?|v|no\.?)|§) ?$", re.IGNORECASE)
_ALONE = r"(?<![\w.,+-])(?<!\d[ -])"  # no part of a longer number, nor of a row of them
_NO_MORE = r"(?![\w-]|[.,]\d)"
_PHONES = (
    re.compile(r"(?<![\w+.,])\+(?!\d{1,3}(?:\.\d{3})+(?!\d))[1-9]\d{0,2}(?:[ .-]?\(?\d{1,5}\)?){2,6}(?![\w]|[.,]\d)"),
    re.compile(_ALONE + r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}" + _NO_MORE),
    re.compile(_ALONE + r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}\.)\d{3}\.\d{4}" + _NO_MORE),
    re.compile(_ALONE + r"(?:\([2-9]\d\d\)|[2-9]\d\d) \d{3} (?!19|20)\d{4}(?! ?\(?\d)" + _NO_MORE),
    re.compile(_ALONE + r"\(?0\d{2,4}\)?[ -]\d{3,4}[ -]?\d{3,4}" + _NO_MORE),
    re.compile(_ALONE + r"0\d(?:[ .]\d\d){4}" + _NO_MORE),
)
_PHONE_CUE = re.compile(rb"phone|tel|fax|call|mobile|cell", re.IGNORECASE)
_PHONE_NAMED = re.compile(
    r"\b(?:(?:telephone|phone|tel|fax|call)\b|(?:mobile|cell)(?: (?:no|number|phone))?:)"
    r"[^\d+(,\n]{0,14}(\+?\(?\d[\d ().-]{5,18}\d)(?![\w]|[.,]\d)",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?:(?:19|20)\d\d[ -]*)+")

# Lengths of international bank account numbers by country, ISO 13616.
_LENGTHS = """
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18
FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21
LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27
ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20
"""
_ACCOUNT_LENGTHS = {found[:2]: int(found[2:]) for found in _LENGTHS.split()}


class PersonalDatum(msgspec.Struct, frozen=True):
    """One piece of personal data.

    Attributes:
        kind: What it is.
        text: As it is written.
    """

    kind: PersonalKind
    text: str


def find(text: str) -> tuple[PersonalDatum, ...]:
    """All personal data of a text, each piece once."""
    coded = text.encode("utf-8", "surrogatepass")
    return find_in(coded, outline(coded))


def find_in(coded: bytes, outline: bytes) -> tuple[PersonalDatum, ...]:
    """The same for a text whose outline is at hand.

    Args:
        coded: The text as UTF-8.
        outline: Its outline.
    """
    if b"@" not in coded and RUN not in outline:
        return ()
    found = [*_emails(coded), *_numbers(coded, outline)]
    return tuple(dict.fromkeys(found))


def _emails(coded: bytes) -> Iterator[PersonalDatum]:
    if b"@" in coded:
        for match in _EMAIL.finditer(coded.decode("utf-8", "replace")):
            yield PersonalDatum("e-mail address", match[0])


def _numbers(coded: bytes, outline: bytes) -> Iterator[PersonalDatum]:
    start = outline.find(RUN)
    while start >= 0:
        end = start + len(RUN)
        while outline.startswith(b"0", end):
            end += 1
        if _worth_a_look(coded, start, end):
            yield from _in_stretch(coded[max(0, start - _BEFORE) : end + _AFTER].decode("utf-8", "ignore"))
        start = outline.find(RUN, end)


def _worth_a_look(coded: bytes, start: int, end: int) -> bool:
    run = coded[start:end]
    digits = len(run.translate(None, _NO_DIGIT))
    if digits >= _MANY_DIGITS or run.count(b".") >= 3 or run.count(b":") >= 2:
        return True
    if digits < _SOME_DIGITS:
        return False
    return b"+" in run or _PHONE_CUE.search(coded, max(0, start - _BEFORE), start) is not None


def _in_stretch(text: str) -> Iterator[PersonalDatum]:
    """What one run of digits and its surroundings are; the first kind that fits wins."""
    taken: list[tuple[int, int]] = []
    for kind, candidates in _KINDS:
        for start, end in candidates(text):
            if all(end <= low or start >= high for low, high in taken):
                taken.append((start, end))
                yield PersonalDatum(kind, text[start:end])


def _accounts(text: str) -> Iterator[tuple[int, int]]:
    for match in _ACCOUNT.finditer(text):
        length, at, letters = _ACCOUNT_LENGTHS.get(match[0][:2], 0), match.start(), ""
        while len(letters) < length and at < len(text) and (text[at].isalnum() or text[at] == " "):
            letters += text[at].strip()
            at += 1
        whole = at == len(text) or not text[at].isalnum()
        if length and len(letters) == length and whole and letters.isascii() and _account_is_valid(letters):
            yield match.start(), at


def _account_is_valid(letters: str) -> bool:
    """ISO 7064, modulo 97."""
    return int("".join(str(int(each, 36)) for each in letters[4:] + letters[:4])) % 97 == 1


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for match in _CARD.finditer(text):
        groups = tuple(len(group) for group in re.split("[ -]", match[0]))
        digits = re.sub("[ -]", "", match[0])
        grouped = len(groups) == 1 or (groups in _CARD_GROUPS and not (" " in match[0] and "-" in match[0]))
        if grouped and _CARD_PREFIX.match(digits) and _luhn(digits):
            yield match.span()


def _luhn(digits: str) -> bool:
    """Luhn's check digit, as all payment cards have it."""
    doubled = [int(each) * 2 for each in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(each // 10 + each % 10 for each in doubled)) % 10 == 0


def _security_numbers(text: str) -> Iterator[tuple[int, int]]:
    for match in _SECURITY.finditer(text):
        yield match.span()
    for match in _SECURITY_NAMED.finditer(text):
        yield match.span(1)


def _machines(text: str) -> Iterator[tuple[int, int]]:
    for match in _MACHINE.finditer(text):
        if not match[0].startswith(("0.", "127.", "255.")) and not _VERSION.search(text[: match.start()]):
            yield match.span()
    for match in _MACHINE_6.finditer(text):
        if len(match[0].replace(":", "")) >= 8 and _is_address(match[0]):
            yield match.span()


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _PHONES:
        for match in pattern.finditer(text):
            if 8 <= _digits(match[0]) <= 15:
                yield match.span()
    for match in _PHONE_NAMED.finditer(text):
        if 7 <= _digits(match[1]) <= 15 and not _YEARS.fullmatch(match[1]):
            yield match.span(1)


def _digits(text: str) -> int:
    return sum(each.isdigit() for each in text)


_KINDS: tuple[tuple[PersonalKind, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    ("bank account", _accounts),
    ("payment card", _cards),
    ("social security number", _security_numbers),
    ("IP address", _machines),
    ("phone number", _phones),
)


def _find(record: Record) -> Iterator[Finding]:
    for field, text in record.chat.texts():
        pieces = [f"{each.kind} {each.text}" for each in find(text)]
        if pieces:
            yield Finding("personal-data", "warning", f"{field} holds {listed(pieces)}", record.line, field)


RULE = RecordRule(
    name="personal-data",
    severities=("warning",),
    finds="The record holds an e-mail or IP address, a phone, card, account or social security number.",
    todo="Replace it by something made up, or reject the record: a model may repeat what it was trained on.",
    source=OUTCROP,
    find=_find,
    holds=lambda record: bool(find_in(record.coded, record.outline)),
)
