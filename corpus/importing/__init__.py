"""Files of other kinds, read into draft records: each record is imported, merged, found unchanged or reported."""

from corpus.importing.imports import import_files
from corpus.importing.report import FileReport, ImportReport, Merge, Problem

__all__ = ["FileReport", "ImportReport", "Merge", "Problem", "import_files"]
