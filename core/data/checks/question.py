"""What a question asks, apart from how it is worded: what two questions must share to be called near-duplicates.

Every word is one of three: *filler* (`the`, `please`, `what is`), which makes no difference; *telling* (numbers,
years, quarters, months, directions, negations, `who` and `why`), which must be the same and in the same order; and
*content*, compared by its stem. A spelling is looked up once and remembered: a question costs a few microseconds.
"""

import hashlib
import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import permutations

import msgspec

from core.data.checks.normal_form import normal

LONGEST = 1000  # characters that are read word by word; the rest must be equal
DIFFERING = 2  # words of content that a paraphrase may misspell
SPELT_ALIKE = 0.8  # difflib's ratio from which one word is another one misspelt
ALIKE = 0.85  # share of common trigrams from which two wordings of equal answers are near-duplicates
_REMEMBERED = 1 << 16  # spellings; numbers are without end
_MASK = (1 << 64) - 1
_FACTOR = 0x9E3779B97F4A7C15  # odd, so that the order of telling words is kept

_ASKS_YES_OR_NO = "yes or no"
_PARTS = re.compile(r"\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th)?(?![^\W_])|[^\W_]+|[$€£¥%]|(?<![^\W_])[-−](?=[$€£¥]?\d)")
_NON = "non"  # negates the word it is written together with
_NEGATING_PREFIX = re.compile(r"non(?=[a-z]{5})")
_FILLER = """
a an the this that these those of to in on at for as is are was were be been being am do does did has have had
will would shall should can could may might must what which how much there it its s re ve ll d
please kindly you your me us we our i my tell give state provide find show calculate compute determine identify
report specify indicate name list mention describe explain according based using given shown following
table text paragraph document passage context data information amount amounts value values figure figures
respective respectively exactly approximately about just also then so and any
"""
_YES_OR_NO = "is are was were do does did has have had will would should"
_SAME = """
increase: increased increases increasing rise rises rose risen rising grow grows grew grown growing growth up
decrease: decreased decreases decreasing decline declines declined declining drop drops dropped fall falls fell
decrease: fallen falling reduce reduces reduced reduction down
gain: gains gained
loss: losses lost lose loses
most: highest largest greatest biggest maximum max top best longest
least: lowest smallest fewest minimum min bottom worst shortest
more: higher larger greater bigger better longer above over exceed exceeds exceeded exceeding
less: lower smaller fewer worse shorter below under
first: 1st initial
second: 2nd
third: 3rd
fourth: 4th
last: final latest
next:
previous: prior preceding
before: earlier
after: later
beginning: begin begins opening start starts
end: ending closing ended ends
positive:
negative:
not: no non never nor neither none without cannot excluding exclude excludes excluded except
average: mean avg
percent: percentage percentages pct %
who: whom whose
why:
when:
where:
many: number
january: jan
february: feb
march: mar
april: apr
june: jun
july: jul
august: aug
september: sep sept
october: oct
november: nov
december: dec
quarter: quarters
half:
1: one
2: two
3: three
4: four
5: five
6: six
7: seven
8: eight
9: nine
10: ten
11: eleven
12: twelve
$: usd dollar dollars
€: eur euro euros
£: gbp
¥: yen
"""
_FILLERS = frozenset(_FILLER.split())  # make no difference
_OPENINGS = frozenset(_YES_OR_NO.split())  # ask for yes or no, at the beginning
# Words that must not differ, each with the one that stands for all of its meaning.
_MEANINGS = {
    word: meaning
    for meaning, _, words in (line.partition(":") for line in _SAME.strip().splitlines())
    for word in (meaning, *words.split())
}


class TakenApart(msgspec.Struct, frozen=True):
    """A question taken apart.

    Attributes:
        telling: Words that must not differ, in order, in one spelling each.
        content: Stems of the other words that matter, in order.
        names: Those of the content that are written like names: always with a capital, and not at the beginning.
        opening: The first word, where it has a capital and is content: a name, or a verb that nobody expected.
        text: As it is written, without case and white space.
    """

    telling: tuple[str, ...]
    content: tuple[str, ...]
    names: frozenset[str]
    opening: str
    text: str


def keys(question: str) -> tuple[int, int]:
    """A question as two numbers of 64 bits: its telling words in their order, its content in any order.

    Two questions of equal numbers differ in wording only.
    """
    words = _words(question)
    telling = int(_wants_yes_or_no(words))
    content = 0
    known = _known
    for word in words:
        found = known.get(word)
        if found is None:
            found = _learn(word)
        content += found[1]
        for each in found[0]:
            telling = telling * _FACTOR + each & _MASK
    if not content and not telling:
        content = _hash(_as_written(question))
    if len(question) > LONGEST:
        telling ^= _hash(question[LONGEST:])
    return telling, content & _MASK


