"""Annotation: a model is asked about records, and each reply is paid once.

`brief` is what a model is told of a record, `prompt` the words around it, `annotator` the engine that asks. `judge`
and `rationale` are the two prompts for it: a judge's replies are read as `verdicts`, a rationale becomes a
`proposal`, which is an edit of its record.
"""
