"""The settings of a project's reviews, in `review.toml` or in `[tool.review]` of `pyproject.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, cast

from . import accepted, rules
from .accepted import Accepted
from .findings import Finding
from .rules import PARTS, SEVERITIES, Part
from .source import ReviewError
from .wire.operations import Scope

Level: TypeAlias = Literal["breaking", "additive", "docs", "none"]
FailOn: TypeAlias = Literal["breaking", "any", "none"]

LEVELS: Final[tuple[Level, ...]] = (*SEVERITIES, "none")
FAIL_ON: Final[tuple[FailOn, ...]] = ("breaking", "any", "none")
FILE: Final = "review.toml"
# The settings with their meanings and defaults, as `python -m review rules` shows them.
KEYS: Final[Mapping[str, str]] = {
    "severities": "a table of rule ids with their severities: breaking, additive, docs, or none to turn a rule off",
    "parts": "a list of the parts that are on: contract, python, fixtures (all)",
    "version": "whether a version that is too low fails the review (true)",
    "fail-on": "which findings give status 1: breaking, any or none (breaking)",
    "strip-prefix": "a list of prefixes to remove from paths before they are compared",
    "paths": "a list of patterns of the paths to compare, such as `/chat/*` (all)",
    "tags": "a list of the tags of the operations to compare (all)",
    "accepted": "tables `[[accepted]]` of accepted findings: fingerprint, reason, date",
}


@dataclass(frozen=True)
class Settings:
    """The settings; `review.toml` calls them by the names in `KEYS`."""

    severities: Mapping[str, Level] = field(default_factory=dict)
    parts: tuple[Part, ...] = ("contract", "python", "fixtures")
    version: bool = True
    fail_on: FailOn = "breaking"
    scope: Scope = field(default_factory=Scope)
    accepted: tuple[Accepted, ...] = ()

    def applied(self, findings: list[Finding]) -> list[Finding]:
        """Give findings the severities that are set, and drop those of rules that are off."""
        kept = []
        for finding in findings:
            level = self.severities.get(finding.rule_id, self.severities.get(finding.rule.id(None)))
            if level != "none":
                kept.append(replace(finding, level=level) if level else finding)
        return kept


def find(folder: Path) -> Settings:
    """Read the settings from `review.toml` in a folder, or else from `pyproject.toml`.

    Raises:
        ReviewError: the file cannot be read, or a setting is unknown or invalid.
    """
    file, project = folder / FILE, folder / "pyproject.toml"
    if file.is_file():
        return read(file)
    if project.is_file():
        found = accepted.load(project).get("tool", {}).get("review", {})
        return parse(found, f"{project.name}: [tool.review]", project)
    return Settings()


def read(path: Path) -> Settings:
    """Read a settings file.

    Raises:
        ReviewError: the file cannot be read, or a setting is unknown or invalid.
    """
    return parse(accepted.load(path), str(path), path)


def parse(found: Mapping[str, Any], name: str, path: Path) -> Settings:
    """Parse a table of settings.

    Args:
        name: The name of the table in messages.
        path: The file of the table.

    Raises:
        ReviewError: a setting is unknown or invalid.
    """
    for key in found:
        if key not in KEYS:
            near = get_close_matches(key, KEYS, 1)
            hint = f": did you mean {near[0]!r}?" if near else f"; it may be {', '.join(KEYS)}"
            raise ReviewError(f"{name}: nothing is called {key!r}{hint}")
    parts = _texts(found, "parts", name)
    if wrong := [part for part in parts if part not in PARTS[:3]]:
        raise ReviewError(f"{name}: `parts` may have {', '.join(PARTS[:3])}, and has {wrong[0]!r}")
    version = found.get("version", True)
    if not isinstance(version, bool):
        raise ReviewError(f"{name}: `version` must be true or false")
    fail_on = found.get("fail-on", "breaking")
    if fail_on not in FAIL_ON:
        raise ReviewError(f"{name}: `fail-on` must be one of {', '.join(FAIL_ON)}")
    scope = Scope(*(_texts(found, key, name) for key in ("strip-prefix", "paths", "tags")))
    return Settings(
        severities=_severities(found.get("severities", {}), name),
        parts=tuple(part for part in PARTS[:3] if not parts or part in parts),
        version=version,
        fail_on=fail_on,
        scope=scope,
        accepted=tuple(accepted.parse(found.get("accepted", []), path)),
    )


def _texts(found: Mapping[str, Any], key: str, name: str) -> tuple[str, ...]:
    texts = found.get(key, [])
    if not isinstance(texts, list) or not all(isinstance(item, str) for item in texts):
        raise ReviewError(f"{name}: `{key}` must be a list of texts")
    return tuple(texts)


def _severities(found: Any, name: str) -> dict[str, Level]:
    if not isinstance(found, Mapping):
        raise ReviewError(f"{name}: `severities` must be a table")
    known = {rule.id(None) for rule in rules.Rule} | {line[0] for line in rules.table()}
    for rule, level in found.items():
        if rule not in known:
            near = get_close_matches(rule, known, 1)
            hint = f": did you mean {near[0]!r}?" if near else ": `python -m review rules` lists them"
            raise ReviewError(f"{name}: no rule is called {rule!r}{hint}")
        if level not in LEVELS:
            raise ReviewError(f"{name}: {rule} may be {', '.join(LEVELS)}, and is {level!r}")
    return {rule: cast(Level, level) for rule, level in found.items()}
