"""Themes as YAML, shipped in the wheel; the user adds more in the config folder."""
