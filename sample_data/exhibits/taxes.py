"""Income taxes: the way to the effective rate, and deferred taxes."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from sample_data import periods, prose
from sample_data.amounts import PERCENT, between, part, style
from sample_data.companies import Company
from sample_data.prose import fact
from sample_data.tables import Exhibit, Sheet


def tax_reconciliation(co: Company, rng: Random) -> Exhibit:
    """From the statutory to the effective rate, in percent."""
    header = periods.fiscal_years(co, rng, rng.choice((2, 3)), scaled=False)
    number = len(header.years)
    sheet = Sheet(header, style(rng, co.symbol))
    statutory = rng.choice((Decimal("19.0"), Decimal("21.0"), Decimal("25.0"), Decimal("22.0")))
    base = sheet.row("Statutory tax rate", [statutory] * number, PERCENT)
    labels = (
        ("Income taxed at other rates", -4, 4, "effect of income taxed at other rates"),
        ("Research credits", -3, -0.4, "effect of research credits"),
        ("Expenses not deductible", 0.3, 2.4, "effect of expenses that are not deductible"),
        ("Adjustments for earlier years", -1.5, 1.5, "adjustments for earlier years"),
        ("Changes in valuation allowance", -2, 3, "effect of changes in the valuation allowance"),
    )
    items = [
        sheet.row(label, [between(rng, low, high, 1) for _ in range(number)], PERCENT, said)
        for label, low, high, said in rng.sample(labels, rng.choice((3, 4, 5)))
    ]
    sheet.total("Effective tax rate", [base, *items])
    facts = [
        fact(
            "Tax returns are open to examination back to {}.",
            str(co.last_year - rng.randint(3, 7)),
            f"Back to which year are {co.short}'s tax returns open to examination?",
            f"What is the earliest year in which {co.short}'s returns may still be examined?",
        ),
        fact(
            "Tax losses carried forward expire {}.",
            rng.choice(("after ten years", "after twenty years", "from 2031 onwards", "between 2028 and 2036")),
            f"When do tax losses carried forward by {co.short} expire?",
            f"How long can {co.short} use its tax losses?",
        ),
        fact(
            "Unrecognised tax benefits stood at {}.",
            prose.money(co, rng, 0.2, 1.6),
            f"How high were the unrecognised tax benefits of {co.short}?",
            f"What was the amount of {co.short}'s unrecognised tax benefits?",
        ),
    ]
    shows = "the reconciliation of the statutory to the effective tax rate"
    return prose.exhibit(co, rng, sheet, "Income taxes", shows, facts)


def deferred_taxes(co: Company, rng: Random) -> Exhibit:
    """Deferred tax assets less an allowance, and liabilities."""
    sheet = Sheet(periods.balance_dates(co, rng), style(rng, co.symbol))
    sales, money = co.sales(sheet.header.years), replace(co.money, sums=False)
    sheet.heading("Deferred tax assets:")
    names = ("Tax losses", "Accrued compensation", "Inventory reserves", "Lease liabilities", "Warranty")
    assets = [
        sheet.row(name, co.parts(rng, sales, 0.3, 2.4), money, f"deferred tax assets from {name.lower()}")
        for name in names
    ]
    gross = sheet.total("Gross deferred tax assets", assets)
    sheet.group("deferred tax asset", "deferred tax assets", "amount", assets, gross)
    held = [-part(rng, gross.value(at), 8, 42, money.places) for at in range(2)]
    allowance = sheet.row("Valuation allowance", held, money)
    net = sheet.total("Deferred tax assets, net", [gross, allowance], (), "net deferred tax assets")
    sheet.heading("Deferred tax liabilities:")
    owed = [
        sheet.row(
            name,
            [-figure for figure in co.parts(rng, sales, 0.3, 1.9)],
            money,
            f"deferred tax on {name.lower()}",
        )
        for name in ("Depreciation", "Intangible assets")
    ]
    sheet.total("Net deferred taxes", [net, *owed])
    facts = [
        fact(
            "The valuation allowance relates to {}.",
            rng.choice(("losses of two foreign subsidiaries", "state tax credits", "losses before the acquisition")),
            f"What does {co.short}'s valuation allowance relate to?",
            f"For which items has {co.short} set up a valuation allowance?",
        ),
        fact(
            "Deferred taxes are measured at the rates expected {}.",
            "when the differences reverse",
            f"At which point are the rates taken at which {co.short} measures deferred taxes?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Deferred taxes", "deferred tax assets and liabilities", facts)
