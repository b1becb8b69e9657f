"""The rules about what records say and how they compare, a module each; `rules` lists them.

A rule is one object (`core.records.rule.Rule`): its name, its severities, what it finds, what to do, who says so, its
fix. A `RecordRule` (`one_record`) looks at one record, a `FileRule` (`comparison`) at all of a file by columns. The
modules import neither numpy nor polars at the top, for the processes that scan a file import the list. `keys`,
`rewording`, `question` and `normal_form` do the comparing, `fixes` mends a file.

A scan (`core.data.facts`) applies the rules: `issue` is the worst rule of a row, `severity` how bad that is, `issues`
all rules with a comma between them, advice included, which is no `issue`. What a screen needs beyond columns is in
`core.data.issues`.
"""
