"""How long a large import takes and how much memory: made-up records in PubMed's XML, read and written in a process of its own."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_WORDS = (
    "acupuncture trial pain knee randomised sham controlled patients weeks treatment group significant improvement score "
    "outcome baseline adverse events evidence quality low back chronic needling points compared usual care physical function "
    "osteoarthritis disability analysis interval mean difference follow-up month sample blinded participants women results"
).split()
_PARTS = ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")
# Runs in another process, so that its peak memory is that of the import alone.
_IMPORT = """
import json, resource, sys, time
from pathlib import Path
from corpus.importing import import_files
started = time.perf_counter()
(report,) = import_files([Path(sys.argv[1])], Path(sys.argv[2])).files
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([report.imported, seconds, peak * (1 if sys.platform == "darwin" else 1024)]))
"""


@dataclass(frozen=True, slots=True)
class ImportFigures:
    """One import: how many records of how many megabytes, the seconds it took, and the most memory it held."""

    records: int
    megabytes: float
    seconds: float
    peak_megabytes: float


def import_figures(records: int) -> ImportFigures:
    """Import so many made-up records into a new collection and measure it. Needs a system that tells peak memory."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "records.xml"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(_lines(records))
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", _IMPORT, file, Path(place) / "collection"],
            check=True,
            capture_output=True,
            text=True,
        )
        imported, seconds, peak = json.loads(done.stdout)
        size = file.stat().st_size
    return ImportFigures(imported, round(size / 1e6, 1), round(seconds, 1), round(peak / 1e6, 1))


def _lines(records: int) -> Iterator[str]:
    chance = random.Random(1)  # noqa: S311 - the same records each time
    yield "<PubmedArticleSet>\n"
    for number in range(records):
        yield _record(number, chance)
    yield "</PubmedArticleSet>\n"


def _record(number: int, chance: random.Random) -> str:
    def sentence(words: int) -> str:
        return f"{' '.join(chance.choices(_WORDS, k=words)).capitalize()}."

    abstract = "".join(
        f'<AbstractText Label="{part}">{" ".join(sentence(chance.randint(10, 22)) for _ in range(3))}</AbstractText>'
        for part in _PARTS
    )
    authors = "".join(
        f"<Author><LastName>Name{chance.randint(1, 9999)}</LastName><ForeName>Anna B</ForeName>"
        f"<AffiliationInfo><Affiliation>{sentence(12)}</Affiliation></AffiliationInfo></Author>"
        for _ in range(5)
    )
    mesh = "".join(
        f"<MeshHeading><DescriptorName>{chance.choice(_WORDS)}</DescriptorName></MeshHeading>"
        for _ in range(10)
    )
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{10_000_000 + number}</PMID><Article>'
        f"<Journal><JournalIssue><Volume>{number % 90 + 1}</Volume><PubDate><Year>{1990 + number % 35}</Year></PubDate>"
        f"</JournalIssue><Title>Journal {number % 300}</Title></Journal>"
        f"<ArticleTitle>{sentence(14)} Trial {number}</ArticleTitle>"
        f'<ELocationID EIdType="doi">10.1000/x{number}</ELocationID><Abstract>{abstract}</Abstract>'
        f"<AuthorList>{authors}</AuthorList><Language>eng</Language></Article>"
        f"<MeshHeadingList>{mesh}</MeshHeadingList></MedlineCitation></PubmedArticle>\n"
    )
