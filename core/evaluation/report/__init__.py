"""The report of an evaluation: one set of figures, written as Markdown, HTML, CSV or JSON.

`figures` is what a report says, `gather` finds it in a project, `document` puts it into sections of `blocks`;
`markdown` and `html` show those, and `write` writes them, and the figures as CSV and JSON. Both front ends show
`blocks` too: so the package itself imports none of these.
"""
