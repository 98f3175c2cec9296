"""A collection small enough to be read whole, for tests of what is built over a collection."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from corpus.catalogue import BULK, DESCRIPTION, Catalogue, load_catalogue
from corpus.records import write_json
from corpus.study import PAGE_ID, Section, Study, Voice

KNEE = Study(
    "knee",
    "Acupuncture for painful knees",
    (
        Section("Headline", Voice.SUMMARY, "Needles for knees."),
        Section(
            "Summary",
            Voice.SUMMARY,
            "Two trials took part. Pain eased in 3 522 people, Wang et al. found.\n\n"
            "It was no better than sham acupuncture. The point PC 7 was needled.",
        ),
    ),
)
BACK = Study(
    "back",
    "Acupuncture for low back pain",
    (
        Section("Summary", Voice.SUMMARY, "Back pain eased a little. The evidence is weak."),
        Section("Clinic note", Voice.NOTE, "Very good for the back!"),
    ),
)
NOTE = Study("note", "针灸治疗膝痛", (Section("Clinic note", Voice.NOTE, "对膝关节疼痛有效。"),))
PAGE = Study(PAGE_ID, "", (Section("Introduction", Voice.PAGE, "Ask your practitioner."),))
STUDIES = (KNEE, BACK, NOTE)


def small_collection(
    folder: Path, *, name: str = "Small", studies: Iterable[Study] = STUDIES
) -> Catalogue:
    """The collection `name` of `studies`, written to `folder` and loaded from there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DESCRIPTION).write_text(f"name: {name}\n", encoding="utf-8")
    lines = [write_json(study) + "\n" for study in (*studies, PAGE)]
    (folder / BULK).write_text("".join(lines), encoding="utf-8")
    return load_catalogue(folder, drafts=True)
