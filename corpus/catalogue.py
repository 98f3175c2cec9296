"""A collection as a value: its studies, its page, its vocabulary, and a digest of all of it.

Loads and checks what must be right for anything to work; what a careful reader would question is in `checking`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path

import yaml

from corpus import front_matter
from corpus.errors import CollectionError, RecordError, VocabularyError
from corpus.field_types import Fields
from corpus.folder_state import State, state
from corpus.folder_writing import finish_writing, is_writing
from corpus.nesting import too_deep_at
from corpus.records import load_bulk, load_record, text_of, write_json
from corpus.retractions import FOLDER, retraction_list
from corpus.standing import Standing, standing, today
from corpus.study import PAGE_ID, Section, Study, Voice
from corpus.vocabulary import LANGUAGES, Vocabulary, shipped_vocabulary, vocabulary

DESCRIPTION = "collection.yaml"
STUDIES = "studies"
BULK = "studies.jsonl"
VOCABULARY = "vocabulary.yaml"
PARAPHRASES = "paraphrases.yaml"
DISCLAIMER = "Disclaimer"  # a section of the page
_READ = frozenset((DESCRIPTION, STUDIES, BULK, VOCABULARY, PARAPHRASES, FOLDER))
_TRIES = 20  # a change of many files takes milliseconds to be put in place


@dataclass(frozen=True)
class Description:
    """What a collection says of itself in `collection.yaml`."""

    name: str
    topic: str = ""
    disclaimer: str = ""  # in place of the page's own
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, eq=False, repr=False)
class Catalogue:
    """All studies of one collection, ready to be read; compared by identity, so that it can key a cache.

    `studies` is sorted by id and leaves the page out. `page` is the collection's own page record, or
    the shipped one's where it has none. `digest` is a sha256 in hex over the content of everything here.
    """

    description: Description
    folder: Path
    studies: tuple[Study, ...]
    page: Study
    vocabulary: Vocabulary
    digest: str
    has_own_page: bool = True
    parts: tuple[Catalogue, ...] = ()  # the collections that are searched together here

    def __repr__(self) -> str:
        return f"<Catalogue {self.name!r}, {len(self.studies)} studies, {self.digest[:12]}>"

    @property
    def name(self) -> str:
        """The collection's name, as shown to people."""
        return self.description.name

    def study(self, study_id: str) -> Study:
        """The study with this id, or the page; KeyError where there is neither."""
        if study_id == self.page.id:
            return self.page
        return self._by_id[study_id]

    def folder_of(self, study: Study) -> Path:
        """The folder that holds the record of a study of this catalogue."""
        homes = (one.folder for one in self.parts if one.name in study.collections)
        return next(homes, self.folder)

    @cached_property
    def _by_id(self) -> dict[str, Study]:
        return {study.id: study for study in self.studies}


def shipped_folder() -> Path:
    """The folder of the collection that ships with Evidence Desk."""
    return Path(str(files("corpus")))


def described(name: str) -> str:
    """The text of `collection.yaml` for a collection of that name."""
    return yaml.safe_dump({"name": name}, allow_unicode=True, width=1000)


def description(folder: Path) -> Description:
    """What the collection in a folder says of itself; a RecordError where that cannot be read."""
    file = folder / DESCRIPTION
    if not file.exists():
        return Description(name=folder.name)
    written = front_matter.read(text_of(file), str(file), first=1)
    fields = Fields(written, None)
    fields.only((), ("name", "topic", "disclaimer", "languages"))
    languages = fields.texts(("languages",)) or ("en",)
    for place, language in enumerate(languages):
        if language not in LANGUAGES:
            wanted = f"one of: {', '.join(LANGUAGES)}"
            raise fields.wrong(("languages", place), f"the language {language!r}", wanted)
    return Description(
        name=fields.line_of_text(("name",)) or folder.name,
        topic=fields.line_of_text(("topic",)) or "",
        disclaimer=fields.line_of_text(("disclaimer",)) or "",
        languages=languages,
    )