def read(question: str) -> TakenApart:
    """Takes a question apart."""
    words = _words(question)
    telling = [_ASKS_YES_OR_NO] if _wants_yes_or_no(words) else []
    content: list[str] = []
    names: set[str] = set()
    common: set[str] = set()
    for word in words:
        for written, meaning, tells in _parts(word):
            (telling if tells else content).append(meaning)
            (names if written[:1].isupper() and not tells else common).add(meaning)
    if not content and not telling:
        content.append(_as_written(question))
    if len(question) > LONGEST:
        telling.append(question[LONGEST:])
    opens = question.lstrip()[:1].isupper() and bool(words) and bool(content)
    first = [meaning for _, meaning, tells in _parts(words[0]) if not tells] if opens else []
    return TakenApart(
        tuple(telling), tuple(content), frozenset(names - common), first[0] if first else "", normal(question)
    )


def same(one: TakenApart, other: TakenApart, *, equal_answers: bool) -> bool:
    """Whether two questions about the same context differ in wording only.

    Where the answers differ, nothing but filler may differ and the order of words must be kept: `cash as a share of
    debt` is not `debt as a share of cash`. Equal answers speak for a paraphrase: then the order is free, and slips of
    the pen are forgiven, but in names. Another word is another question: `leasing costs` are not `pension costs`.
    """
    if one.telling != other.telling:
        return False
    if one.content == other.content:
        return True
    if not equal_answers:
        return False
    mine, theirs = Counter(one.content), Counter(other.content)
    here, there = mine - theirs, theirs - mine
    if not here and not there:
        return True
    if here.total() != there.total() or here.total() > DIFFERING:
        return False
    if here.keys() & one.names or there.keys() & other.names:
        return False
    if one.opening != other.opening and one.opening and other.opening:
        return False
    if not any(all(map(_misspelt, here.elements(), words)) for words in permutations(there.elements())):
        return False
    return likeness(one.text, other.text) >= ALIKE


def _misspelt(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= SPELT_ALIKE


def likeness(one: str, other: str) -> float:
    """The share of trigrams that two texts have in common, from 0 to 1 (Dice's coefficient)."""
    mine, theirs = trigrams(one), trigrams(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def trigrams(text: str) -> set[str]:
    """All runs of three characters of a text, its edges padded."""
    padded = f"  {text} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


_known: dict[str, tuple[tuple[int, ...], int]] = {}


def _words(question: str) -> list[str]:
    """The runs of characters without blanks; capitals at the beginning, or of all letters, say nothing."""
    text = question[:LONGEST]
    words = (text.lower() if text.isupper() else text).split()
    if words and words[0][1:] == words[0][1:].lower():
        words[0] = words[0].lower()
    return words


def _wants_yes_or_no(words: list[str]) -> bool:
    if words and words[0] in ("according", "based"):  # on what, until a comma
        begins = next((place for place, word in enumerate(words) if word.endswith(",")), -1) + 1
        return begins < len(words) and words[begins] in _OPENINGS
    return bool(words) and words[0] in _OPENINGS


def _as_written(question: str) -> str:
    """What stands for a question that is all filler: `What does the table show?`"""
    return normal(question).rstrip("?.! ")


def _learn(word: str) -> tuple[tuple[int, ...], int]:
    parts = _parts(word)
    telling = tuple(_hash(meaning) for _, meaning, tells in parts if tells)
    content = sum(_hash(meaning) for _, meaning, tells in parts if not tells)
    if len(_known) >= _REMEMBERED:
        _known.clear()
    _known[word] = telling, content
    return telling, content


def _parts(word: str) -> list[tuple[str, str, bool]]:
    """What a run of characters without blanks holds: as written, its meaning, whether it is telling; no filler."""
    found: list[tuple[str, str, bool]] = []
    for match in _PARTS.finditer(word.replace("’", "'").replace("n't", " not")):
        written = match[0]
        meaning, tells = _meaning(written)
        if not tells and (negated := _NEGATING_PREFIX.match(meaning)):
            meaning, tells = f"non-{meaning[negated.end() :]}", True
        elif found and found[-1][0].lower() == _NON:
            found.pop()
            meaning, tells = f"non-{meaning}", True
        if meaning and (tells or meaning not in _FILLERS or written.isupper()):
            found.append((written, meaning, tells))
    return found


def _meaning(written: str) -> tuple[str, bool]:
    """A word in one spelling, and whether it is telling."""
    word = normal(written)
    if word in _MEANINGS:
        return _MEANINGS[word], True
    if word == "-":
        return word, True
    if any(each.isdigit() for each in word) or written == "May":
        return word.replace(",", ""), True
    return (word if word in _FILLERS else _stem(word)), False


def _stem(word: str) -> str:
    """A noun without its plural's ending."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
