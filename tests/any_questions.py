"""Questions of every sort, for laws that must hold whatever is asked: all scripts, controls, half characters, long words.

Made, not collected: words that the vocabulary and the rules know, with denial and comparison, among letters of every
script that Unicode names, in conversations.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from hypothesis import strategies as st

from corpus.vocabulary import shipped_vocabulary

Conversation = tuple[str, list[str]]

_MOST_OF_A_SCRIPT = 120  # letters; of the largest ones every so many
_LITTLE = """not no never without except but or and versus than better worse help hurt pain my I can't don't how
many long safe which study trials sham placebo died emergency pregnant child tablets price open hello because
since 2015 3 % ? ! . , ; : ( ) " ' - / « » 。 ？ ¿ ¡ ؟
""".split()
_FORMS = (
    "does {} help {}?",
    "{} but not {}",
    "I do not have {}, I have {}",
    "{} without {} or {}",
    "is {} better than {} for {}",
    "everything except {}",
    "no {}, no {}",
    "I can't feel my legs and {}",
    "{}{}",
    "{}\u200b{}\u202e{}",
    "how many people were in the {} trials on {}?",
    "by {} from 2015 to {}",
)
_LONGEST = 600  # characters, more than a question may have


@cache
def scripts() -> tuple[str, ...]:
    """The letters of each script, by the first word of their names in Unicode."""
    found: dict[str, list[str]] = {}
    for code in range(0x110000):
        letter = chr(code)
        if unicodedata.category(letter)[0] in "LMN":
            found.setdefault(unicodedata.name(letter, "other").split()[0], []).append(letter)
    return tuple("".join(one[:: len(one) // _MOST_OF_A_SCRIPT + 1]) for one in found.values())


def _words() -> st.SearchStrategy[str]:
    concepts = shipped_vocabulary().concepts.values()
    names = sorted({name for one in concepts for known in one.names.values() for name in known})
    written = st.sampled_from(scripts()).flatmap(lambda one: st.text(one, min_size=1, max_size=12))
    return st.one_of(
        st.sampled_from(names),
        st.sampled_from(_LITTLE),
        written,
        st.text(max_size=8),  # any character, controls and unassigned ones too
        st.text(st.characters(categories=["Cc", "Cf", "Zs", "Zl", "Zp", "Mn"]), max_size=4),
        st.text(st.characters(categories=["Cs"]), min_size=1, max_size=2),  # half characters
        st.builds(
            str.__mul__,
            st.sampled_from(["a", "ö", "ab-", "e\u0301", "針", "🙂", "x "]),
            st.integers(2, 300),
        ),
    )


def any_questions() -> st.SearchStrategy[str]:
    """One question, sometimes longer than it may be."""
    words = _words()
    said = st.lists(words, max_size=9).map(" ".join)
    formed = st.builds(str.format, st.sampled_from(_FORMS), words, words, words)
    joined = st.lists(words, max_size=4).map("".join)
    return st.one_of(said, formed, joined, st.text(max_size=120)).map(lambda one: one[:_LONGEST])


def any_conversations() -> st.SearchStrategy[Conversation]:
    """A question with what was asked before it, mostly nothing."""
    questions = any_questions()
    before = st.one_of(st.lists(questions, max_size=0), st.lists(questions, max_size=3))
    return st.tuples(questions, before)