def collection_vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary of the collection in `folder`: its own, or the shipped one."""
    file = folder / VOCABULARY
    if not file.exists() or folder.resolve() == shipped_folder().resolve():
        return shipped_vocabulary()
    text = text_of(file)
    deep = too_deep_at(text, yaml.CSafeLoader)
    if deep is not None:
        raise VocabularyError(
            f"{file}:{deep + 1}: found values nested very deeply; wanted a list of concepts"
        )
    try:
        entries = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as exc:
        raise VocabularyError(f"{file}: found {exc}; wanted a list of concepts") from exc
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise VocabularyError(f"{file}: found no list; wanted a list of concepts")
    said = folder / PARAPHRASES
    if not said.exists():
        return vocabulary(entries)
    return vocabulary(entries, text_of(said), str(said))


def record_files(folder: Path) -> tuple[Path, ...]:
    """The Markdown records of a collection folder, by name."""
    return tuple(sorted((folder / STUDIES).glob("*.md"), key=lambda file: file.name))


def load_studies(folder: Path, concepts: Vocabulary | None) -> Iterator[tuple[Path, Study]]:
    """Every record of a collection folder with the file it stands in: drafts and the page too.

    Raises RecordError for the first record that is wrong, or whose id another one has.
    """
    seen: dict[str, Path] = {}
    bulk = folder / BULK
    found: Iterator[tuple[Path, Study]] = _each(folder, bulk, concepts)
    for file, study in found:
        if study.id in seen:
            wanted = f"another id, {seen[study.id].name} has this one"
            raise RecordError(file, 1, found=f"the id {study.id!r} again", wanted=wanted)
        seen[study.id] = file
        yield file, study


def _each(folder: Path, bulk: Path, concepts: Vocabulary | None) -> Iterator[tuple[Path, Study]]:
    for file in record_files(folder):
        yield file, load_record(file, concepts)
    if bulk.exists():
        for study in load_bulk(bulk, concepts):
            yield bulk, study


def _digest(description: Description, studies: Iterable[Study], concepts: Vocabulary) -> str:
    """Sha256 over everything that can change an answer, each part parted from the next."""
    digest = hashlib.sha256()
    for part in _parts(description, studies, concepts):
        digest.update(part.encode("utf-8"))
        digest.update(b"\x00")
    return digest.hexdigest()


def _parts(
    description: Description, studies: Iterable[Study], concepts: Vocabulary
) -> Iterator[str]:
    yield json.dumps([description.name, description.topic, *description.languages])
    for concept in concepts.concepts.values():
        names = {language: list(texts) for language, texts in concept.names.items() if texts}
        values: Sequence[object] = (
            concept.id,
            concept.kind,
            concept.label,
            names,
            concept.broader,
            concept.made_of,
        )
        yield json.dumps(values, sort_keys=True)
    for one in concepts.paraphrases:
        yield json.dumps([one.text, one.concept])
    for study in studies:
        yield write_json(study)


def _shipped_page() -> Study:
    return load_record(shipped_folder() / STUDIES / f"{PAGE_ID}.md")


def _with_disclaimer(page: Study, text: str) -> Study:
    """The page with the collection's own disclaimer; what was noted on the old one goes with it."""
    if not text:
        return page
    others = [one for one in page.sections if one.name != DISCLAIMER]
    return replace(
        page,
        sections=(*others, Section(DISCLAIMER, Voice.PAGE, text)),
        marks=tuple(one for one in page.marks if one.section != DISCLAIMER),
        repairs=tuple(one for one in page.repairs if one.section != DISCLAIMER),
    )


def load_catalogue(
    folder: Path | None = None, *, drafts: bool = False, day: date | None = None
) -> Catalogue:
    """The collection in `folder`, or the shipped one, with the records that may be shown on `day` (default: today).

    A list of retractions in the folder counts as if the records said so themselves. With `drafts` also those that nobody has reviewed, or no longer; never a retracted one.
    A change that is written meanwhile is read wholly or not at all. Raises CollectionError where the folder holds
    no collection, RecordError for a wrong record, VocabularyError for a wrong vocabulary of its own.
    """
    folder = shipped_folder() if folder is None else Path(folder)
    if not folder.is_dir():
        raise CollectionError(
            f"{folder}: found no such folder; wanted a collection, which `import` can make"
        )
    if not any((folder / name).exists() for name in (STUDIES, BULK)):
        raise CollectionError(
            f"{folder}: found neither {STUDIES}/ nor {BULK}; wanted the records of a collection"
        )
    return _whole(folder, partial(_loaded, folder, drafts=drafts, on=day or today()))


def _whole(folder: Path, read: Callable[[], Catalogue]) -> Catalogue:
    """What `read` finds between two changes of the folder."""
    for _ in range(_TRIES):
        finish_writing(folder)
        before = _state(folder)
        if is_writing(folder):
            continue  # they have just begun
        try:
            found = read()
        except CollectionError:
            if before == _state(folder):
                raise
        else:
            if before == _state(folder):
                return found
    raise CollectionError(
        f"{folder}: found records that change again and again while they are read; wanted a folder at rest: try again"
    )


def _state(folder: Path) -> State:
    """The state of the files that a collection is read from, whatever else lies in its folder."""
    return tuple(one for one in state(folder) if one[0].split("/")[0] in _READ)


def _loaded(folder: Path, *, drafts: bool, on: date) -> Catalogue:
    about = description(folder)
    concepts = collection_vocabulary(folder)
    listed = retraction_list(folder)
    loaded = [listed.told(study) for _, study in load_studies(folder, concepts)]
    own = next((study for study in loaded if study.is_page), None)
    page = _with_disclaimer(own or _shipped_page(), about.disclaimer)
    may_be_shown = (
        {Standing.SHOWN, Standing.DRAFT, Standing.EXPIRED} if drafts else {Standing.SHOWN}
    )
    kept = (one for one in loaded if not one.is_page and standing(one, on) in may_be_shown)
    studies = tuple(sorted(kept, key=lambda study: study.id))
    return Catalogue(
        description=about,
        folder=folder,
        studies=studies,
        page=page,
        vocabulary=concepts,
        digest=_digest(about, (*studies, page), concepts),
        has_own_page=own is not None,
    )
