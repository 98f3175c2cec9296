"""The ways in which a sentence of a note says more than its study's summary: each a small function. English only."""

from __future__ import annotations

from collections.abc import Callable

from corpus.checks import cues
from corpus.checks.claims import REACHES, Certainty, Claim, Reach, stems
from corpus.checks.note_reading import Beside, Reading, meet, shared
from corpus.checks.outcomes import GENERAL

# Two rungs apart, "may help" beside "helps", is more than another way to say it; one rung is not.
_TOO_MUCH = 2
# "The difference was not significant": so short a sentence speaks of the one before it.
_SHORT = 4
_SAYS = {
    Certainty.DOUBTFUL: "very uncertain",
    Certainty.HEDGED: "hedged",
    Certainty.QUALIFIED: "qualified",
    Certainty.ASSERTED: "asserted",
    Certainty.PROVEN: "put as proven",
}


def _text(one: Claim | None) -> str:
    return "" if one is None else one.text


def _certainty(reading: Reading) -> Beside | None:
    said = reading.said
    if not said.claims:
        return None
    supported = reading.supported
    if not supported:
        return _no_support(reading)
    # Where it repeats a sentence, that one is what it must not outdo, whatever else the summary asserts.
    supported = tuple(one for one in supported if one in reading.repeated) or supported
    best = max(one.certainty for one in supported)
    graded = any(one.certainty < said.certainty for one in supported) and said.graded
    if said.certainty - best >= _TOO_MUCH or (graded and said.certainty > best):
        beside = max(supported, key=lambda one: (shared(said, one), one.certainty))
        return Beside(f"{_SAYS[said.certainty]}, where the summary is {_SAYS[best]}", beside.text)
    return None


def _no_support(reading: Reading) -> Beside | None:
    spoken_to = reading.spoken_to
    if spoken_to:
        beside = max(spoken_to, key=lambda one: shared(reading.said, one))
        how = "found no difference" if beside.denies else "could not tell"
        return Beside(f"tells a benefit, where the summary {how}", beside.text)
    if reading.said.certainty >= Certainty.QUALIFIED and reading.said.outcomes:
        return Beside("tells a benefit that the summary does not speak of", _text(reading.nearest))
    return None


def _course(reading: Reading) -> Beside | None:
    """ "Acute and chronic", where the summary could not tell for one of them."""
    if not reading.said.claims:
        return None
    for course in sorted(reading.said.courses):
        about = [one for one in reading.summary if course in one.courses and one.speaks_of_effect]
        if about and not any(one.claims for one in about):
            return Beside(
                f"tells a benefit for {course} pain, which the summary does not", about[0].text
            )
    return None


def _reach(reading: Reading) -> Beside | None:
    said = reading.said
    held = {one for other in reading.summary if other.claims for one in other.reaches}
    if any(
        one.claims and not one.denies and cues.FOLLOWED.search(one.text) for one in reading.summary
    ):
        held.add(Reach.LASTING)
    words = frozenset[str]().union(*(one.stems for one in reading.summary))
    more = [one for one in Reach if one in said.reaches - held and not _borrowed(one, said, words)]
    if not more:
        return None
    beside: Claim | None = None
    if Reach.LASTING in more:
        about = [one for one in reading.summary if _speaks_of_time(one)]
        beside = max(about, key=lambda one: shared(said, one), default=None)
    return Beside(
        f"claims {' and '.join(more)}, which the summary does not",
        _text(beside or _limit(reading) or reading.nearest),
    )


def _borrowed(reach: Reach, said: Claim, words: frozenset[str]) -> bool:
    """True where the words that reach so far are the summary's own, in whatever form: "heals", "healing"."""
    found = REACHES[reach].search(said.text)
    return found is not None and bool(stems(found[0])) and stems(found[0]) <= words


def _speaks_of_time(one: Claim) -> bool:
    plain = one.text.casefold()
    return any(
        word in plain
        for word in ("term", "durab", "follow-up", "month", "year", "later", "immediately")
    )


