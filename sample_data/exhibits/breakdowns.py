"""Notes that break one amount down into its parts, all of one shape: parts, a total, two or three years."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from sample_data import periods, prose
from sample_data.amounts import split, style, weights
from sample_data.companies import Company
from sample_data.prose import fact
from sample_data.tables import Exhibit, Fact, Sheet
from sample_data.words import in_sentence


@dataclass(frozen=True)
class Told:
    """A fact with its possible answers, or a range of percents; `{co}` is the company, `{}` the answer."""

    text: str
    answers: tuple[str, ...] | tuple[float, float]
    asks: tuple[str, ...]

    def fact(self, co: Company, rng: Random) -> Fact:
        """The sentence with one answer chosen."""
        first, second = self.answers[:2]
        if isinstance(first, float) and isinstance(second, float):
            answer = prose.percent(rng, first, second)
        else:
            answer = str(rng.choice(self.answers))
        return fact(
            self.text.replace("{co}", co.short), answer, *(ask.replace("{co}", co.short) for ask in self.asks)
        )


@dataclass(frozen=True)
class Breakdown:
    """One kind of note.

    Attributes:
        topic: Its heading.
        shows: Completes "The table shows …".
        noun: What a part is, in the singular and the plural.
        parts: Labels, or where the trade holds them.
        said: How a question names a part; `{}` is its label.
        total: The label of the total, American and British.
        size: Its range, in percent of revenue.
        balance: At the year's end rather than over the year.
        told: Facts that only the text tells.
    """

    topic: str
    shows: str
    noun: tuple[str, str]
    parts: tuple[str, ...] | Callable[[Company], tuple[str, ...]]
    said: str
    total: tuple[str, str]
    size: tuple[float, float]
    balance: bool
    told: tuple[Told, ...]


def breakdown(kind: Breakdown, co: Company, rng: Random) -> Exhibit:
    """The note of one kind for one company."""
    change = rng.random() < 0.2
    number = 2 if change else rng.choice((2, 2, 3))
    columns = periods.balance_dates if kind.balance else periods.fiscal_years
    sheet = Sheet(columns(co, rng, number, change=change), style(rng, co.symbol))
    money = replace(co.money, sums=not kind.balance)
    labels = kind.parts if isinstance(kind.parts, tuple) else kind.parts(co)
    shares = weights(rng, len(labels), ordered=True)
    whole = co.parts(rng, co.sales(sheet.header.years), *kind.size)
    figures = [split(rng, amount, shares, money.places) for amount in whole]
    lines = [
        sheet.row(label, list(row), money, kind.said.format(in_sentence(label)))
        for label, row in zip(labels, zip(*figures, strict=True), strict=True)
    ]
    label = kind.total[co.british] if rng.random() < 0.75 else "Total"
    total = sheet.total(label, lines, (), in_sentence(kind.total[co.british]))
    sheet.group(*kind.noun, "balance" if kind.balance else "amount", lines, total)
    facts = [told.fact(co, rng) for told in kind.told]
    return prose.exhibit(co, rng, sheet, kind.topic, kind.shows, facts)


INVENTORIES = Breakdown(
    topic="Inventories",
    shows="the components of inventories",
    noun=("component of inventories", "components of inventories"),
    parts=lambda co: co.sector.stock,
    said="inventories of {}",
    total=("Total inventories", "Total inventories"),
    size=(8, 17),
    balance=True,
    told=(
        Told(
            "Inventories are stated at the lower of cost and net realisable value; cost is determined by {}.",
            ("the first-in, first-out method", "the weighted average method", "standard cost, reviewed each quarter"),
            (
                "How does {co} determine the cost of inventories?",
                "By which method is {co}'s inventory cost determined?",
            ),
        ),
        Told(
            "Slow-moving items are written down after {} without movement.",
            ("six months", "nine months", "twelve months", "two years"),
            (
                "After how long does {co} write down slow-moving items?",
                "When are slow-moving items at {co} written down?",
            ),
        ),
        Told(
            "Physical counts are carried out {}.",
            ("every quarter", "twice a year", "once a year, in the last week of the fiscal year"),
            ("How often does {co} count its inventories?", "When are physical counts carried out at {co}?"),
        ),
    ),
)

ACCRUED_LIABILITIES = Breakdown(
    topic="Accrued liabilities",
    shows="the components of accrued liabilities",
    noun=("accrued liability", "accrued liabilities"),
    parts=("Salaries and bonuses", "Customer rebates", "Warranty claims", "Interest", "Taxes other than income tax"),
    said="accrued liabilities for {}",
    total=("Total accrued liabilities", "Total accruals"),
    size=(4, 9),
    balance=True,
    told=(
        Told(
            "Warranty claims are estimated from {}.",
            ("claims of the last three years", "the failure rate of each product", "past repair costs"),
            (
                "From what does {co} estimate warranty claims?",
                "What is the basis of {co}'s estimate of warranty claims?",
            ),
        ),
        Told(
            "Bonuses are paid in the {} month after the end of the year.",
            ("second", "third", "fourth"),
            ("In which month after the year end does {co} pay bonuses?", "When are bonuses at {co} paid?"),
        ),
        Told(
            "Customer rebates average {} of the sales that qualify.",
            (1.5, 4.8),
            ("What do {co}'s customer rebates average?", "How high are the average customer rebates of {co}?"),
        ),
    ),
)

AUDIT_FEES = Breakdown(
    topic="Fees of the auditor",
    shows="fees paid to the auditor",
    noun=("kind of fee", "kinds of fee"),
    parts=("Audit fees", "Audit-related fees", "Tax fees", "All other fees"),
    said="{}",
    total=("Total fees", "Total auditor's remuneration"),
    size=(0.3, 0.8),
    balance=False,
    told=(
        Told(
            "Non-audit services need the approval of {}.",
            ("the audit committee", "the chair of the audit committee", "the full Board"),
            ("Who approves non-audit services at {co}?", "Whose approval do non-audit services at {co} need?"),
        ),
        Told(
            "Tax fees relate to {}.",
            ("advice on customs duties", "the filing of returns abroad", "a transfer pricing study"),
            ("What do the tax fees of {co} relate to?", "For what did {co} pay tax fees?"),
        ),
        Told(
            "The audit will be put out to tender in {}.",
            ("2026", "2027", "2028", "2029"),
            ("When will {co} put its audit out to tender?", "In which year will the audit of {co} be tendered?"),
        ),
    ),
)

SHARE_COMPENSATION = Breakdown(
    topic="Share-based compensation",
    shows="share-based compensation expense by function",
    noun=("function", "functions"),
    parts=("Cost of revenue", "Research and development", "Sales and marketing", "General and administrative"),
    said="share-based compensation in {}",
    total=("Total share-based compensation", "Total share-based payment expense"),
    size=(0.9, 3.4),
    balance=False,
    told=(
        Told(
            "Awards vest over {}.",
            (
                "three years in equal parts",
                "four years, one quarter each year",
                "three years, subject to a return target",
            ),
            ("Over what period do {co}'s awards vest?", "How do share awards of {co} vest?"),
        ),
        Told(
            "Compensation not yet recognised will be expensed over a weighted-average period of {}.",
            ("1.4 years", "1.8 years", "2.1 years", "2.6 years"),
            (
                "Over which weighted-average period will {co} expense compensation not yet recognised?",
                "How long is the weighted-average period for {co}'s unrecognised compensation?",
            ),
        ),
        Told(
            "The fair value of restricted units is {}.",
            ("the closing share price on the grant date", "the average price of the five days before the grant"),
            ("What is the fair value of {co}'s restricted units?", "How does {co} measure restricted units?"),
        ),
    ),
)

FINANCE_COSTS = Breakdown(
    topic="Finance costs",
    shows="the composition of finance costs",
    noun=("finance cost", "finance costs"),
    parts=("Interest on bank loans", "Interest on bonds", "Interest on lease liabilities", "Unwinding of discounts"),
    said="{}",
    total=("Total interest expense", "Total finance costs"),
    size=(0.9, 2.8),
    balance=False,
    told=(
        Told(
            "Interest on qualifying assets was capitalised at {}.",
            (3.1, 6.2),
            ("At what rate did {co} capitalise interest?", "Which rate was used by {co} to capitalise interest?"),
        ),
        Told(
            "About {} of borrowings carry a fixed rate.",
            (45.0, 90.0),
            (
                "What share of {co}'s borrowings carries a fixed rate?",
                "How much of {co}'s debt has a fixed rate, in percent?",
            ),
        ),
        Told(
            "Interest rate swaps are held with {}.",
            ("two relationship banks", "three banks rated A or better", "the lead arranger of the loan"),
            (
                "With whom does {co} hold interest rate swaps?",
                "Who are the counterparties of {co}'s interest rate swaps?",
            ),
        ),
    ),
)

PROVISIONS = Breakdown(
    topic="Provisions",
    shows="provisions by kind at each balance sheet date",
    noun=("kind of provision", "kinds of provision"),
    parts=("Restoration of sites", "Onerous contracts", "Legal claims", "Severance", "Other provisions"),
    said="provisions for {}",
    total=("Total provisions", "Total provisions"),
    size=(2, 7),
    balance=True,
    told=(
        Told(
            "Restoration work is expected to take place within {}.",
            ("five years", "ten years", "fifteen years", "twenty-five years"),
            ("Within what time does {co} expect to restore its sites?", "When is {co}'s restoration work expected?"),
        ),
        Told(
            "The provision for legal claims concerns {}.",
            ("a dispute with a former supplier", "a patent case", "two claims by contractors", "a customs audit"),
            (
                "What does {co}'s provision for legal claims concern?",
                "For which matter has {co} provided under legal claims?",
            ),
        ),
        Told(
            "Long-term provisions are discounted at {}.",
            (1.9, 4.6),
            (
                "At what rate does {co} discount long-term provisions?",
                "Which discount rate applies to {co}'s provisions?",
            ),
        ),
    ),
)

EMPLOYEE_COSTS = Breakdown(
    topic="Employee costs",
    shows="employee costs by kind",
    noun=("kind of employee cost", "kinds of employee cost"),
    parts=("Wages and salaries", "Social security", "Pension contributions", "Training and recruitment"),
    said="costs of {}",
    total=("Total employee costs", "Total staff costs"),
    size=(18, 34),
    balance=False,
    told=(
        Told(
            "Pay rose by {} under the collective agreement.",
            (2.1, 6.4),
            (
                "By how much did pay at {co} rise under the collective agreement?",
                "What pay rise did {co}'s agreement bring?",
            ),
        ),
        Told(
            "The Company matches pension contributions up to {} of salary.",
            (4.0, 8.0),
            (
                "Up to what share of salary does {co} match pension contributions?",
                "How far does {co} match contributions?",
            ),
        ),
        Told(
            "Key managers are {}.",
            (
                "the members of the executive committee",
                "the Board and the segment heads",
                "the eight executive directors",
            ),
            ("Who are the key managers of {co}?", "Whom does {co} regard as key managers?"),
        ),
    ),
)

PREPAID = Breakdown(
    topic="Prepaid expenses and other assets",
    shows="prepaid expenses and other current assets",
    noun=("item", "items"),
    parts=(
        "Prepaid insurance",
        "Prepaid software and support",
        "Supplier deposits",
        "Tax receivables",
        "Other current assets",
    ),
    said="{}",
    total=("Total prepaid expenses and other", "Total prepayments and other assets"),
    size=(1.4, 4.5),
    balance=True,
    told=(
        Told(
            "Supplier deposits are refundable when {}.",
            ("the contract ends", "the last delivery has been made", "yearly volumes are reached"),
            (
                "When are {co}'s supplier deposits refundable?",
                "Under what condition does {co} get supplier deposits back?",
            ),
        ),
        Told(
            "Insurance is renewed each {}.",
            ("January", "April", "July", "October"),
            ("When does {co} renew its insurance?", "In which month is {co}'s insurance renewed?"),
        ),
    ),
)

KINDS = (
    INVENTORIES,
    ACCRUED_LIABILITIES,
    AUDIT_FEES,
    SHARE_COMPENSATION,
    FINANCE_COSTS,
    PROVISIONS,
    EMPLOYEE_COSTS,
    PREPAID,
)
