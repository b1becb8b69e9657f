"""Personal data put into good records, and what looks like it and is none."""

import random
import string
from collections.abc import Sequence

from injected import Injected, changed, told

from core.records.record import Source


def _digits(draw: random.Random, count: int) -> str:
    return "".join(draw.choice(string.digits) for _ in range(count))


def _email(draw: random.Random) -> str:
    name = draw.choice(["anna.lee", "j_smith", "info", "o'neil-k", "m.mueller+fin", "zoe42"]).replace("'", "")
    return f"{name}@{draw.choice(['example.com', 'mail.corp-x.co.uk', 'uni.edu', 'firma.de'])}"


def _phone(draw: random.Random) -> str:
    area, office, line = (
        draw.choice("23456789") + _digits(draw, 2),
        draw.choice("23456789") + _digits(draw, 2),
        _digits(draw, 4),
    )
    return draw.choice(
        [
            f"({area}) {office}-{line}",
            f"{area}-{office}-{line}",
            f"{area}.{office}.{line}",
            f"+1 {area} {office} {line}",
            f"+44 20 7{_digits(draw, 3)} {_digits(draw, 4)}",
            f"+49 {draw.randint(100, 999)} {_digits(draw, 7)}",
            f"tel. {area}{office}{line}",
        ]
    )


def _account(draw: random.Random) -> str:
    country, body = draw.choice(
        [
            ("DE", _digits(draw, 18)),
            ("GB", draw.choice(["NWBK", "BARC"]) + _digits(draw, 14)),
            ("FR", _digits(draw, 23)),
            ("ES", _digits(draw, 20)),
            ("NL", "ABNA" + _digits(draw, 10)),
        ]
    )
    letters = body + country + "00"
    check = 98 - int("".join(str(int(each, 36)) for each in letters)) % 97
    whole = f"{country}{check:02d}{body}"
    return draw.choice([whole, " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))])


def _check_digit(digits: str) -> str:
    total = 0
    for place, each in enumerate(reversed(digits)):
        value = int(each) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _card(draw: random.Random, *, valid: bool = True) -> str:
    start = draw.choice(["4", "51", "55", "6011"])
    digits = start + _digits(draw, 15 - len(start))
    last = _check_digit(digits)
    digits += last if valid else str((int(last) + draw.randint(1, 9)) % 10)
    apart = draw.choice(["", " ", "-"])
    return apart.join(digits[at : at + 4] for at in range(0, 16, 4))


def _security_number(draw: random.Random) -> str:
    return f"{draw.randint(1, 665):03d}-{draw.randint(1, 99):02d}-{draw.randint(1, 9999):04d}"


def _machine(draw: random.Random) -> str:
    network = draw.choice([10, 52, 172, 192, 203])
    return f"{network}.{draw.randint(16, 255)}.{draw.randint(0, 255)}.{draw.randint(1, 254)}"


PERSONAL = (_email, _phone, _account, _card, _security_number, _machine)


def _impersonal(draw: random.Random) -> str:
    """Digits that are nobody's."""
    return draw.choice(
        [
            _card(draw, valid=False),
            f"{draw.randint(2010, 2020)} {draw.randint(2010, 2020)} {draw.randint(2010, 2020)}",
            f"{_digits(draw, 3)},{_digits(draw, 3)},{_digits(draw, 3)},{_digits(draw, 3)}",
            f"({draw.randint(100, 999)}) {draw.randint(100, 999)} {draw.randint(2010, 2022)}",
            f"version {draw.randint(10, 20)}.{draw.randint(1, 20)}.{draw.randint(1, 20)}.{draw.randint(1, 20)}",
            f"{draw.randint(2010, 2020)}-{draw.randint(10, 12)}-{draw.randint(10, 28)}",
            f"ASU 2014-09, 2016-{draw.randint(10, 20)} and 2017-{draw.randint(10, 20)}",
            f"DE00{_digits(draw, 3)} in total",
            f"{draw.randint(1, 9)}:{draw.randint(10, 59)}:{draw.randint(10, 59)}",
            "the price @ close",
        ]
    )


def personal_data(records: Sequence[Source], seed: int) -> Injected:
    """Personal data of every kind, and other digits."""
    return changed(
        records,
        seed,
        lambda record, draw: told(record, draw.choice(PERSONAL)(draw), draw),
        lambda record, draw: told(record, _impersonal(draw), draw),
    )
