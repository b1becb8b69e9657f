"""What the company owns: equipment, intangible assets, properties."""

from dataclasses import replace
from random import Random

from sample_data import periods, prose
from sample_data.amounts import COUNT, TEXT, between, part, style
from sample_data.companies import Company
from sample_data.prose import fact
from sample_data.tables import Cell, Column, Exhibit, Sheet
from sample_data.traits import Trait, ask
from sample_data.words import in_sentence

TOWNS = (
    "Aldermoor", "Brackenholt", "Corvesham", "Dunwater", "Eskerby", "Fallowick", "Garrowmouth", "Hessingford",
    "Ivelstow", "Jarrocombe", "Kettlebourne", "Lindhaven", "Marlscar", "Netherquay", "Orleton Bay", "Pellmark",
    "Quernholm", "Ravensluice", "Selvig", "Thornmere", "Ulverstrand", "Vossbruck", "Wexlade", "Yarrowgate",
)  # fmt: skip


def equipment(co: Company, rng: Random) -> Exhibit:
    """Property, plant and equipment by class with useful lives, less depreciation."""
    years = co.years(2)
    at_dates = [
        Column((str(year),), str(year), (f"at {co.date(year)}", f"as of {co.date(year)}", f"in {year}"))
        for year in years
    ]
    life = Column(("Useful life",), "useful life", unit=TEXT)
    columns = [life, *at_dates] if rng.random() < 0.7 else [*at_dates, life]
    at = columns.index(life)
    header = periods.header(co, rng, columns, scaled=True)
    sheet = Sheet(header, style(rng, co.symbol))
    money = replace(co.money, sums=False)
    lines = []
    for kind, lifetime in co.sector.plant.items():
        cells: list[Cell] = [*co.parts(rng, co.sales(years), 5, 34)]
        cells.insert(at, lifetime)
        lines.append(sheet.row(kind, cells, money, f"cost of {in_sentence(kind)}"))
    gross = sheet.total("Total at cost", lines, (), "total cost of property, plant and equipment")
    cost = [gross.value(column) for column in range(3) if column != at]
    lost: list[Cell] = [-figure for figure in co.parts(rng, cost, 28, 61)]
    lost.insert(at, "")
    depreciation = sheet.row("Accumulated depreciation", lost, money)
    net = "Property, plant and equipment, net", "net property, plant and equipment"
    sheet.total(net[0], [gross, depreciation], (), net[1])
    sheet.group("class of equipment", "classes of equipment", "cost", lines, gross)
    asks = (
        "What is the useful life of {row}?",
        "Over what period does the company depreciate {row}?",
        "Which useful life applies to {row}?",
    )
    which = "Which class of equipment has a useful life of {lower}?", "What is depreciated over {lower}?"
    ask(sheet, [replace(line, said=(in_sentence(line.label),)) for line in lines], (Trait(at, asks, which),))
    facts = [
        fact(
            "Depreciation is computed with {}.",
            rng.choice(("the straight-line method", "the straight-line method over the lives shown")),
            f"With which method does {co.short} compute depreciation?",
            f"How is depreciation computed at {co.short}?",
        ),
        fact(
            "Depreciation expense amounted to {}.",
            prose.money(co, rng, 2, 7),
            f"How much was the depreciation expense of {co.short}?",
            f"What depreciation expense did {co.short} record?",
        ),
        fact(
            "Equipment with a cost of {} is fully depreciated and still in use.",
            prose.money(co, rng, 1, 6),
            f"What was the cost of fully depreciated equipment that {co.short} still uses?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Property, plant and equipment", "the cost of equipment by class", facts)


def intangibles(co: Company, rng: Random) -> Exhibit:
    """Intangible assets: gross amount, amortisation, net, and useful life."""
    names = ("Gross amount", "Accumulated amortisation" if co.british else "Accumulated amortization", "Net amount")
    columns = [*(Column((name,), name) for name in names), Column(("Useful life",), "useful life", unit=TEXT)]
    header = periods.header(co, rng, columns, scaled=True)
    sheet = Sheet(header, style(rng, co.symbol), over="asset")
    money, lines = replace(co.money, sums=False), []
    kinds = ("Customer relationships", "Patents and know-how", "Trademarks", "Software", "Licences", "Order backlog")
    lives = rng.sample(("2 years", "3 to 5 years", "5 to 8 years", "10 years", "12 to 15 years", "20 years"), 6)
    for kind, life in zip(rng.sample(kinds, rng.choice((4, 5))), lives, strict=False):
        gross = part(rng, co.revenue[co.last_year], 0.8, 8, money.places)
        lost = -part(rng, gross, 15, 80, money.places)
        line = sheet.row(kind, [gross, lost, gross + lost, life], money, in_sentence(kind), asked=False)
        sheet.add_across(line, total=2, parts=(0, 1))
        lines.append(line)
    sheet.total("Total", lines, asked=False)
    for at, said in enumerate(("gross amount", "accumulated amortisation", "net carrying amount")):
        sheet.down(at, lines, (said,), "intangible asset", "of {}")
    asks = (
        "What is the useful life of {row}?",
        "Over how long does the company amortise {row}?",
        "Which useful life applies to {row}?",
    )
    which = "Which intangible asset has a useful life of {lower}?", "What is amortised over {lower}?"
    ask(sheet, lines, (Trait(3, asks, which),))
    facts = [
        fact(
            "Amortisation of {} is expected for the coming year.",
            prose.money(co, rng, 0.6, 2.4),
            f"What amortisation does {co.short} expect for the coming year?",
            f"How much amortisation is expected at {co.short} next year?",
        ),
        fact(
            "Development costs are capitalised once {}.",
            rng.choice(("technical feasibility is shown", "a prototype has been approved", "a customer has signed")),
            f"When does {co.short} capitalise development costs?",
            f"From what point are development costs capitalised by {co.short}?",
        ),
    ]
    shows = f"intangible assets at {co.date(co.last_year)}"
    return prose.exhibit(co, rng, sheet, "Intangible assets", shows, facts)


def properties(co: Company, rng: Random) -> Exhibit:
    """Sites with their use, floor area, tenure and lease expiry."""
    area = "Area (sq m)" if co.british else "Square feet"
    names = ("Principal use", area, "Tenure", "Lease expires")
    units = dict(zip(names, (TEXT, COUNT, TEXT, TEXT), strict=True))
    header = periods.plain(units, corner=rng.choice(("Location", "Location", "Site", "")))
    sheet = Sheet(header, style(rng, co.symbol), over="site")
    sizes = (1_800, 46_000) if co.british else (19_000, 480_000)
    lines = []
    for town in rng.sample(TOWNS, rng.choice((5, 6, 7, 8))):
        leased = rng.random() < 0.55
        floor = between(rng, sizes[0] / 100, sizes[1] / 100) * 100
        expiry = str(co.last_year + rng.randint(1, 14)) if leased else "—"
        cells: list[Cell] = [rng.choice(co.sector.sites), floor, "Leased" if leased else "Owned", expiry]
        lines.append(sheet.row(town, cells, COUNT, town, asked=False))
    sheet.down(1, lines, ("floor area",), "site", "of the {} site")
    traits = (
        Trait(
            0,
            (
                "What is the site in {row} used for?",
                "What is the principal use of the {row} site?",
                "What is located in {row}?",
            ),
            ("Which site is used as a {lower}?", "Where is the {lower} located?", "In which town is the {lower}?"),
            ("Which sites have the principal use {lower}?", "In which towns is there a {lower}?"),
            ("How many sites have the principal use {lower}?",),
        ),
        Trait(
            2,
            ("Is the site in {row} owned or leased?", "What is the tenure of the {row} site?"),
            ("Which is the only site that is {lower}?",),
            ("Which sites are {lower}?", "Name the {lower} sites."),
            ("How many sites are {lower}?", "What number of sites is {lower}?"),
        ),
    )
    ask(sheet, lines, traits)
    leases = [line for line in lines if line.values[2] == "Leased"]
    ask(
        sheet,
        leases,
        (Trait(3, ("When does the lease in {row} expire?", "Until which year is the {row} site leased?")),),
    )
    facts = [
        fact(
            "The sites are insured for {}.",
            rng.choice(("their replacement value", "their market value", "reconstruction cost and loss of profit")),
            f"For what are {co.short}'s sites insured?",
            f"At which value are the sites of {co.short} insured?",
        ),
        fact(
            "The Company considers its sites {} for present needs.",
            rng.choice(("adequate", "suitable and adequate", "sufficient, though costly to heat")),
            f"How does {co.short} judge its sites for present needs?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Properties", "the principal sites and their tenure", facts)
