"""The clinic's logo: read from a file, known by its content, and refused where it could do more than be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

LARGEST = 200 * 1024  # bytes
_WANTED = f"wanted a PNG, SVG, WebP or JPEG picture of up to {LARGEST // 1024} KB"
_STARTS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR", re.DOTALL), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"RIFF.{4}WEBPVP8[ LX]", re.DOTALL), "image/webp"),
)
# What can run, load or show something else; a logo needs none of it.
_ACTIVE = frozenset(
    """a animate animatecolor animatemotion animatetransform audio canvas discard embed foreignobject handler iframe
    image img link listener meta object script set video
    """.split()
)
_SVG = "http://www.w3.org/2000/svg"
_FORMAT_NOISE = re.compile(r"^\ufeff?\s*<\?xml\s[^>]*\?>")
_LOADS = re.compile(
    r"@import|image-set|javascript:|expression\(|url\s*\(\s*(?!['\"]?#)|\\", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture and its media type."""

    body: bytes
    kind: str


def read_logo(path: Path) -> Logo:
    """The picture in a file; ValueError says what was found and what was wanted."""
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST + 1)
    except OSError as exc:
        raise ValueError(f"{exc.strerror}; {_WANTED}") from exc
    if len(body) > LARGEST:
        raise ValueError(f"found more than {LARGEST // 1024} KB; {_WANTED}")
    kind = next((kind for start, kind in _STARTS if start.match(body)), None)
    if kind is None:
        _check_svg(body)
    return Logo(body, kind or "image/svg+xml")


def _check_svg(body: bytes) -> None:
    """ValueError where the bytes are no drawing that stands still and alone."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise ValueError(f"found another kind of file; {_WANTED}") from exc
    # Entities and other instructions go first, so that nothing unfolds when the text is read.
    if re.search(r"<!(?!--)|<\?", _FORMAT_NOISE.sub("", text)):
        if "<!DOCTYPE html" in text or "<svg" not in text:
            raise ValueError(f"found another kind of file; {_WANTED}")
        raise ValueError(
            "found an SVG with a document type, entities or instructions; wanted it without"
        )
    try:
        root = ET.fromstring(text.lstrip("\ufeff").encode())  # noqa: S314 - without entities it is harmless
    except ET.ParseError as exc:
        raise ValueError(f"found another kind of file; {_WANTED}") from exc
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError(f"found another kind of file; {_WANTED}")
    problem = next(_problems(root), None)
    if problem is not None:
        raise ValueError(f"found an SVG with {problem}; wanted a drawing that stands alone")


def _problems(root: ET.Element) -> Iterator[str]:
    for one in root.iter():
        name = _local(one.tag)
        if name in _ACTIVE or "xhtml" in one.tag:
            yield f"the element <{name}>"
        if _LOADS.search(one.text or "") and name == "style":
            yield "a style that loads something"
        for key, value in one.attrib.items():
            local = _local(key)
            if local.startswith("on"):
                yield f"the event handler {local}"
            if local in {"href", "src", "base"} and not value.strip().startswith("#"):
                yield f"a reference to {value.strip()[:60]!r}"
            if _LOADS.search(value):
                yield f"a reference in {local}"


def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()