def _limit(reading: Reading) -> Claim | None:
    return next((one for one in reading.summary if one.strongly_limited), None)


def _safety(reading: Reading) -> Beside | None:
    said = reading.said
    if not said.safe:
        return None
    about = [one for one in reading.summary if one.about_safety]
    safe = [one for one in about if one.safe]
    if not safe:
        beside = about[0].text if about else _text(reading.nearest)
        return Beside("speaks of safety, for which the summary gives no ground", beside)
    if said.safe_without_limit and all(not one.safe_without_limit for one in safe):
        return Beside("calls it safe without the limits of the summary", safe[0].text)
    return None


def _outcomes(reading: Reading) -> Beside | None:
    said = reading.said
    if not said.claims:
        return None
    known = {name for one in reading.summary for name in one.outcomes}
    more = sorted(said.outcomes - known - GENERAL)
    if more and known:
        return Beside(
            f"tells an effect on {' and '.join(more)}, of which the summary does not speak",
            _text(reading.nearest),
        )
    return None


def _conditions(reading: Reading) -> Beside | None:
    if not reading.said.claims or not reading.concepts or reading.vocabulary is None:
        return None
    named = " and ".join(sorted(reading.vocabulary.label(one) for one in reading.concepts))
    return Beside(f"speaks of {named}, which the summary does not", _text(reading.nearest))


def _comparator(reading: Reading) -> Beside | None:
    said = reading.said
    supported = reading.supported
    if not said.claims or said.compared or not supported:
        return None
    dropped = said.comparative or (
        said.absolute
        and said.certainty >= Certainty.ASSERTED
        and not any(one.compared for one in reading.note)
    )
    if not dropped or any(_alone(one, said) for one in supported):
        return None
    beside = max(supported, key=lambda one: (one.compared, shared(said, one)))
    return Beside("leaves out what it was compared with", beside.text)


def _alone(one: Claim, said: Claim) -> bool:
    """True where the summary, too, says this without a comparison, and as surely."""
    same = one.comparative or not said.comparative
    return same and not one.compared and one.certainty >= said.certainty - 1


def _numbers(reading: Reading) -> Beside | None:
    held = " ".join(one.text for one in reading.summary)
    more = sorted(one for one in reading.said.percents if one not in held)
    if more and not reading.said.denies:
        return Beside(
            f"gives {more[0]}, a number that the summary does not", _text(reading.nearest)
        )
    return None


def _null_left_out(reading: Reading) -> Beside | None:
    said = reading.said
    if said.certainty < Certainty.QUALIFIED or balanced(reading):
        return None
    for one in reading.summary:
        about = one.outcomes - {"costs"} or shared(said, one) or len(one.stems) < _SHORT
        if one.denies and about and meet(said.courses, one.courses) and not _only_better(one):
            return Beside("leaves out what made no difference", one.text)
    return None


def _only_better(one: Claim) -> bool:
    return one.about_safety and not one.claims


def balanced(reading: Reading) -> bool:
    """True where the note itself tells a limit, a null result or a doubt."""
    return any(one.limited or one.null or one.denies or one.unclear for one in reading.note)


def _limit_left_out(reading: Reading) -> Beside | None:
    if reading.said.certainty < Certainty.ASSERTED or balanced(reading):
        return None
    if any(one.certainty in (Certainty.DOUBTFUL, Certainty.HEDGED) for one in reading.note):
        return None
    limit = _limit(reading)
    return None if limit is None else Beside("leaves out the limits of the evidence", limit.text)


WAYS: tuple[Callable[[Reading], Beside | None], ...] = (
    _certainty,
    _course,
    _reach,
    _safety,
    _outcomes,
    _conditions,
    _numbers,
    _comparator,
    _null_left_out,
    _limit_left_out,
)
# A sentence that repeats one of the summary is as sure as that one, and compared as that one is.
REPEATED = tuple(way for way in WAYS if way not in (_certainty, _comparator))
