"""Personal data: what is found as what, and which digits are nobody's."""

import pytest

from core.data.checks import personal_data
from core.data.checks.one_record import outline


def kinds(text: str) -> list[str]:
    return [found.kind for found in personal_data.find(text)]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("e-mail address", "ann.lee+x@mail.example.co.uk"),
        ("e-mail address", "müller@firma.de"),
        ("phone number", "+1 (415) 555-2671"),
        ("phone number", "(415) 555-2671"),
        ("phone number", "415-555-2671"),
        ("phone number", "415.555.2671"),
        ("phone number", "415 555 2671"),
        ("phone number", "1-800-555-0199"),
        ("phone number", "+44 20 7946 0958"),
        ("phone number", "+49 301 234567"),
        ("phone number", "020 7946 0958"),
        ("phone number", "06 12 34 56 78"),
        ("bank account", "DE89370400440532013000"),
        ("bank account", "GB29 NWBK 6016 1331 9268 19"),
        ("bank account", "MT84MALT011000012345MTLCAST001S"),
        ("payment card", "4111 1111 1111 1111"),
        ("payment card", "5500-0000-0000-0004"),
        ("payment card", "378282246310005"),
        ("payment card", "3782 822463 10005"),
        ("social security number", "123-45-6789"),
        ("IP address", "192.168.17.10"),
        ("IP address", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
        ("IP address", "fe80::1ff:fe23:4567:890a"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "It is {}.", "<td>{}</td>", "| {} |", '"{}",', "naïve {}, says she"])
def test_it_is_found_as_it_is_written_whatever_stands_around(kind, text, around):
    assert personal_data.find(around.format(text)) == (personal_data.PersonalDatum(kind, text),)


@pytest.mark.parametrize("text", ["Phone: 5551234567", "call 555-0123", "Tel. 4155552671", "Mobile no: 0171 123456"])
def test_a_word_that_says_so_makes_a_phone_number_of_bare_digits(text):
    assert kinds(text) == ["phone number"]


def test_a_social_security_number_may_be_named_instead_of_grouped():
    assert kinds("SSN: 123456789") == ["social security number"]


@pytest.mark.parametrize(
    "text",
    [
        "1,452,436,219 and 5,678,901,234",
        "$ 1452436.21 (2018: 1271845.10)",
        "2019 2018 2017 2016 2015",
        "(123) 456 2019",
        "345 678 2019",
        "Tel. 2019 2018",
        "4111 1111 1111 1112",  # Luhn's digit is wrong
        "1234567890123456",
        "9111 1111 1111 1111",
        "DE88370400440532013000",  # the check digits are wrong
        "XX89370400440532013000",
        "000-12-3456",
        "666-12-3456",
        "123-00-6789",
        "2019-01-02 10:30:45.123",
        "30/7/2021-28/6/2019",
        "version 10.20.30.40",
        "section 3.12.14.15",
        "127.0.0.1 and 255.255.255.0",
        "256.300.12.13",
        "at 12:30:45:10",
        "+12.345.678",
        "the price @ close",
        "user@localhost",
        "333- 233349). 333225995).",
        "ISIN US0378331005",
    ],
)
def test_other_digits_are_nobodys(text):
    assert kinds(text) == []


def test_each_piece_is_named_once():
    text = "ann@example.com, 415-555-2671, ann@example.com"
    assert kinds(text) == ["e-mail address", "phone number"]


def test_pieces_far_apart_in_a_long_text_are_all_found():
    pieces = ["ann@example.com", "415-555-2671", "DE89370400440532013000", "192.168.17.10"]
    assert {
        found.text for found in personal_data.find((" lorem ipsum 1,234.5 dolor" * 500 + " ").join(pieces))
    } == set(pieces)


def test_a_text_that_is_coded_already_gives_the_same():
    text = "naïve 財務: 415-555-2671"
    coded = text.encode()
    assert personal_data.find_in(coded, outline(coded)) == personal_data.find(text)


def test_a_lone_surrogate_does_no_harm():
    assert kinds("\ud800 415-555-2671 \udfff ann@example.com") == ["e-mail address", "phone number"]
