"""Leases and other obligations by when they fall due."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from sample_data import periods, prose
from sample_data.amounts import PERCENT, YEARS, between, drift, part, split, style, walk
from sample_data.companies import Company
from sample_data.prose import fact
from sample_data.tables import Column, Exhibit, Lookup, Sheet

ZERO = Decimal(0)


def lease_maturities(co: Company, rng: Random) -> Exhibit:
    """Payments by year down, kinds of lease across, less interest."""
    names = ("Operating leases", "Finance leases") if not co.british else ("Land and buildings", "Equipment")
    said = "operating lease payments", "finance lease payments"
    if co.british:
        said = "lease payments on land and buildings", "lease payments on equipment"
    corner = rng.choice(("", "", "Fiscal year", "Year ending " + co.day().rstrip(",")))
    header = periods.kinds(co, rng, names, "{}", total=rng.choice(("", "Total")), corner=corner)
    sheet = Sheet(header, style(rng, co.symbol))
    money, year = co.money, co.last_year
    first = [part(rng, co.revenue[year], 0.8, 3.4, money.places), part(rng, co.revenue[year], 0.2, 1.1, money.places)]
    runs = [walk(rng, start, 5, -32, -4, money.places) for start in first]
    lines = [
        sheet.row(str(year + ahead + 1), [run[ahead] for run in runs], money, str(year + ahead + 1), asked=False)
        for ahead in range(5)
    ]
    thereafter = [part(rng, run[-1], 120, 340, money.places) for run in runs]
    lines.append(sheet.row("Thereafter", thereafter, money, f"after {year + 5}", asked=False))
    for at in range(2):
        sheet.down(at, lines[:5], (said[at],), "year", "due in {}")
    total = sheet.total("Total lease payments", lines, (), "total lease payments", asked=False)
    interest = sheet.row(
        "Less: imputed interest",
        [-part(rng, total.value(at), 7, 19, money.places) for at in range(2)],
        money,
        asked=False,
    )
    present = sheet.total("Present value of lease liabilities", [total, interest], (), "", asked=False)
    for line, noun in ((total, "total"), (interest, "imputed interest on"), (present, "present value of")):
        for at in range(2):
            ask = f"What is the {noun} {said[at]}?", f"How much is the {noun} {said[at]}?"
            printed = sheet.rows[line.index][at + 1].strip()
            sheet.lookups.append(Lookup(ask, (printed,), scale=money.scale))
    facts = [
        fact(
            "The weighted-average remaining lease term is {}.",
            f"{between(rng, 3, 11, 1)} years",
            f"What is the weighted-average remaining lease term of {co.short}?",
            f"How long do {co.short}'s leases still run on average?",
        ),
        fact(
            "Payments are discounted at {}, the incremental borrowing rate.",
            prose.percent(rng, 2.4, 6.8),
            f"At what rate does {co.short} discount its lease payments?",
            f"What is the incremental borrowing rate of {co.short}?",
        ),
        fact(
            "Leases of twelve months or less are {}.",
            rng.choice(("expensed on a straight-line basis", "not recognised on the balance sheet")),
            f"How does {co.short} treat leases of twelve months or less?",
            f"What happens to short-term leases in {co.short}'s accounts?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Leases", "future lease payments by year", facts)


def lease_cost(co: Company, rng: Random) -> Exhibit:
    """Cost of leases by kind, with terms and rates below."""
    header = periods.fiscal_years(co, rng, rng.choice((2, 3)))
    sheet = Sheet(header, style(rng, co.symbol))
    sales, money = co.sales(header.years), co.money
    if rng.random() < 0.5:
        sheet.heading("Lease cost")
    lines = [
        sheet.row("Operating lease cost", co.parts(rng, sales, 1, 3), money),
        sheet.row(
            "Amortisation of leased assets" if co.british else "Amortization of leased assets",
            co.parts(rng, sales, 0.3, 0.9),
            money,
        ),
        sheet.row("Interest on lease liabilities", co.parts(rng, sales, 0.1, 0.4), money),
        sheet.row("Short-term lease cost", co.parts(rng, sales, 0.1, 0.3), money),
        sheet.row("Variable lease cost", co.parts(rng, sales, 0.1, 0.5), money),
    ]
    total = sheet.total("Total lease cost", lines)
    sheet.group("component of lease cost", "components of lease cost", "amount", lines, total)
    if rng.random() < 0.3:
        sheet.heading()
    sheet.heading("Weighted averages")
    sheet.row("Remaining lease term (years)", drift(rng, 2.5, 9.5, len(sales)), YEARS)
    sheet.row("Discount rate", drift(rng, 2.2, 6.9, len(sales)), PERCENT)
    facts = [
        fact(
            "Variable lease cost consists mainly of {}.",
            rng.choice(("property taxes and insurance", "mileage charges on trucks", "rent that depends on sales")),
            f"What does the variable lease cost of {co.short} mainly consist of?",
            f"Which payments make up most of {co.short}'s variable lease cost?",
        ),
        fact(
            "Some leases may be extended by up to {}.",
            rng.choice(("five years", "ten years", "three terms of five years")),
            f"By how long may some leases of {co.short} be extended?",
            f"What extension do {co.short}'s leases allow?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Leases", "the components of lease cost", facts)


def obligations(co: Company, rng: Random) -> Exhibit:
    """Contractual obligations by when they fall due; the total stands first."""
    names = ("Less than 1 year", "1–3 years", "3–5 years", "More than 5 years")
    phrases = ("due in less than 1 year", "due in 1–3 years", "due in 3–5 years", "due in more than 5 years")
    columns = [Column((name,), name, (phrase,)) for name, phrase in zip(names, phrases, strict=True)]
    columns.append(Column(("Total",), "Total", ("in total", "over all periods"), total=True))
    columns = [
        replace(column, head=("Payments due by period" if at == 0 else "", *column.head))
        for at, column in enumerate(columns)
    ]
    sheet = Sheet(periods.header(co, rng, columns, scaled=True), style(rng, co.symbol), over="period")
    money, revenue = co.money, co.revenue[co.last_year]
    said = {
        "Long-term debt": "long-term debt",
        "Interest payments": "interest payments",
        "Operating leases": "operating lease obligations",
        "Purchase obligations": "purchase obligations",
        "Pension contributions": "pension contributions",
    }
    lines = []
    for label, words in said.items():
        figures = split(rng, part(rng, revenue, 4, 24, money.places), (0.7, 1.2, 1.0, 0.6), money.places)
        if rng.random() < 0.3:
            figures[3] = ZERO
        lines.append(sheet.row(label, figures, money, words))
    total = sheet.total("Total contractual obligations", lines)
    sheet.group("obligation", "obligations", "amount", lines, total)
    facts = [
        fact(
            "Purchase obligations are mainly {}.",
            rng.choice(
                ("orders for raw materials", "energy supply contracts", "orders for machinery not yet delivered")
            ),
            f"What are the purchase obligations of {co.short} mainly?",
            f"Which contracts make up most of {co.short}'s purchase obligations?",
        ),
        fact(
            "Interest is estimated at the rates in force on {}.",
            co.date(co.last_year),
            f"As of which date are the rates taken that {co.short} uses to estimate interest?",
            f"On which date were the rates in force that {co.short} used for future interest?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Contractual obligations", "contractual obligations by due date", facts)
