"""Where the business comes from: products, regions, segments, customers, and the figures operators watch."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from sample_data import periods, prose
from sample_data.amounts import COUNT, PERCENT, TEXT, Unit, between, drift, part, rounded, split, style, walk, weights
from sample_data.companies import REGIONS, Company
from sample_data.prose import fact, listed
from sample_data.sectors import Metric
from sample_data.tables import Cell, Column, Exhibit, Line, Sheet
from sample_data.traits import Trait, ask
from sample_data.words import in_sentence


def revenue_by_product(co: Company, rng: Random) -> Exhibit:
    """Revenue lines over two or three years, often with the change."""
    change = rng.random() < 0.45
    header = periods.fiscal_years(co, rng, 2 if change else rng.choice((2, 3)), change=change)
    sheet = Sheet(header, style(rng, co.symbol))
    lines = _breakdown(co, rng, sheet, co.sector.products, "revenue from {}")
    _total(co, rng, sheet, lines, "product line", "product lines")
    facts = [
        fact(
            "No single customer accounted for more than {} of revenue.",
            prose.percent(rng, 5, 12, 0),
            f"What share of revenue did no single customer of {co.short} exceed?",
            f"Up to which share of revenue did {co.short}'s largest customer account for?",
        ),
        fact(
            "Revenue is measured {} and excludes value added tax.",
            rng.choice(
                ("net of rebates and returns", "at the price agreed with the customer", "after volume discounts")
            ),
            f"How does {co.short} measure revenue?",
            f"On what basis is {co.short}'s revenue measured?",
        ),
        listed(
            "Revenue comes from {}.",
            [name.lower() for name in co.sector.products],
            f"From which sources does {co.short}'s revenue come?",
            f"Which product lines does the text name for {co.short}?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Revenue", "revenue by product line", facts, moves=lines[0].said[0])


def revenue_by_region(co: Company, rng: Random) -> Exhibit:
    """Revenue by region, sometimes with long-lived assets below."""
    header = periods.fiscal_years(co, rng, rng.choice((2, 3)))
    sheet = Sheet(header, style(rng, co.symbol))
    regions = rng.choice(REGIONS)[: rng.choice((4, 5))]
    both = rng.random() < 0.4
    if both:
        sheet.heading("Revenue:")
    lines = _breakdown(co, rng, sheet, regions, "revenue from {}", names=True)
    _total(co, rng, sheet, lines, "region", "regions")
    if both:
        sheet.heading("Non-current assets:")
        money = replace(co.money, sums=False)
        assets = [
            sheet.row(region, co.parts(rng, co.sales(header.years), 4, 15), money, f"non-current assets in {region}")
            for region in regions[:3]
        ]
        total = sheet.total("Total non-current assets", assets)
        sheet.group("region", "regions", "amount of non-current assets", assets, total)
    facts = [
        fact(
            "Revenue is attributed to regions by {}.",
            rng.choice(
                ("the customer's delivery address", "the location of the selling entity", "the place of invoicing")
            ),
            f"How does {co.short} attribute revenue to regions?",
            f"By what criterion is {co.short}'s revenue assigned to a region?",
        ),
        fact(
            "At constant exchange rates, revenue would have been {} higher.",
            prose.money(co, rng, 0.4, 2.8),
            f"By how much higher would {co.short}'s revenue have been at constant exchange rates?",
            f"What was the effect of exchange rates on the revenue of {co.short}?",
        ),
    ]
    return prose.exhibit(
        co, rng, sheet, "Geographical information", "revenue by region", facts, moves=lines[0].said[0]
    )


def _breakdown(
    co: Company, rng: Random, sheet: Sheet, labels: tuple[str, ...], said: str, *, names: bool = False
) -> list[Line]:
    """Rows that split each year's revenue; `names` keeps capitals in questions."""
    years, shares = sheet.header.years, weights(rng, len(labels))
    columns = [split(rng, whole, shares, co.money.places) for whole in co.sales(years)]
    return [
        sheet.row(label, list(figures), co.money, said.format(label if names else in_sentence(label)))
        for label, figures in zip(labels, zip(*columns, strict=True), strict=True)
    ]


def _total(co: Company, rng: Random, sheet: Sheet, lines: list[Line], noun: str, nouns: str) -> None:
    label = (
        rng.choice(("Total revenue", "Total revenue", "Total"))
        if co.british
        else rng.choice(("Total net sales", "Total"))
    )
    total = sheet.total(label, lines, (), "total revenue")
    sheet.group(noun, nouns, "revenue", lines, total)


