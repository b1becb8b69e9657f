"""The kinds of table that annual reports hold, each a function of a company and a random generator."""

from collections.abc import Callable
from functools import partial
from random import Random

from sample_data.companies import Company
from sample_data.exhibits import (
    assets,
    breakdowns,
    instruments,
    leases,
    people,
    registers,
    segments,
    shares,
    statements,
    taxes,
)
from sample_data.tables import Exhibit

Builder = Callable[[Company, Random], Exhibit]

BUILDERS: tuple[Builder, ...] = (
    statements.income_statement,
    segments.revenue_by_product,
    assets.properties,
    statements.balance_sheet,
    leases.lease_maturities,
    segments.operating_figures,
    instruments.debt,
    people.headcount,
    registers.revenue_policies,
    statements.cash_flow,
    shares.earnings_per_share,
    segments.segment_results,
    assets.equipment,
    taxes.tax_reconciliation,
    people.committees,
    segments.revenue_by_region,
    shares.stock_options,
    registers.risks,
    statements.quarterly_results,
    leases.lease_cost,
    instruments.fair_values,
    assets.intangibles,
    segments.goodwill,
    shares.dividends,
    taxes.deferred_taxes,
    people.restructuring,
    segments.customers,
    statements.long_record,
    leases.obligations,
    instruments.receivables_ageing,
    shares.share_prices,
    people.pension,
    segments.emissions,
    instruments.sensitivity,
    *(partial(breakdowns.breakdown, kind) for kind in breakdowns.KINDS),
)
