"""Rules about what records say: each module finds one kind of defect and knows nothing of files or screens.

Modules for one record (`one_record` and what it calls, `question`) import neither numpy nor polars, for the processes
that scan a file start with them. Modules for many records (`duplicates`, `near_duplicates`, `length_outliers`,
`leakage`, `imbalance`) work on columns.
"""
