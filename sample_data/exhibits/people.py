"""People: headcount, pensions, restructuring, committees of the Board."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from sample_data import periods, prose
from sample_data.amounts import COUNT, PERCENT, YEARS, Unit, between, drift, part, split, style, walk, weights
from sample_data.companies import REGIONS, Company
from sample_data.prose import fact
from sample_data.tables import Exhibit, Lookup, Sheet
from sample_data.words import in_sentence


def headcount(co: Company, rng: Random) -> Exhibit:
    """People by function and region, or by function over years."""
    teams = co.sector.teams
    whole = Decimal(rng.randint(700, 9_800))
    sizes = weights(rng, len(teams))
    by_region = rng.random() < 0.5
    if by_region:
        regions = rng.choice(REGIONS)[:3]
        header = periods.kinds(co, rng, regions, "in {}", total="Total", scaled=False)
        totals = split(rng, whole, weights(rng, 3), 0)
    else:
        header = periods.balance_dates(co, rng, rng.choice((2, 3)), scaled=False)
        totals = header.in_order(walk(rng, whole, len(header.years), -4, 7, 0))
    sheet = Sheet(header, style(rng, co.symbol), over="region" if by_region else "year")
    columns = [split(rng, people, sizes, 0) for people in totals]
    lines = [
        sheet.row(
            team,
            list(figures),
            COUNT,
            f"number of employees in {in_sentence(team)}",
            asks=(
                f"How many people worked in {in_sentence(team)} {{when}}?",
                f"{{When}}, how many employees did {in_sentence(team)} have?",
            ),
        )
        for team, figures in zip(teams, zip(*columns, strict=True), strict=True)
    ]
    total = sheet.total("Total employees", lines, (), "total number of employees")
    sheet.group("function", "functions", "number of employees", lines, total)
    facts = [
        fact(
            "{} of employees are covered by collective agreements.",
            prose.percent(rng, 31, 88, 0),
            f"What share of {co.short}'s employees is covered by collective agreements?",
            f"How many of the employees of {co.short}, in percent, have a collective agreement?",
        ),
        fact(
            f"At the end of the year, {co.short} trained {{}} apprentices.",
            str(rng.randint(14, 190)),
            f"How many apprentices did {co.short} train?",
            f"What number of apprentices does {co.short} report?",
        ),
        fact(
            "Part-time staff are {}.",
            rng.choice(("counted as full-time equivalents", "counted as one person each", "included pro rata")),
            f"How does {co.short} count part-time staff?",
            f"How are part-time employees of {co.short} treated in the headcount?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Employees", "employees by function", facts)


def pension(co: Company, rng: Random) -> Exhibit:
    """Obligation and assets of the pension plan, and its assumptions."""
    sheet = Sheet(periods.balance_dates(co, rng), style(rng, co.symbol))
    sales, money = co.sales(sheet.header.years), replace(co.money, sums=False)
    owed = sheet.row(
        "Benefit obligation", [-figure for figure in co.parts(rng, sales, 14, 38)], money, "benefit obligation"
    )
    held = sheet.row("Plan assets", co.parts(rng, sales, 10, 34), money)
    sheet.total("Funded status", [owed, held])
    if rng.random() < 0.3:
        sheet.heading()
    sheet.heading("Assumptions")
    sheet.row("Discount rate", drift(rng, 1.4, 5.4, 2), PERCENT)
    sheet.row("Salary growth", drift(rng, 1.8, 3.9, 2), PERCENT, "assumed salary growth")
    sheet.row("Inflation", drift(rng, 1.5, 3.6, 2), PERCENT, "assumed inflation")
    if rng.random() < 0.6:
        life = drift(rng, 20, 25, 2)
        sheet.row("Life expectancy at 65 (years)", life, YEARS, "life expectancy at 65")
    facts = [
        fact(
            "The plan was closed to new members in {}.",
            str(rng.randint(2002, 2015)),
            f"When was {co.short}'s pension plan closed to new members?",
            f"In which year did {co.short} close its plan to new members?",
        ),
        fact(
            "Contributions of {} are expected for the coming year.",
            prose.money(co, rng, 0.3, 1.8),
            f"What contributions to the pension plan does {co.short} expect for the coming year?",
            f"How much does {co.short} expect to contribute to its plan?",
        ),
        fact(
            "Plan assets are invested in {}.",
            rng.choice(
                ("index-linked bonds and listed shares", "government bonds", "bonds, property and infrastructure")
            ),
            f"In what are {co.short}'s plan assets invested?",
            f"Which investments does the pension plan of {co.short} hold?",
        ),
    ]
    return prose.exhibit(
        co, rng, sheet, "Pension obligations", "funded status and assumptions of the pension plan", facts
    )


def restructuring(co: Company, rng: Random) -> Exhibit:
    """A roll-forward of a restructuring liability by kind of cost."""
    names = rng.choice(
        (
            ("Severance", "Facility costs"),
            ("Workforce", "Contract termination", "Site closure"),
            ("Severance", "Relocation", "Other"),
        )
    )
    header = periods.kinds(co, rng, names, "for {}", total="Total")
    columns = tuple(
        column if column.total else replace(column, phrases=(f"for {column.name.lower()}",))
        for column in header.columns
    )
    sheet = Sheet(replace(header, columns=columns), style(rng, co.symbol), over="category")
    money, year = replace(co.money, sums=False), co.last_year
    revenue = co.revenue[year]
    first, last = co.date(year - 1), co.date(year)
    opening = sheet.row(
        f"Balance at {first}", _parts(rng, co, names, revenue, 0.2, 0.9), money, f"restructuring liability at {first}"
    )
    charges = sheet.row("Charges", _parts(rng, co, names, revenue, 0.4, 1.6), money, "restructuring charges")
    paid = [-part(rng, opening.value(at) + charges.value(at), 30, 75, money.places) for at in range(len(names))]
    payments = sheet.row("Cash payments", paid, money, "cash payments")
    shift = [rng.choice((1, -1)) * part(rng, opening.value(at), 1, 6, money.places) for at in range(len(names))]
    exchange = sheet.row("Exchange and other", shift, money, "exchange and other effects")
    sheet.total(
        f"Balance at {last}", [opening, charges, payments, exchange], (), f"restructuring liability at {last}"
    )
    facts = [
        fact(
            "The programme affects about {} positions.",
            str(rng.randint(4, 46) * 10),
            f"About how many positions does {co.short}'s programme affect?",
            f"How many jobs are affected by the restructuring of {co.short}?",
        ),
        fact(
            "The programme is expected to be complete by {}.",
            rng.choice((f"the end of {year + 1}", f"mid-{year + 1}", f"the first quarter of {year + 2}")),
            f"When is {co.short}'s restructuring programme expected to be complete?",
            f"By when does {co.short} expect to finish the restructuring?",
        ),
        fact(
            f"In {year}, {co.short} decided to {{}}.",
            rng.choice(
                ("close one of its plants", "move production to a single site", "merge two sales organisations")
            ),
            f"What did {co.short} decide to do in {year}?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Restructuring", "changes in the restructuring liability", facts)


def _parts(
    rng: Random, co: Company, names: tuple[str, ...], whole: Decimal, low: float, high: float
) -> list[Decimal]:
    return split(rng, part(rng, whole, low, high, co.money.places), weights(rng, len(names)), co.money.places)


def committees(co: Company, rng: Random) -> Exhibit:
    """Board committees: members, meetings, attendance and the fee of the chair."""
    units = {"Members": COUNT, "Meetings held": COUNT, "Attendance": PERCENT, "Chair's fee": Unit("price")}
    header = periods.plain(units, corner=rng.choice(("Committee", "")))
    sheet = Sheet(header, style(rng, co.symbol), over="committee")
    lines = []
    for name in rng.sample(
        ("Audit", "Remuneration", "Nomination", "Risk", "Sustainability", "Technology"), rng.choice((4, 5))
    ):
        figures = [
            Decimal(rng.randint(3, 7)),
            Decimal(rng.randint(2, 11)),
            between(rng, 84, 100, 1),
            between(rng, 8, 31) * 1000,
        ]
        lines.append(sheet.row(name, figures, COUNT, f"{name.lower()} committee", asked=False))
    for at, said in enumerate(("number of members", "number of meetings", "attendance rate", "fee of the chair")):
        sheet.down(at, lines, (said,), "committee", "of the {}")
    for line in lines:
        members, meetings, attendance, fee = (cell.strip() for cell in sheet.rows[line.index][1:])
        who = line.said[0]
        sheet.lookups += [
            Lookup((f"How many members does the {who} have?", f"How many directors sit on the {who}?"), (members,)),
            Lookup((f"How often did the {who} meet?", f"How many meetings did the {who} hold?"), (meetings,)),
            Lookup(
                (f"What was the attendance at the {who}?", f"How well were meetings of the {who} attended?"),
                (attendance,),
            ),
            Lookup(
                (f"What fee is paid to the chair of the {who}?", f"How much does the chair of the {who} receive?"),
                (fee,),
            ),
        ]
    facts = [
        fact(
            "Directors are elected for a term of {}.",
            rng.choice(("one year", "two years", "three years")),
            f"For what term are the directors of {co.short} elected?",
            f"How long is a director's term at {co.short}?",
        ),
        fact(
            "The performance of the Board is evaluated {}.",
            rng.choice(("every year", "every second year by an outside adviser", "every three years")),
            f"How often is the performance of {co.short}'s Board evaluated?",
            f"When is the Board of {co.short} evaluated?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Board committees", "the committees of the Board", facts)
