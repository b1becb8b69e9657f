"""The rules of the models' own formats, a module each; `core.records.check` lists and applies them."""
