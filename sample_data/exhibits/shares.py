"""The company's shares: earnings, prices, dividends, options."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from sample_data import periods, prose
from sample_data.amounts import COUNT, PRICE, TEXT, YEARS, Unit, between, part, rounded, style, walk
from sample_data.companies import MONTHS, Company
from sample_data.prose import fact
from sample_data.tables import Column, Exhibit, Header, Line, Lookup, Sheet
from sample_data.traits import Trait, ask


def earnings_per_share(co: Company, rng: Random) -> Exhibit:
    """Net income over average shares, basic and diluted."""
    header = periods.fiscal_years(co, rng, 3)
    sheet = Sheet(header, style(rng, co.symbol))
    income = co.parts(rng, co.sales(header.years), 4, 12)
    shares = Unit("shares", co.money.scale, co.money.places)
    first = rounded(income[0] * between(rng, 0.4, 1.9, 2), shares.places)
    count = header.in_order(walk(rng, first, 3, -3, 3, shares.places))
    sheet.heading("Numerator:")
    sheet.row("Net income" if not co.british else "Profit attributable to shareholders", income, co.money)
    sheet.heading("Denominator:")
    basic = sheet.row("Weighted-average shares, basic", count, shares, "weighted-average basic shares")
    options = sheet.row("Effect of stock options", co.parts(rng, count, 0.6, 1.9), shares, "effect of stock options")
    units = sheet.row("Effect of restricted units", co.parts(rng, count, 0.2, 0.8), shares)
    diluted = sheet.total(
        "Weighted-average shares, diluted", [basic, options, units], (), "weighted-average diluted shares"
    )
    for label, line in (("Basic earnings per share", basic), ("Diluted earnings per share", diluted)):
        sheet.row(label, [rounded(income[at] / line.value(at), 2) for at in range(3)], PRICE)
    facts = [
        fact(
            "Options on {} shares were left out because their effect would have been antidilutive.",
            f"{rng.randint(112, 980)},000",
            f"Options on how many shares did {co.short} leave out as antidilutive?",
            f"How many shares under option were excluded as antidilutive by {co.short}?",
        ),
        fact(
            "Diluted earnings per share are computed with {}.",
            rng.choice(("the treasury stock method", "all dilutive instruments converted at the start of the year")),
            f"How are {co.short}'s diluted earnings per share computed?",
            f"With which method does {co.short} compute diluted earnings per share?",
        ),
    ]
    shows = "the computation of basic and diluted earnings per share"
    return prose.exhibit(co, rng, sheet, "Earnings per share", shows, facts)


def share_prices(co: Company, rng: Random) -> Exhibit:
    """High and low share prices by quarter, for two years."""
    years = co.years(2)
    columns = tuple(
        Column((str(year) if low == "High" else "", low), f"{low} {year}", (f"{low.lower()} in {year}",))
        for year in years
        for low in ("High", "Low")
    )
    sheet = Sheet(Header((rng.choice(("", "", "Share price")), ""), columns), style(rng, co.symbol), over="quarter")
    price = between(rng, 4, 92, 2)
    lines = []
    for quarter in ("First", "Second", "Third", "Fourth"):
        figures: list[Decimal] = []
        for _ in years:
            high = rounded(price * between(rng, 96, 124) / 100, 2)
            figures += [high, rounded(high * between(rng, 71, 92) / 100, 2)]
        lines.append(sheet.row(f"{quarter} quarter", figures, PRICE, f"{quarter.lower()} quarter", asked=False))
    for at, column in enumerate(columns):
        low, year = column.name.split()
        sheet.down(at, lines, (f"{low.lower()} share price of {year}",), "quarter", "in the {}")
    facts = [
        fact(
            "The shares are listed on {}.",
            rng.choice(("the main market", "the regulated market", "the growth market")),
            f"Where are the shares of {co.short} listed?",
        ),
        fact(
            "There were {} holders of record at the end of the year.",
            f"{rng.randint(412, 9_800):,}",
            f"How many holders of record did {co.short} have at the end of the year?",
            f"What was the number of {co.short}'s holders of record?",
        ),
        fact(
            "The ticker symbol is {}.",
            _ticker(co),
            f"What is the ticker symbol of {co.short}?",
            f"Under which symbol do shares of {co.short} trade?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Market price of the shares", "the share price by quarter", facts)


def _ticker(co: Company) -> str:
    letters = [letter for letter in co.short.upper() if letter.isalpha() and letter not in "AEIOUÖ"]
    return "".join(letters[:4])


def dividends(co: Company, rng: Random) -> Exhibit:
    """Dividends with their dates, the amount per share and in total."""
    columns = [Column((name,), name, unit=TEXT) for name in ("Declared", "Record date", "Paid")]
    columns += [Column(("Per share",), "Per share", unit=PRICE), Column(("Total",), "Total")]
    header = periods.header(co, rng, columns, scaled=True, corner="Dividend")
    sheet = Sheet(header, style(rng, co.symbol), over="dividend")
    year, lines = co.last_year, []
    labels = (f"Final {year - 1}", f"Interim {year}", f"Special {year}", f"Final {year}", f"Interim {year + 1}")
    shares = part(rng, co.revenue[year], 3, 9, co.money.places)
    for number, label in enumerate(labels[: rng.choice((4, 5))]):
        each = between(rng, 0.08, 0.94, 2)
        dates = [
            _date(co, rng, year + (number * 3 + later) // 12, (number * 3 + later) % 12 + 1) for later in (0, 1, 2)
        ]
        total = rounded(each * shares, co.money.places)
        lines.append(sheet.row(label, [*dates, each, total], co.money, _dividend(label), asked=False))
    ask(
        sheet,
        lines,
        (
            Trait(
                0,
                ("When was the {row} declared?", "On which date was the {row} declared?"),
                ("Which dividend was declared on {value}?",),
            ),
            Trait(
                1,
                ("What was the record date of the {row}?", "By which record date was the {row} determined?"),
                ("Which dividend had its record date on {value}?",),
            ),
            Trait(
                2,
                ("When was the {row} paid?", "On what date did shareholders receive the {row}?"),
                ("Which dividend was paid on {value}?",),
            ),
        ),
    )
    sheet.down(3, lines, ("dividend per share", "amount per share"), "dividend", "for the {}")
    sheet.down(4, lines, ("total amount paid", "total payment"), "dividend", "for the {}")
    facts = [
        fact(
            "The Board intends to distribute {} of net income.",
            prose.percent(rng, 25, 60, 0),
            f"What share of net income does the Board of {co.short} intend to distribute?",
            f"How much of its net income does {co.short} want to pay out, in percent?",
        ),
        fact(
            "Dividends not claimed within {} are forfeited.",
            rng.choice(("six years", "ten years", "twelve years")),
            f"After what time are unclaimed dividends of {co.short} forfeited?",
            f"Within how long must dividends of {co.short} be claimed?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Dividends", "dividends declared and paid", facts)


def _dividend(label: str) -> str:
    kind, year = label.split()
    return f"{kind.lower()} dividend for {year}"


def _date(co: Company, rng: Random, year: int, month: int) -> str:
    name, day = MONTHS[month - 1][:3], rng.randint(1, 28)
    return f"{day} {name} {year}" if co.british else f"{name} {day}, {year}"


def stock_options(co: Company, rng: Random) -> Exhibit:
    """A roll-forward of options over two years: number, exercise price and remaining term."""
    names = ("Number of options", "Weighted-average exercise price", "Remaining term (years)")
    if rng.random() < 0.5:
        names = ("Number of options (thousands)", "Average exercise price", "Average remaining term in years")
    thousand = "thousand" in names[0]
    number = Unit("shares", "thousand" if thousand else "")
    sheet = Sheet(periods.plain(dict(zip(names, (number, PRICE, YEARS), strict=True))), style(rng, co.symbol))
    unit = 1 if thousand else 1_000
    held = Decimal(rng.randint(900, 6_400) * unit + (0 if thousand else rng.randint(1, 999)))
    price, granted = between(rng, 4, 38, 2), list[Line]()
    years = co.years(2)[::-1]
    first = f"Outstanding at {co.date(years[0] - 1)}"
    opening = sheet.row(first, [held, price, between(rng, 4, 8, 1)], number, asked=False)
    for year in years:
        price = rounded(price * between(rng, 101, 122) / 100, 2)
        lines = _options_of_a_year(sheet, rng, year, opening.value(0), price)
        closing = sum((line.value(0) for line in lines), opening.value(0))
        values = [closing, rounded(price * between(rng, 84, 96) / 100, 2), between(rng, 4, 8, 1)]
        end = sheet.row(f"Outstanding at {co.date(year)}", values, number, asked=False)
        sheet.add_up(end, [opening, *lines], column=0)
        _ask_options(sheet, end, f"outstanding at {co.date(year)}")
        granted.append(replace(lines[0], label=str(year), said=(f"in fiscal {year}",)))
        opening = end
    sheet.down(0, granted, ("number of options granted",), "year", "{}", named=False)
    sheet.down(1, granted, ("weighted-average exercise price of options granted",), "year", "{}", named=False)
    facts = [
        fact(
            "Compensation cost of {} for options that have not vested is yet to be recognised.",
            prose.money(co, rng, 0.1, 0.6),
            f"How much compensation cost for options is {co.short} yet to recognise?",
            f"What is the compensation cost for options of {co.short} that have not vested?",
        ),
        fact(
            "Options expire {} after the grant.",
            rng.choice(("seven years", "eight years", "ten years")),
            f"How long after the grant do options of {co.short} expire?",
            f"When do {co.short}'s options expire?",
        ),
        fact(
            f"Options are valued with {{}}, at a volatility of {prose.percent(rng, 18, 44, 0)}.",
            rng.choice(("a binomial model", "a Monte Carlo simulation", "a closed-form option pricing model")),
            f"With what does {co.short} estimate the fair value of its options?",
            f"Which model does {co.short} use for the fair value of options?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Stock options", "stock option activity", facts)


def _options_of_a_year(sheet: Sheet, rng: Random, year: int, held: Decimal, price: Decimal) -> list[Line]:
    """Options granted, exercised and forfeited in one year."""
    number = sheet.header.columns[0].unit or COUNT
    moves = (
        ("Granted", part(rng, held, 6, 18, 0), price),
        ("Exercised", -part(rng, held, 5, 21, 0), rounded(price * between(rng, 55, 85) / 100, 2)),
        ("Forfeited", -part(rng, held, 1, 5, 0), rounded(price * between(rng, 90, 120) / 100, 2)),
    )
    lines = []
    for label, options, average in moves:
        lines.append(sheet.row(label, [options, average, None], number, asked=False))
        _ask_options(sheet, lines[-1], f"{label.lower()} in fiscal {year}")
    return lines


def _ask_options(sheet: Sheet, line: Line, what: str) -> None:
    """Questions about the number, the price and the term in one row."""
    options, price, term = (cell.strip() for cell in sheet.rows[line.index][1:])
    many = f"How many options were {what}?", f"What was the number of options {what}?"
    dear = (
        f"What was the weighted-average exercise price of options {what}?",
        f"At what average price could options {what} be exercised?",
    )
    long = (f"What was the average remaining term of options {what}, in years?",)
    sheet.lookups += [Lookup(many, (options,), scale=line.unit.scale), Lookup(dear, (price,))]
    sheet.lookups += [Lookup(long, (term,))] if term else []
