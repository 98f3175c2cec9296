"""The small, strict part of YAML that records use: read with line numbers, written in one way.

Texts, whole numbers, true, false and null, in lists and mappings. No anchors, no tags, no dates, no
fractions, no key twice: what a record says is what stands in it. What the fields mean is in `fields`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from corpus.errors import RecordError
from corpus.nesting import too_deep_at

Path = tuple[str | int, ...]

_ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_TEXT, _INT = "tag:yaml.org,2002:str", "tag:yaml.org,2002:int"
_BOOL, _NULL = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"


@dataclass(frozen=True)
class Written:
    """Values as they stand in a file, and the line of each, for messages."""

    file: str
    values: Mapping[str, object]
    lines: Mapping[Path, int] = field(default_factory=dict)
    first: int = 1

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of the nearest value around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return self.first

    def wrong(self, path: Path, *, found: str, wanted: str) -> RecordError:
        """The error to raise for the value at `path`."""
        return RecordError(self.file, self.line(path), found=found, wanted=wanted)


class _Loader(yaml.CSafeLoader):
    """Resolves whole numbers, true, false and null; everything else is text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as its base class has it


_Loader.add_implicit_resolver(_INT, re.compile(r"^-?(?:0|[1-9][0-9]{0,17})$"), list("-0123456789"))
_Loader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver(_NULL, re.compile(r"^(?:null|~|)$"), ["n", "~", ""])


class _Reader:
    """Turns YAML nodes into values, noting the line of each."""

    def __init__(self, file: str, offset: int) -> None:
        self.file = file
        self.offset = offset
        self.lines: dict[Path, int] = {}
        self.seen: set[int] = set()

    def wrong(self, node: yaml.Node, *, found: str, wanted: str) -> RecordError:
        line = node.start_mark.line + self.offset
        return RecordError(self.file, line, found=found, wanted=wanted)

    def value(self, node: yaml.Node, path: Path) -> object:
        if id(node) in self.seen:
            raise self.wrong(node, found="an alias (*name)", wanted="each value written out")
        self.seen.add(id(node))
        self.lines.setdefault(path, node.start_mark.line + self.offset)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*path, place)) for place, one in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str) or not key:
                raise self.wrong(key_node, found="a key that is no text", wanted="a name")
            if key in values:
                raise self.wrong(key_node, found=f"the key {key!r} twice", wanted="it once")
            self.lines[(*path, key)] = key_node.start_mark.line + self.offset
            values[key] = self.value(value_node, (*path, key))
        return values

    def _scalar(self, node: yaml.Node) -> object:
        text = str(node.value)
        if node.tag == _INT:
            return int(text)
        if node.tag == _BOOL:
            return text == "true"
        if node.tag == _NULL:
            return None
        if node.tag == _TEXT:
            return text
        raise self.wrong(node, found=f"the tag {node.tag!r}", wanted="plain values without tags")


def read(text: str, file: str, first: int) -> Written:
    """The mapping that `text` holds; `first` is the line of the file that `text` starts on.

    Raises RecordError for anything but one plain mapping.
    """
    deep = too_deep_at(text, _Loader)
    if deep is not None:
        raise RecordError(
            file, first + deep, found="values nested very deeply", wanted="a flat record"
        )
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as exc:
        at = exc.problem_mark.line if exc.problem_mark else 0
        why = exc.problem or "text that is no YAML"
        raise RecordError(file, first + at, found=why, wanted="plain YAML") from exc
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        why = str(exc).splitlines()[0] if str(exc) else "text that is no YAML"
        raise RecordError(file, first, found=why, wanted="plain YAML") from exc
    if not isinstance(node, yaml.MappingNode):
        raise RecordError(file, first, found="no fields", wanted="lines such as `id: ...`")
    reader = _Reader(file, first)
    values = reader.value(node, ())
    assert isinstance(values, dict)  # noqa: S101 - a MappingNode gives a dict; this tells mypy
    return Written(file, values, reader.lines, first)


class _Dumper(yaml.SafeDumper):
    """Lists of plain values on one line, everything else one value a line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow=flow, indentless=False)  # lists stand in from their key

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _text_node(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(_TEXT, text, style='"' if _ESCAPED.search(text) else None)


def _list_node(dumper: _Dumper, values: list[object]) -> yaml.SequenceNode:
    flow = not any(isinstance(one, (list, dict)) for one in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=flow)


_Dumper.add_representer(str, _text_node)
_Dumper.add_representer(list, _list_node)


def write(values: Mapping[str, object]) -> str:
    """The mapping as YAML, keys in their order, always in the same way."""
    return yaml.dump(
        dict(values),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=float("inf"),
    )
