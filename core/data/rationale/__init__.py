"""Rationales: a model writes for each record the reasoning that leads to its known answer; a person reviews it.

`prompt` is what it is asked, `plan` says of whom and what that takes, `run` asks, `reply` reads what comes back,
`proposal` keeps it: as an edit of the record, in the journal like any other.
"""
