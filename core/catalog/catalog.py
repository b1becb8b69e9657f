"""The catalogue: shipped YAML, one file a model family, and the user's own, which adds or overrides."""

import difflib
from datetime import date
from importlib import resources
from pathlib import Path

import msgspec

from core.catalog.model import Model, Tuning
from core.errors import InputError, RefusedError, UsageError, Where

_Entries = list[dict[str, object]]


class Catalog(msgspec.Struct, frozen=True):
    """All models Outcrop knows, by key."""

    models: tuple[Model, ...]

    def get(self, name: str) -> Model:
        """Finds a model by key, by any identifier or by an ARN that ends in one.

        Raises:
            UsageError: No such model; names the nearest.
        """
        found = self.find(name)
        if found is None:
            keys = [model.key for model in self.models]
            near = difflib.get_close_matches(name, keys, n=3, cutoff=0.5)
            raise UsageError(
                f"There is no model named {name!r}",
                todo=f"Did you mean {' or '.join(near)}?" if near else "See `outcrop models`",
            )
        return found

    def find(self, name: str) -> Model | None:
        """The same, or None."""
        bare = name.rpartition("/")[2] if name.startswith("arn:") else name
        for model in self.models:
            if bare == model.key or bare in model.identifiers():
                return model
        return None

    def tunable(self) -> tuple[Model, ...]:
        """The models that can be fine-tuned."""
        return tuple(model for model in self.models if model.tuning)

    def tuning_of(self, name: str) -> tuple[Model, Tuning]:
        """A model together with how it is tuned.

        Raises:
            UsageError: No such model.
            RefusedError: It is there for inference only.
        """
        model = self.get(name)
        if model.tuning is None:
            raise RefusedError(
                f"{model.name} cannot be fine-tuned on Bedrock",
                why="the catalogue has it for comparing and judging only",
                todo="Choose one of " + ", ".join(each.key for each in self.tunable()),
            )
        return model, model.tuning

    def refuse_if_ended(self, model: Model, day: date) -> None:
        """Stops a submit against a model that is gone.

        Raises:
            RefusedError: The model is at its end of life on that day; names the nearest that is not.
        """
        if model.lifecycle.stage(day) != "end-of-life":
            return
        alternative = self.nearest_living(model, day)
        raise RefusedError(
            f"{model.name} reached its end of life on {model.lifecycle.end}",
            why=f"since that day Bedrock refuses every request for it ({model.lifecycle.source})",
            todo=f"Tune {alternative.key} instead" if alternative else "See `outcrop models`",
        )

    def nearest_living(self, model: Model, day: date) -> Model | None:
        """The tunable model closest to this one: same provider, then region, then catalogue order."""
        regions = set(model.tuning.regions) if model.tuning else set()
        living = [
            other
            for other in self.tunable()
            if other.key != model.key and other.lifecycle.stage(day) not in ("end-of-life", "not yet")
        ]
        ranked = sorted(
            living,
            key=lambda other: (
                other.provider != model.provider,
                not regions & set(other.tuning.regions if other.tuning else ()),
            ),
        )
        return ranked[0] if ranked else None


def load(own: Path | None = None) -> Catalog:
    """Reads the shipped catalogue and, over it, the user's own YAML files.

    Args:
        own: A folder of YAML files of the same shape; an entry with a known key overrides field by field.

    Raises:
        InputError: A file is not YAML or an entry has the wrong shape; says where.
    """
    from core import yaml_file  # a process that only knows limits reads no YAML

    entries: dict[str, dict[str, object]] = {}
    origin: dict[str, str] = {}
    shipped = sorted(resources.files("core.catalog").iterdir(), key=lambda item: item.name)
    files = [
        (item.name, yaml_file.load_as(_Entries, item.read_text("utf-8"), item.name))
        for item in shipped
        if item.name.endswith(".yaml")
    ]
    if own and own.is_dir():
        files += [(str(path), yaml_file.read_as(_Entries, path)) for path in sorted(own.glob("*.yaml"))]
    for name, listed in files:
        for entry in listed:
            key = str(entry.get("key", ""))
            entries[key] = _overlay(entries.get(key, {}), entry)
            origin[key] = name
    models = {key: yaml_file.convert(Model, entry, origin[key], key) for key, entry in entries.items()}
    shipped_names = {item.name for item in shipped}
    for key, model in models.items():
        if origin[key] not in shipped_names:
            _check_format(model, origin[key])
    return Catalog(tuple(models.values()))


def _check_format(model: Model, path: str) -> None:
    """Holds an entry of the user's own to the wire formats that there are; tests hold the shipped ones.

    Raises:
        InputError: There is no such format.
    """
    from core.records.formats import FORMATS  # with hashlib and json, which few who read the catalogue need

    wanted = model.tuning.data_format if model.tuning else None
    if wanted is not None and wanted not in FORMATS:
        raise InputError(
            "A field does not have the right shape",
            why=f"Invalid enum value {wanted!r}",
            todo=f"Name one of: {', '.join(FORMATS)}",
            where=Where(path, field=f"{model.key}.tuning.data_format"),
        )


def _overlay(under: dict[str, object], over: dict[str, object]) -> dict[str, object]:
    merged = dict(under)
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = _overlay(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
