"""What became of each record of each file; the counts always add up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that was not taken over, or not wholly: where it stands, and why."""

    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Merge:
    """A record that was joined with a study already there."""

    place: str
    study: str
    why: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """One imported file: `records == imported + len(merges) + unchanged + len(reported)`."""

    file: str
    format: str
    imported: int
    merges: tuple[Merge, ...]
    unchanged: int
    reported: tuple[Problem, ...]

    @property
    def merged(self) -> int:
        """How many records were joined with a study already there."""
        return len(self.merges)

    @property
    def records(self) -> int:
        """How many records the file holds."""
        return self.imported + self.merged + self.unchanged + len(self.reported)

    def as_json(self) -> dict[str, object]:
        """The report in the form that `evidence-desk import --json` prints."""
        return {
            "file": self.file,
            "format": self.format,
            "records": self.records,
            "imported": self.imported,
            "merged": self.merged,
            "unchanged": self.unchanged,
            "reported": [{"place": one.place, "why": one.why} for one in self.reported],
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """All files of one import, in the order they were given."""

    files: tuple[FileReport, ...]

    @property
    def changes(self) -> int:
        """How many records changed the collection."""
        return sum(one.imported + one.merged for one in self.files)

    def as_json(self) -> list[dict[str, object]]:
        """The reports of all files."""
        return [one.as_json() for one in self.files]
