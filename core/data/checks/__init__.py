"""Rules about what records say: each module finds one kind of defect and knows nothing of files or screens.

Modules for one record (`one_record` and what it calls, `question`) import neither numpy nor polars, for the processes
that scan a file start with them. Modules for many records (`duplicates`, `near_duplicates`, `length_outliers`,
`leakage`, `imbalance`; `comparison` for all of them) work on columns. `rules` is the table that every screen and
command takes its words from: `BY_NAME[rule].finds`, `.todo`, `.source`, `.fix`.

A scan (`core.data.facts`) applies them: `issue` is the worst rule of a row, `severity` how bad that is, `issues` all
rules with a comma between them, advice included, which is no `issue`. What a screen needs beyond columns is in
`core.data.issues`: `summary`, `rows_of`, `reasons`, `fixable`, `fixed` for a preview, `applied` to decide it.
"""
