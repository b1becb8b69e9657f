"""Tables of words only: revenue policies and principal risks."""

from random import Random

from sample_data import periods, prose
from sample_data.amounts import COUNT, TEXT, style
from sample_data.companies import Company
from sample_data.prose import fact, listed
from sample_data.tables import Cell, Exhibit, Sheet
from sample_data.traits import Trait, ask
from sample_data.words import in_sentence


def revenue_policies(co: Company, rng: Random) -> Exhibit:
    """Revenue streams with the moment of recognition and the payment terms: words only."""
    names = ("Revenue is recognised", "Payment terms") if co.british else ("Timing of recognition", "Payment terms")
    with_segment = rng.random() < 0.6
    texts = (*names, "Segment") if with_segment else names
    header = periods.plain(dict.fromkeys(texts, TEXT), corner="Revenue stream")
    sheet = Sheet(header, style(rng, co.symbol), over="stream")
    lines = []
    for stream, timing, terms in co.sector.streams:
        cells: list[Cell] = [timing, terms, rng.choice(co.sector.segments[:3])] if with_segment else [timing, terms]
        lines.append(sheet.row(stream, cells, COUNT, in_sentence(stream), asked=False))
    traits = [
        Trait(
            0,
            (
                "When is revenue from {row} recognised?",
                "At what point does the company recognise revenue from {row}?",
                "How is the timing of revenue from {row} described?",
            ),
            ("For which revenue stream is revenue recognised {lower}?", "Which stream is recognised {lower}?"),
        ),
        Trait(
            1,
            (
                "What are the payment terms for {row}?",
                "When do customers pay for {row}?",
                "On which terms is {row} paid?",
            ),
            (
                'Which revenue stream has the payment terms "{value}"?',
                'For which stream are the payment terms "{value}"?',
            ),
            ('Which revenue streams have the payment terms "{value}"?',),
        ),
    ]
    if with_segment:
        traits.append(
            Trait(
                2,
                ("To which segment does the stream {row} belong?", "Which segment earns the revenue from {row}?"),
                ("Which revenue stream belongs to the {value} segment?",),
                (
                    "Which revenue streams belong to the {value} segment?",
                    "What streams does the {value} segment have?",
                ),
                ("How many revenue streams belong to the {value} segment?",),
            )
        )
    ask(sheet, lines, traits)
    facts = [
        fact(
            "Contract liabilities are {}.",
            rng.choice(("amounts received before delivery", "payments for services not yet rendered")),
            f"What are contract liabilities at {co.short}?",
            f"How does {co.short} define contract liabilities?",
        ),
        fact(
            "Costs of obtaining a contract are expensed when {}.",
            "the contract lasts a year or less",
            f"When does {co.short} expense the costs of obtaining a contract?",
        ),
        fact(
            "Returns are estimated from {}.",
            rng.choice(("the last twelve months", "past seasons", "the return rate of each channel")),
            f"From what does {co.short} estimate returns?",
            f"What is the basis of {co.short}'s estimate of returns?",
        ),
        listed(
            "Judgement is needed above all for {}.",
            ("variable prices", "bundled contracts"),
            f"For what does {co.short} need judgement above all?",
            f"Which matters call for judgement at {co.short}?",
        ),
    ]
    return prose.exhibit(co, rng, sheet, "Revenue recognition", "when revenue from each stream is recognised", facts)


RISKS = (
    ("Cyber attack", "Chief Information Officer", "Network monitoring and yearly drills"),
    ("Loss of a key customer", "Chief Commercial Officer", "Contracts of three years or more"),
    ("Energy prices", "Chief Financial Officer", "Forward purchases for the next 18 months"),
    ("Shortage of skilled staff", "Chief People Officer", "Apprenticeships and pay reviews"),
    ("Product safety", "Chief Operating Officer", "Independent testing of every batch"),
    ("Supply interruption", "Chief Operating Officer", "Second sources for critical parts"),
    ("Change in regulation", "General Counsel", "Dialogue with the regulator"),
    ("Currency movements", "Chief Financial Officer", "Hedging of expected cash flows"),
    ("Climate and flooding", "Chief Operating Officer", "Flood barriers at exposed sites"),
    ("Failure of a large project", "Chief Executive", "Stage gates and outside review"),
)


def risks(co: Company, rng: Random) -> Exhibit:
    """The risk register: owner, trend, likelihood and mitigation."""
    names = ("Owner", "Trend", "Likelihood", "Mitigation")
    header = periods.plain(dict.fromkeys(names, TEXT), corner=rng.choice(("Principal risk", "Risk")))
    sheet = Sheet(header, style(rng, co.symbol), over="risk")
    lines = []
    for risk, owner, mitigation in rng.sample(RISKS, rng.choice((5, 6, 7))):
        cells: list[Cell] = [
            owner,
            rng.choice(("Rising", "Stable", "Falling")),
            rng.choice(("Low", "Medium", "High")),
            mitigation,
        ]
        lines.append(sheet.row(risk, cells, COUNT, in_sentence(risk), asked=False))
    traits = (
        Trait(
            0,
            (
                "Who owns the risk of {row}?",
                "Who is responsible for the risk of {row}?",
                "To whom is {row} assigned as a risk?",
            ),
            ("Which risk is owned by the {value}?", "For which risk is the {value} responsible?"),
            ("Which risks are owned by the {value}?", "For which risks is the {value} responsible?"),
            ("How many risks are owned by the {value}?",),
        ),
        Trait(
            1,
            ("What is the trend of the risk of {row}?", "Is the risk of {row} rising, stable or falling?"),
            ("Which is the only risk with the trend {lower}?", "Which single risk is {lower}?"),
            ("Which risks are {lower}?", "Name the risks with the trend {lower}."),
            ("How many risks are {lower}?",),
        ),
        Trait(
            2,
            ("How likely is the risk of {row}?", "What likelihood is given for {row}?"),
            ("Which is the only risk of {lower} likelihood?",),
            ("Which risks have a {lower} likelihood?",),
            ("How many risks have a {lower} likelihood?",),
        ),
        Trait(
            3,
            ("How is the risk of {row} mitigated?", "What does the company do about {row}?"),
            ("Which risk is mitigated by {lower}?", "Against which risk does the company use {lower}?"),
        ),
    )
    ask(sheet, lines, traits)
    facts = [
        fact(
            "The register is reviewed by {}.",
            rng.choice(("the audit committee", "the risk committee", "the full Board"))
            + rng.choice((" twice a year", " every quarter")),
            f"By whom and when is the risk register of {co.short} reviewed?",
            f"Who reviews {co.short}'s risk register?",
        ),
        fact(
            "A risk is called high when {}.",
            rng.choice(("it could cost a tenth of yearly profit", "it is expected within two years")),
            f"When does {co.short} call a risk high?",
            f"What makes a risk high at {co.short}?",
        ),
    ]
    return prose.exhibit(
        co, rng, sheet, "Principal risks", "principal risks, who owns them and how they are mitigated", facts
    )
