"""Every error that Evidence Desk raises on purpose.

EvidenceDeskError            one message: what was found, what was wanted, what to do
├── CollectionError          a collection, or a file of it, cannot be used as it is
│   ├── RecordError          one study record is wrong; names file and line
│   ├── VocabularyError      the vocabulary is wrong; names the concept
│   └── ReviewError          a record cannot be reviewed in this way
├── ImportingError           a file to import cannot be read
├── IndexUnusableError       a built index is stale, damaged or not this collection's
├── ModelError               the encoder's weights are missing or are not the right ones
└── SettingsError            a setting has a value that cannot be used
"""

from pathlib import Path


class EvidenceDeskError(Exception):
    """Base of all errors that are a message for the person at the keyboard."""


class CollectionError(EvidenceDeskError):
    """A collection, or a file of it, cannot be used as it is."""


class RecordError(CollectionError):
    """One study record is wrong.

    The message reads `FILE:LINE: found ...; wanted ...`.
    """

    def __init__(self, file: Path | str, line: int, *, found: str, wanted: str) -> None:
        super().__init__(f"{file}:{line}: found {found}; wanted {wanted}")
        self.file = str(file)
        self.line = line


class VocabularyError(CollectionError):
    """The vocabulary is wrong; the message names the concept."""


class ReviewError(CollectionError):
    """A record cannot be reviewed in this way; `kind` is a word for it, by which a page finds its wording."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class ImportingError(EvidenceDeskError):
    """A file to import cannot be read."""


class IndexUnusableError(EvidenceDeskError):
    """A built index is stale, damaged or not this collection's."""


class ModelError(EvidenceDeskError):
    """The encoder's weights are missing or are not the right ones."""


class SettingsError(EvidenceDeskError):
    """A setting has a value that cannot be used."""
