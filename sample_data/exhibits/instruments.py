"""Financial instruments: borrowings, fair values, receivables by age, currency risk."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from sample_data import periods, prose
from sample_data.amounts import PERCENT, TEXT, between, part, rounded, split, style
from sample_data.companies import Company
from sample_data.prose import fact, listed
from sample_data.tables import Cell, Column, Exhibit, Line, Sheet
from sample_data.traits import Trait, ask
from sample_data.words import in_sentence

ZERO = Decimal(0)
CURRENCIES = {
    "US dollar": "US dollar",
    "Euro": "euro",
    "Pound sterling": "pound sterling",
    "Swiss franc": "Swiss franc",
    "Swedish krona": "Swedish krona",
    "Yen": "yen",
}


def debt(co: Company, rng: Random) -> Exhibit:
    """Borrowings with currency, rate and maturity, and the amounts of two years."""
    years = co.years(2)
    names = ("Currency", "Interest rate", "Maturity")
    text = [Column((name,), name, unit=TEXT) for name in names]
    amounts = [
        Column((str(year),), str(year), (f"in {year}", f"at {co.date(year)}", f"as of {co.date(year)}"))
        for year in years
    ]
    header = periods.header(co, rng, [*text, *amounts], scaled=True)
    sheet = Sheet(header, style(rng, co.symbol))
    money, revenue = replace(co.money, sums=False), co.revenue[co.last_year]
    kinds = (
        "Revolving credit facility",
        "Term loan",
        "Senior notes",
        "Green bond",
        "Private placement",
        "Mortgage loan",
    )
    codes = {"$": ("USD", "CAD"), "£": ("GBP", "EUR"), "€": ("EUR", "SEK")}[co.symbol]
    lines, maturities = [], rng.sample(range(co.last_year + 1, co.last_year + 12), 6)
    for kind, maturity in zip(rng.sample(kinds, rng.choice((4, 5))), maturities, strict=False):
        fixed, margin = between(rng, 1.1, 6.9, 2), between(rng, 0.7, 2.9, 2)
        cell = f"Floating + {margin:.2f}%" if rng.random() < 0.4 else f"{fixed:.2f}%"
        newer = part(rng, revenue, 2, 14, money.places)
        figures = [newer, part(rng, newer, 78, 126, money.places)]
        cells: list[Cell] = [rng.choice((codes[0], codes[0], codes[1])), cell, str(maturity), *figures]
        lines.append(sheet.row(kind, cells, money, f"amount of the {in_sentence(kind)}"))
    total = sheet.total("Total borrowings", lines)
    sheet.group("borrowing", "borrowings", "outstanding amount", lines, total)
    traits = (
        Trait(
            0,
            ("In which currency is the {row} denominated?", "What is the currency of the {row}?"),
            ("Which borrowing is denominated in {value}?", "Which debt is in {value}?"),
            ("Which borrowings are denominated in {value}?", "List the debt in {value}."),
            ("How many borrowings are denominated in {value}?",),
        ),
        Trait(
            1,
            ("What interest rate applies to the {row}?", "At what rate does the {row} bear interest?"),
            ("Which borrowing carries interest at {value}?", "For which debt is the interest rate {value}?"),
        ),
        Trait(
            2,
            ("When does the {row} mature?", "What is the maturity of the {row}?", "In which year is the {row} due?"),
            ("Which borrowing matures in {value}?", "What falls due in {value}?"),
        ),
    )
    ask(sheet, [replace(line, said=(in_sentence(line.label),)) for line in lines], traits)
    facts = [
        fact(
            "The loans contain a covenant that limits {}.",
            rng.choice(("net debt to 3.5 times operating profit", "net debt to 60% of equity", "gearing to 55%")),
            f"What does the covenant in {co.short}'s loans limit?",
            f"Which limit is set by the covenant of {co.short}?",
        ),
        fact(
            "Issue costs of {} are amortised over the term.",
            prose.money(co, rng, 0.1, 0.4),
            f"How large are {co.short}'s issue costs?",
            f"What amount of issue costs does {co.short} amortise?",
        ),
        fact(
            "The loans are secured by {}.",
            rng.choice(
                (
                    "a charge over two sites",
                    "a floating charge over receivables",
                    "guarantees of the main subsidiaries",
                )
            ),
            f"By what are the loans of {co.short} secured?",
            f"What security has {co.short} given for its loans?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Borrowings", "borrowings by instrument", facts)


def fair_values(co: Company, rng: Random) -> Exhibit:
    """Instruments by level of the fair value hierarchy."""
    date = co.date(co.last_year)
    header = periods.kinds(
        co,
        rng,
        ("Level 1", "Level 2", "Level 3"),
        "at {}",
        total="Total",
        spanning=rng.choice(("", f"Fair value at {date}")),
    )
    sheet = Sheet(header, style(rng, co.symbol), over="level")
    money, revenue = replace(co.money, sums=False), co.revenue[co.last_year]

    def row(label: str, levels: tuple[bool, bool, bool]) -> Line:
        figures = [part(rng, revenue, 0.2, 4.5, money.places) if level else ZERO for level in levels]
        return sheet.row(label, figures, money, f"fair value of {label[:1].lower() + label[1:]}")

    sheet.heading("Assets")
    assets = [
        row("Money market funds", (True, False, False)),
        row("Government bonds", (True, True, False)),
        row("Corporate bonds", (False, True, False)),
        row("Unlisted shares", (False, False, True)),
    ]
    total = sheet.total("Total assets", assets, (), "total assets at fair value")
    sheet.group("asset", "assets", "fair value", assets, total)
    sheet.heading("Liabilities")
    owed = [row("Currency forwards", (False, True, False)), row("Contingent consideration", (False, True, True))]
    sheet.total("Total liabilities", owed, (), "total liabilities at fair value")
    facts = [
        fact(
            "Level 3 assets are valued with {}.",
            rng.choice(("discounted cash flows", "recent financing rounds", "multiples of listed peers")),
            f"How are {co.short}'s Level 3 assets valued?",
            f"With which method does {co.short} value Level 3 assets?",
        ),
        fact(
            "There were no transfers between levels {}.",
            rng.choice(("during the year", "in either year", "in the last three years")),
            f"When were there no transfers between levels at {co.short}?",
        ),
        listed(
            "The inputs to Level 2 values are {}.",
            ("quoted prices of similar instruments", "yield curves", "forward exchange rates"),
            f"What are the inputs to the Level 2 values of {co.short}?",
            f"Which inputs does {co.short} use for Level 2?",
        ),
    ]
    return prose.exhibit(
        co, rng, sheet, "Fair value measurements", "financial instruments by fair value level", facts
    )


def receivables_ageing(co: Company, rng: Random) -> Exhibit:
    """Receivables by how late they are: gross amount, loss rate and allowance."""
    names = ("Gross amount", "Loss rate", "Loss allowance")
    columns = [Column((name,), name, unit=PERCENT if name == "Loss rate" else None) for name in names]
    sheet = Sheet(periods.header(co, rng, columns, scaled=True), style(rng, co.symbol), over="age band")
    money = replace(co.money, sums=False)
    whole = part(rng, co.revenue[co.last_year], 9, 19, money.places)
    bands = (
        "Not yet due",
        "1–30 days overdue",
        "31–60 days overdue",
        "61–90 days overdue",
        "More than 90 days overdue",
    )
    gross = split(rng, whole, (0.66, 0.16, 0.08, 0.05, 0.04), money.places)
    rates = [between(rng, low, high, 1) for low, high in ((0.1, 0.6), (0.8, 2), (2.5, 6), (8, 16), (24, 60))]
    allowance = [rounded(amount * rate / 100, money.places) for amount, rate in zip(gross, rates, strict=True)]
    lines = []
    for band, *figures in zip(bands, gross, rates, allowance, strict=True):
        lines.append(sheet.row(band, figures, money, band[:1].lower() + band[1:], asked=False))
    sheet.total("Total", lines, asked=False)
    sheet.down(0, lines, ("gross amount of receivables", "amount of receivables"), "age band", "that are {}")
    sheet.down(1, lines, ("expected loss rate for receivables",), "age band", "that are {}")
    sheet.down(2, lines, ("loss allowance for receivables",), "age band", "that are {}")
    facts = [
        fact(
            "Receivables fall due {} after invoicing.",
            rng.choice(("30 days", "45 days", "60 days")),
            f"How long after invoicing do receivables of {co.short} fall due?",
            f"What are the payment terms of {co.short}'s receivables?",
        ),
        fact(
            "Credit insurance covers {} of receivables.",
            prose.percent(rng, 40, 90, 0),
            f"What share of {co.short}'s receivables is covered by credit insurance?",
            f"How much of the receivables of {co.short} is insured?",
        ),
        fact(
            "Loss rates are based on {}.",
            rng.choice(("payment experience of the last five years", "past losses, adjusted for the outlook")),
            f"On what are {co.short}'s loss rates based?",
            f"What is the basis of the loss rates used by {co.short}?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Trade receivables", "trade receivables by age", facts)


def sensitivity(co: Company, rng: Random) -> Exhibit:
    """What a change of exchange rates would do to profit and equity."""
    shift = rng.choice(("5%", "10%"))
    names = (f"Profit, +{shift}", f"Profit, -{shift}", f"Equity, +{shift}", f"Equity, -{shift}")
    columns = tuple(Column((name,), name) for name in names)
    sheet = Sheet(periods.header(co, rng, columns, scaled=True), style(rng, co.symbol), over="currency")
    money, revenue = replace(co.money, sums=False), co.revenue[co.last_year]
    lines = []
    for currency, said in rng.sample(list(CURRENCIES.items()), rng.choice((4, 5))):
        profit = part(rng, revenue, 0.2, 1.9, money.places) * rng.choice((1, 1, -1))
        equity = part(rng, abs(profit), 70, 130, money.places) * (1 if profit > 0 else -1)
        lines.append(sheet.row(currency, [profit, -profit, equity, -equity], money, said, asked=False))
    for at, (measure, moves) in enumerate((m, v) for m in ("profit", "equity") for v in ("rise", "fall")):
        effect = f"effect on {measure} of a {shift} {moves}"
        sheet.down(at, lines, (effect,), "currency", "in the {}")
    facts = [
        fact(
            "Expected cash flows in foreign currencies are hedged for {}.",
            rng.choice(("six months", "twelve months", "up to eighteen months")),
            f"For how long does {co.short} hedge expected cash flows in foreign currencies?",
            f"What is the hedging horizon of {co.short}?",
        ),
        fact(
            "The analysis assumes that {}.",
            rng.choice(("all other variables stay the same", "interest rates do not change", "hedges stay in place")),
            f"What does {co.short}'s analysis of exchange rates assume?",
            f"Under which assumption is the sensitivity of {co.short} computed?",
        ),
    ]
    shows = f"the effect of a change of exchange rates by {shift}"
    return prose.exhibit(co, rng, sheet, "Currency risk", shows, facts)
