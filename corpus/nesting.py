"""How deep values may be nested in a file that people write; far deeper ones would exhaust the stack of a reader."""

from __future__ import annotations

import yaml

# Far deeper than any record or vocabulary, far shallower than what a stack holds.
DEEPEST = 20
_OPENS = (yaml.SequenceStartEvent, yaml.MappingStartEvent)
_CLOSES = (yaml.SequenceEndEvent, yaml.MappingEndEvent)


def too_deep_at(text: str, loader: type[yaml.CSafeLoader]) -> int | None:
    r"""The line of a YAML text, from 0, on which values are nested deeper than `DEEPEST`; None where none are.

    Reads without making values, since making them is what ends the process. What is no YAML is told by who reads on.

    >>> too_deep_at("a: 1\nb: " + "[" * 100_000, yaml.CSafeLoader)
    1
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, _OPENS) - isinstance(event, _CLOSES)
            if depth > DEEPEST + 1:
                return event.start_mark.line if event.start_mark else 0
    except yaml.YAMLError:
        return None
    return None


def is_too_deep(value: object) -> bool:
    """True where a value of JSON is nested deeper than `DEEPEST`."""
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            return True
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting += [(each, depth + 1) for each in inner if isinstance(each, dict | list)]
    return False
