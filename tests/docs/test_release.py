"""Whether a tree can be released, and the text of its release."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import release
from release import ReleaseError, main, notes, section

CHANGELOG = """# Changelog

## [1.1.0] - unreleased

### Added

- One thing.

## [1.0.0] - 2026-01-31

- The first.

## [0.9.0]
"""


def test_a_version_has_the_text_between_its_heading_and_the_next() -> None:
    assert section(CHANGELOG, "1.1.0") == ("unreleased", "### Added\n\n- One thing.")
    assert notes(CHANGELOG, "1.0.0", "v1.0.0") == "- The first.\n"
    assert notes(CHANGELOG, "1.1.0", None) == "### Added\n\n- One thing.\n"


@pytest.mark.parametrize(
    ("version", "tag", "reason"),
    [
        ("1.0.0", "v1.1.0", r"the tag is v1\.1\.0, and info\.version of openapi\.yaml is 1\.0\.0: tag v1\.0\.0"),
        ("1.1.0", "v1.1.0", r"\[1\.1\.0\] is dated unreleased: write the day"),
        ("2.0.0", "v2.0.0", r"there is no section \[2\.0\.0\]"),
        ("0.9.0", None, r"\[0\.9\.0\] is empty"),
    ],
)
def test_a_version_that_cannot_be_released_is_explained(version: str, tag: str | None, reason: str) -> None:
    with pytest.raises(ReleaseError, match=reason):
        notes(CHANGELOG, version, tag)


def test_this_tree_has_a_text_for_its_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The changelog has a section for the version in openapi.yaml; the tag of another version is refused."""
    assert main(["--output", str(tmp_path / "notes.md")]) == 0
    assert (tmp_path / "notes.md").read_text(encoding="utf-8").startswith(("###", "The "))
    assert main(["--tag", "v0.0.0"]) == 1
    assert "the tag is v0.0.0" in capsys.readouterr().err


def test_the_release_before_is_the_nearest_tag_of_a_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag on the commit itself is of the release that is being made; tags of no version are skipped."""
    monkeypatch.setattr(release, "ROOT", tmp_path)
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "someone")

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    assert release.previous_tag() is None
    for tag in ("v1.0.0", "nightly", "v1.1.0"):
        git("commit", "--allow-empty", "-m", tag)
        git("tag", tag)
    assert release.previous_tag() == "v1.0.0"