def segment_results(co: Company, rng: Random) -> Exhibit:
    """A matrix: measures down, segments across, with a total."""
    year, segments = co.last_year, co.sector.segments
    total = rng.choice(("Total", "Group" if co.british else "Consolidated"))
    spanning = rng.choice(("", f"Year ended {co.date(year)}"))
    header = periods.kinds(co, rng, segments, "for the {} segment", total=total, spanning=spanning)
    sheet = Sheet(header, style(rng, co.symbol), over="segment")
    sales = split(rng, co.revenue[year], weights(rng, len(segments)), co.money.places)
    sheet.row("External revenue", sales, co.money)
    profit = co.parts(rng, sales, 5, 18)
    if rng.random() < 0.4:
        profit[-1] = -profit[-1]
    sheet.row("Segment profit" if min(profit) > 0 else "Segment profit (loss)", profit, co.money, "segment profit")
    sheet.row("Depreciation", co.parts(rng, sales, 2, 7), co.money)
    sheet.row("Capital expenditure", co.parts(rng, sales, 3, 12), co.money)
    sheet.row("Segment assets", co.parts(rng, sales, 40, 90), co.money)
    people = [part(rng, Decimal(rng.randint(800, 6400)), 8, 60, 0) for _ in segments]
    sheet.row("Employees", people, COUNT, "number of employees", asks=("How many employees worked {when}?",))
    facts = [
        listed(
            f"{co.short} has {_number(len(segments))} reportable segments: {{}}.",
            segments,
            f"What are the reportable segments of {co.short}?",
            f"Which segments does {co.short} report?",
        ),
        fact(
            "Segment performance is assessed on {}.",
            rng.choice(
                (
                    "operating profit before special items",
                    "profit before interest and tax",
                    "adjusted operating profit",
                )
            ),
            f"On which measure does {co.short} assess its segments?",
            f"How is segment performance assessed at {co.short}?",
        ),
        fact(
            "Sales between segments are priced {}.",
            rng.choice(("at cost plus a margin of 5%", "at market prices", "as agreed each year")),
            f"How are sales between segments of {co.short} priced?",
            f"At which prices do {co.short}'s segments trade with each other?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Segment information", f"segment results for {year}", facts)


def _number(value: int) -> str:
    return ("no", "one", "two", "three", "four", "five", "six")[value]


def goodwill(co: Company, rng: Random) -> Exhibit:
    """A roll-forward of goodwill by segment."""
    segments, year = co.sector.segments, co.last_year
    header = periods.kinds(co, rng, segments, "for the {} segment", total="Total")
    sheet = Sheet(header, style(rng, co.symbol), over="segment")
    money = replace(co.money, sums=False)
    opening = split(rng, part(rng, co.revenue[year], 12, 38, money.places), weights(rng, len(segments)), money.places)
    first, last = co.date(year - 1), co.date(year)
    start = sheet.row(f"Balance at {first}", opening, money, f"goodwill balance at {first}")
    zero = Decimal(0)
    additions = [part(rng, figure, 2, 18, money.places) if rng.random() < 0.6 else zero for figure in opening]
    impairment = [-part(rng, figure, 1, 8, money.places) if rng.random() < 0.35 else zero for figure in opening]
    exchange = [rng.choice((1, -1)) * part(rng, figure, 0.5, 4, money.places) for figure in opening]
    moves = [sheet.row("Acquisitions", additions, money, "goodwill acquired")]
    if any(impairment):
        moves.append(sheet.row("Impairment", impairment, money, "goodwill impairment"))
    moves.append(sheet.row("Exchange differences", exchange, money, "exchange differences on goodwill"))
    sheet.total(f"Balance at {last}", [start, *moves], (), f"goodwill balance at {last}")
    facts = [
        fact(
            "The discount rate used in the impairment test was {}.",
            prose.percent(rng, 7, 11.5),
            f"Which discount rate did {co.short} use to test goodwill?",
            f"What was the discount rate in {co.short}'s impairment test?",
        ),
        fact(
            "Goodwill is tested for impairment {}.",
            rng.choice(("every year in the fourth quarter", "once a year, at the end of May", "at each year end")),
            f"When does {co.short} test goodwill for impairment?",
            f"How often is the goodwill of {co.short} tested?",
        ),
        fact(
            "Cash flows beyond the planning period grow at {} a year.",
            prose.percent(rng, 1, 2.5),
            f"At what rate do cash flows beyond {co.short}'s planning period grow?",
            f"Which long-term growth rate does {co.short} assume?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Goodwill", f"changes in goodwill during {year}", facts)


def customers(co: Company, rng: Random) -> Exhibit:
    """Shares of revenue of the largest customers, with their segment."""
    years = co.years(2)
    shares = [
        Column((str(year),), str(year), (f"in {year}", f"for {year}", f"in fiscal {year}"), unit=PERCENT)
        for year in years
    ]
    header = periods.header(co, rng, [Column(("Segment",), "segment", unit=TEXT), *shares], scaled=False)
    sheet = Sheet(header, style(rng, co.symbol))
    lines = []
    for letter in "ABCDEF"[: rng.choice((4, 5, 6))]:
        customer = f"Customer {letter}"
        cells: list[Cell] = [rng.choice(co.sector.segments[:3]), between(rng, 5, 15, 1), between(rng, 5, 15, 1)]
        lines.append(sheet.row(customer, cells, PERCENT, f"share of revenue from {customer}"))
    sheet.group("customer", "customers", "share of revenue", lines)
    named = [replace(line, said=(line.label,)) for line in lines]
    trait = Trait(
        0,
        ("Which segment does {row} buy from?", "To which segment does {row} belong?"),
        ("Which customer buys from the {value} segment?",),
        ("Which customers buy from the {value} segment?", "Name the customers of the {value} segment."),
        ("How many of the customers buy from the {value} segment?",),
    )
    ask(sheet, named, (trait,))
    facts = [
        fact(
            "Customers are listed when they exceed {} of revenue in one of the years.",
            "5%",
            f"Above which share of revenue does {co.short} list its customers?",
        ),
        fact(
            "Credit limits are set by {}.",
            rng.choice(("the credit committee", "the finance director of each segment", "an insurer")),
            f"Who sets {co.short}'s credit limits?",
            f"By whom are the credit limits of {co.short} set?",
        ),
        fact(
            "Contracts with these customers run for {}.",
            rng.choice(("one to three years", "up to five years", "the life of each programme")),
            f"For how long do {co.short}'s contracts with its largest customers run?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Major customers", "the share of revenue from major customers", facts)


def operating_figures(co: Company, rng: Random) -> Exhibit:
    """What operators watch: volumes, rates and prices of the trade."""
    header = periods.fiscal_years(co, rng, rng.choice((3, 3, 4, 5)), scaled=False)
    sheet = Sheet(header, style(rng, co.symbol))
    number = len(header.years)
    if rng.random() < 0.5:
        sheet.heading("Operating figures")
    for metric in co.sector.metrics:
        unit = Unit(metric.kind, metric.scale, metric.places)
        sheet.row(metric.label, header.in_order(_observed(rng, metric, number)), unit, metric.said)
    employees = header.in_order(walk(rng, between(rng, 900, 14_000), number, -4, 7, 0))
    counted = ("How many employees did the company have {when}?", "How many people were employed {when}?")
    sheet.row("Employees at year end", employees, COUNT, "number of employees", asks=counted)
    if rng.random() < 0.6:
        sheet.row("Employee turnover", drift(rng, 4, 19, number), PERCENT)
    watched = co.sector.metrics[0].said
    facts = [
        fact(
            f"The Board reviews the {watched} {{}}.",
            rng.choice(("every month", "every quarter", "twice a year")),
            f"How often does the Board of {co.short} review the {watched}?",
        ),
        fact(
            "Operating figures are {} and have not been audited.",
            rng.choice(
                ("taken from internal reports", "collected by each site", "compiled by the planning department")
            ),
            f"Where do the operating figures of {co.short} come from?",
            f"How are {co.short}'s operating figures obtained?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Key operating figures", "key operating figures", facts)


def _observed(rng: Random, metric: Metric, number: int) -> list[Decimal]:
    """A plausible series inside the metric's range; rates move by points, everything else by percent."""
    if metric.kind == "percent":
        return drift(rng, metric.low, metric.high, number, metric.places)
    start = between(rng, metric.low, metric.low + (metric.high - metric.low) * 0.6, metric.places)
    return walk(rng, start, number, -7, 12, metric.places)


def emissions(co: Company, rng: Random) -> Exhibit:
    """Greenhouse gas emissions by scope, with an intensity."""
    header = periods.fiscal_years(co, rng, rng.choice((2, 3)), scaled=False)
    number = len(header.years)
    sheet = Sheet(header, style(rng, co.symbol))
    tonnes = Unit("count", places=1)
    sheet.heading("Tonnes of carbon dioxide equivalent")
    direct = sheet.row(
        "Direct emissions (scope 1)",
        header.in_order(walk(rng, between(rng, 900, 24_000, 1), number, -9, 4, 1)),
        tonnes,
        "direct emissions",
    )
    bought = sheet.row(
        "Purchased energy (scope 2)",
        header.in_order(walk(rng, between(rng, 1_500, 31_000, 1), number, -12, 3, 1)),
        tonnes,
        "emissions from purchased energy",
    )
    total = sheet.total("Total emissions", [direct, bought])
    sheet.group("source", "sources", "emissions", [direct, bought], total)
    sheet.heading("Intensity")
    people = header.in_order(walk(rng, between(rng, 900, 9_000), number, -3, 5, 0))
    ratio = [rounded(total.value(at) / people[at], 2) for at in range(number)]
    sheet.row("Tonnes per employee", ratio, Unit("measure", places=2), "emissions per employee")
    sheet.row(
        "Renewable electricity",
        header.in_order(drift(rng, 21, 96, number)),
        PERCENT,
        "share of renewable electricity",
    )
    facts = [
        fact(
            "Emissions are to fall by {} against the base year.",
            prose.percent(rng, 30, 60, 0),
            f"By how much does {co.short} want emissions to fall against the base year?",
            f"What reduction of emissions has {co.short} set as its target?",
        ),
        fact(
            "Emission factors are taken from {}.",
            rng.choice(
                ("the national inventory", "the suppliers' certificates", "the grid operator's annual figures")
            ),
            f"Where does {co.short} take its emission factors from?",
            f"What is the source of the emission factors used by {co.short}?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Greenhouse gas emissions", "greenhouse gas emissions by scope", facts)
