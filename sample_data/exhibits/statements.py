"""The primary statements: income, balance sheet, cash flow, quarters, several years at a glance."""

import itertools
from dataclasses import replace
from decimal import Decimal
from random import Random

from sample_data import periods, prose
from sample_data.amounts import PERCENT, PRICE, between, drift, part, rounded, split, style, walk
from sample_data.companies import Company
from sample_data.prose import fact
from sample_data.tables import Exhibit, Line, Sheet

ZERO = Decimal(0)


def income_statement(co: Company, rng: Random) -> Exhibit:
    """Revenue down to net income, with costs as positive figures (American) or in brackets (British)."""
    header = periods.fiscal_years(co, rng, rng.choice((2, 2, 3)))
    sheet = Sheet(header, style(rng, co.symbol))
    sales = co.sales(header.years)
    shown = _income_british if co.british else _income_american
    shown(co, rng, sheet, sales)
    shows = rng.choice(
        ("the consolidated statement of income", "the results of operations", f"the income statement of {co.short}")
    )
    facts = [
        fact(
            f"Exports accounted for {{}} of revenue, compared with {prose.percent(rng, 17, 58)} in the year before.",
            prose.percent(rng, 17, 58),
            f"What share of revenue did exports of {co.short} account for?",
            f"How much of {co.short}'s revenue came from exports, in percent?",
        ),
        fact(
            "Advertising costs are expensed as incurred and amounted to {}.",
            prose.money(co, rng, 0.4, 2.2),
            f"How much did {co.short} spend on advertising?",
            f"What were the advertising costs of {co.short}?",
        ),
        fact(
            "Foreign exchange losses of {} are included in other income and expense.",
            prose.money(co, rng, 0.1, 0.6),
            f"How large were the foreign exchange losses of {co.short}?",
            f"What amount of foreign exchange losses did {co.short} include in other income and expense?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Results of operations", shows, facts, moves="revenue")


def _income_american(co: Company, rng: Random, sheet: Sheet, sales: list[Decimal]) -> None:
    money = co.money
    revenue = sheet.row(rng.choice(("Net sales", "Revenue", "Revenues")), sales, money, "revenue", "net sales")
    cost = sheet.row("Cost of revenue", co.parts(rng, sales, 48, 66), money, "cost of revenue")
    gross = sheet.total("Gross profit", [revenue], [cost])
    sheet.heading("Operating expenses:")
    expenses = [
        sheet.row("Research and development", co.parts(rng, sales, 3, 9), money, "research and development expense"),
        sheet.row(
            "Selling, general and administrative",
            co.parts(rng, sales, 9, 16),
            money,
            "selling, general and administrative expense",
        ),
        sheet.row("Amortization of intangibles", co.parts(rng, sales, 0.6, 1.8), money),
    ]
    if rng.random() < 0.7:
        first, *others = co.parts(rng, sales, 0.3, 1.4)
        restructuring = [first, *(figure if rng.random() < 0.5 else ZERO for figure in others)]
        expenses.append(sheet.row("Restructuring charges", restructuring, money))
    total = sheet.total("Total operating expenses", expenses)
    sheet.group("operating expense", "operating expenses", "amount", expenses, total)
    operating = sheet.total("Operating income", [gross], [total])
    interest = sheet.row("Interest expense", co.parts(rng, sales, 0.4, 1.6), money)
    other_figures = [figure * rng.choice((1, -1)) for figure in co.parts(rng, sales, 0.1, 0.7)]
    other = sheet.row("Other income (expense), net", other_figures, money, "net other income or expense")
    before = sheet.total("Income before income taxes", [operating, other], [interest])
    taxes = co.parts(rng, [before.value(at) for at in range(len(sales))], 19, 27)
    tax = sheet.row("Provision for income taxes", taxes, money)
    sheet.total("Net income", [before], [tax])


def _income_british(co: Company, rng: Random, sheet: Sheet, sales: list[Decimal]) -> None:
    money = co.money

    def cost(label: str, low: float, high: float, *said: str) -> Line:
        return sheet.row(label, [-figure for figure in co.parts(rng, sales, low, high)], money, *said)

    revenue = sheet.row(rng.choice(("Revenue", "Turnover")), sales, money, "revenue")
    gross = sheet.total("Gross profit", [revenue, cost("Cost of sales", 48, 64)])
    costs = [
        cost("Distribution costs", 4, 8),
        cost("Administrative expenses", 7, 13),
        cost("Impairment losses", 0.2, 1.1),
    ]
    operating = sheet.total("Operating profit", [gross, *costs])
    sheet.group("cost line", "cost lines below gross profit", "amount", costs)
    income = sheet.row("Finance income", co.parts(rng, sales, 0.1, 0.4), money)
    before = sheet.total("Profit before tax", [operating, income, cost("Finance costs", 0.6, 1.9)])
    taxes = co.parts(rng, [before.value(at) for at in range(len(sales))], 18, 26)
    tax = sheet.row("Income tax expense", [-figure for figure in taxes], money)
    sheet.total("Profit for the year", [before, tax])


def balance_sheet(co: Company, rng: Random) -> Exhibit:
    """Assets, liabilities and equity at two dates; retained earnings make it balance."""
    sheet = Sheet(periods.balance_dates(co, rng), style(rng, co.symbol))
    money = replace(co.money, sums=False)
    sales = co.sales(co.years(2))

    def row(label: str, low: float, high: float, *said: str) -> Line:
        return sheet.row(label, co.parts(rng, sales, low, high), money, *said)

    sheet.heading("Current assets:" if not co.british else "Current assets")
    current = [
        row("Cash and cash equivalents", 8, 24),
        row("Trade receivables, net" if co.british else "Accounts receivable, net", 9, 18),
        row("Inventories", 7, 16),
        row("Prepaid expenses and other", 1, 4, "prepaid expenses and other current assets"),
    ]
    current_total = sheet.total("Total current assets", current)
    sheet.group("current asset", "current assets", "carrying amount", current, current_total)
    fixed = [
        row("Property, plant and equipment, net", 22, 48),
        row("Goodwill", 8, 26),
        row("Deferred tax assets", 0.5, 2.4),
    ]
    assets = sheet.total("Total assets", [current_total, *fixed])
    sheet.heading("Liabilities and equity")
    payable = [
        row("Trade and other payables" if co.british else "Accounts payable", 7, 14),
        row("Accrued expenses", 3, 7),
        row("Current portion of borrowings", 1, 5),
    ]
    payable_total = sheet.total("Total current liabilities", payable)
    sheet.group("current liability", "current liabilities", "balance", payable, payable_total)
    debt = [row("Long-term borrowings", 10, 26), row("Pension obligations", 1, 5)]
    liabilities = sheet.total("Total liabilities", [payable_total, *debt])
    capital = sheet.row("Share capital", [rounded(sales[1] / 20, money.places)] * 2, money)
    kept = [assets.value(at) - liabilities.value(at) - capital.value(at) for at in range(2)]
    retained = sheet.row("Retained earnings", kept, money)
    equity = sheet.total("Total equity", [capital, retained])
    sheet.total("Total liabilities and equity", [liabilities, equity], asked=False)
    facts = [
        fact(
            "Trade receivables are written off when {}.",
            rng.choice(
                (
                    "they are more than 180 days overdue",
                    "all means of collection are exhausted",
                    "the debtor is insolvent",
                )
            ),
            f"When does {co.short} write off trade receivables?",
            f"Under which condition are receivables of {co.short} written off?",
        ),
        fact(
            "Cash equivalents are {} with a maturity of three months or less at purchase.",
            rng.choice(("money market deposits", "treasury bills and term deposits", "highly liquid investments")),
            f"What are cash equivalents, according to {co.short}?",
            f"Which instruments does {co.short} count as cash equivalents?",
        ),
        fact(
            "Undrawn committed credit lines amounted to {} at the end of the year.",
            prose.money(co, rng, 6, 22),
            f"How large were the undrawn credit lines of {co.short}?",
            f"What was the amount of committed credit that {co.short} had not drawn?",
        ),
    ]
    shows = "the financial position at the end of each year"
    return prose.exhibit(co, rng, sheet, "Consolidated balance sheet", shows, facts)


def cash_flow(co: Company, rng: Random) -> Exhibit:
    """Operating, investing and financing flows down to the cash at the end of each year."""
    header = periods.fiscal_years(co, rng, rng.choice((2, 3)))
    sheet = Sheet(header, style(rng, co.symbol))
    sales, money = co.sales(header.years), co.money

    def row(label: str, low: float, high: float, sign: int, *said: str) -> Line:
        return sheet.row(label, [sign * figure for figure in co.parts(rng, sales, low, high)], money, *said)

    sheet.heading("Operating activities")
    operating = [
        row("Net income" if not co.british else "Profit for the year", 5, 14, 1),
        row("Depreciation and amortisation" if co.british else "Depreciation and amortization", 3, 8, 1),
        row("Change in working capital", 0.5, 3, rng.choice((1, -1)), "change in working capital"),
    ]
    earned = sheet.total(
        "Net cash from operating activities",
        operating,
        (),
        "net cash from operating activities",
        "operating cash flow",
    )
    sheet.heading("Investing activities")
    investing = [row("Purchases of equipment", 4, 11, -1), row("Acquisition of businesses", 0.5, 3, -1)]
    if rng.random() < 0.6:
        investing.append(row("Proceeds from disposals", 0.2, 1.4, 1))
    spent = sheet.total("Net cash used in investing activities", investing)
    sheet.heading("Financing activities")
    financing = [row("Dividends paid", 1, 4, -1), row("Repayment of borrowings", 1, 4, -1)]
    raised = sheet.total("Net cash used in financing activities", financing)
    change = sheet.total("Net change in cash", [earned, spent, raised])
    opening = _opening_cash(co, rng, dict(zip(header.years, map(change.value, range(len(sales))), strict=True)))
    balance = replace(money, sums=False)
    start = sheet.row("Cash at beginning of year", opening, balance, "cash at the beginning of the year")
    sheet.total("Cash at end of year", [start, change], (), "cash at the end of the year")
    facts = [
        fact(
            "Interest paid in the year amounted to {}.",
            prose.money(co, rng, 0.4, 1.9),
            f"How much interest did {co.short} pay in the year?",
            f"What was the amount of interest paid by {co.short}?",
        ),
        fact(
            "Next year's capital expenditure is expected to be about {}.",
            prose.money(co, rng, 5, 12),
            f"What capital expenditure does {co.short} expect for next year?",
            f"How much does {co.short} plan to invest next year?",
        ),
        fact(
            "Cash held by subsidiaries abroad is {}.",
            rng.choice(
                ("freely transferable", "subject to exchange controls in one country", "used for local investment")
            ),
            f"What does {co.short} say about cash held by subsidiaries abroad?",
            f"How does {co.short} describe the cash of its foreign subsidiaries?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Cash flows", "the cash flows of each year", facts)


def _opening_cash(co: Company, rng: Random, changes: dict[int, Decimal]) -> list[Decimal]:
    """Cash at the start of each year, such that a year begins with what the last one left."""
    years = sorted(changes)
    lowest = min(sum((changes[year] for year in years[:end]), ZERO) for end in range(len(years) + 1))
    opening = {years[0]: part(rng, co.revenue[co.last_year], 9, 20, co.money.places) - lowest}
    for before, year in itertools.pairwise(years):
        opening[year] = opening[before] + changes[before]
    return [opening[year] for year in changes]


def quarterly_results(co: Company, rng: Random) -> Exhibit:
    """Revenue, profit, margin and earnings per share by quarter."""
    year, total = co.last_year, rng.random() < 0.6
    sheet = Sheet(periods.quarters(co, rng, year, total=total), style(rng, co.symbol), over="quarter")
    sales = split(rng, co.revenue[year], (1.0, 1.04, 0.94, 1.12), co.money.places)
    profit = co.parts(rng, sales, 26, 46)
    net = [rng.choice((1, 1, 1, -1)) * figure for figure in co.parts(rng, sales, 2, 9)]
    sheet.row("Revenue" if co.british else "Net sales", sales, co.money, "revenue")
    sheet.row("Gross profit", profit, co.money)
    sheet.row("Gross margin", [rounded(a * 100 / b, 1) for a, b in zip(profit, sales, strict=True)], PERCENT)
    if co.british:
        sheet.row("Profit (loss) after tax", net, co.money, "profit after tax")
    else:
        sheet.row("Net income (loss)", net, co.money)
    if rng.random() < 0.7:
        shares = between(rng, 2.1, 9.5, 2) * sales[0]
        per_share = [rounded(figure * 40 / shares, 2) for figure in net]
        sheet.row("Earnings (loss) per share", per_share, PRICE, "earnings per share")
    facts = [
        fact(
            "Demand is seasonal: {} is usually the strongest quarter.",
            rng.choice(("the fourth", "the second", "the third")),
            f"Which quarter is usually the strongest for {co.short}?",
            f"In which quarter does {co.short} normally sell most?",
        ),
        fact(
            "The quarterly figures are unaudited and include {}.",
            rng.choice(("a one-time gain from a property sale", "an insurance payment", "costs of a plant move")),
            f"What do the quarterly figures of {co.short} include?",
            f"Which special item is included in {co.short}'s unaudited quarterly figures?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Quarterly results (unaudited)", f"quarterly results for {year}", facts)


def long_record(co: Company, rng: Random) -> Exhibit:
    """Selected figures over five to seven years."""
    number, word = rng.choice(((5, "five"), (5, "five"), (6, "six"), (7, "seven")))
    header = periods.fiscal_years(co, rng, number)
    sheet = Sheet(header, style(rng, co.symbol))
    sales = co.sales(header.years)
    operating = co.parts(rng, sales, 6, 15)
    sheet.row("Revenue" if co.british else "Net sales", sales, co.money, "revenue")
    sheet.row("Operating profit" if co.british else "Operating income", operating, co.money)
    sheet.row("Operating margin", [rounded(a * 100 / b, 1) for a, b in zip(operating, sales, strict=True)], PERCENT)
    sheet.row("Capital expenditure", co.parts(rng, sales, 4, 11), co.money)
    balance = replace(co.money, sums=False)
    sign = rng.choice((1, 1, 1, -1))
    debts = [sign * figure for figure in co.parts(rng, sales, 3, 18)]
    sheet.row("Net debt (cash)", debts, balance, "net debt")
    sheet.row("Dividend per share", header.in_order(walk(rng, between(rng, 0.2, 1.4, 2), number, 0, 9, 2)), PRICE)
    sheet.row("Return on capital employed", drift(rng, 7, 19, len(sales)), PERCENT)
    facts = [
        fact(
            "The medium-term target is an operating margin of {}.",
            prose.percent(rng, 9, 18, 0),
            f"What operating margin does {co.short} aim for in the medium term?",
            f"Which margin target has {co.short} set itself?",
        ),
        fact(
            "Return on capital employed is {}.",
            "operating profit divided by average capital employed",
            f"How does {co.short} define return on capital employed?",
            f"What is return on capital employed in {co.short}'s report?",
        ),
    ]
    topic, shows = f"{word.capitalize()}-year record", f"selected figures of the last {word} years"
    return prose.exhibit(co, rng, sheet, topic, shows, facts, moves="revenue")
