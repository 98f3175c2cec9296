"""Research words that patients may not know, found in the texts of a card and explained in plain words.

Only explains: no text is changed by it. Each word has two fixed wordings, its name and its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from qa.wording import Wording

# How each word may stand in a text; abbreviations count in capitals only.
_FORMS = {
    "sham": r"sham|simulated acupuncture",
    "placebo": r"placebos?",
    "rct": r"(?-i:RCTs?)|randomi[sz]ed(?: [\w-]+){0,4}? trials?",
    "systematic-review": r"systematic reviews?",
    "meta-analysis": r"meta-?analys[ei]s|meta-analytic",
    "overview": r"overviews? of (?:systematic )?reviews?",
    "nsaid": r"(?-i:NSAIDs?)|non-?steroidal anti-?inflammatory drugs?",
    "western-medicine": r"(?-i:CWM)|(?:conventional )?western medicines?",
    "womac": r"(?-i:WOMAC)",
    "vas": r"(?-i:VAS)|visual analog(?:ue)? scales?",
    "nrs": r"(?-i:NRS)|numeric(?:al)? rating scales?",
    "joa": r"(?-i:JOA)|japanese orthop(?:a)?edic association",
    "control-group": r"control (?:groups?|arms?|conditions?)|controls",
    "heterogeneity": r"heterogene(?:ity|ous)",
    "risk-of-bias": r"risks? of bias|biased",
    "publication-bias": r"publication bias",
    "egger": r"egger['’]?s test",
    "sensitivity-analysis": r"sensitivity analys[ei]s",
    "subgroup-analysis": r"subgroup(?: and sensitivity)? analys[ei]s",
    "sequential-analysis": r"trial sequential analys[ei]s",
    "confidence-interval": r"confidence intervals?|(?-i:95 ?% CIs?)",
    "significant": r"(?:statistically |statistical )?significan(?:t|tly|ce)",
    "clinically-relevant": r"clinically (?:relevant|important|meaningful)",
    "evidence-quality": (
        r"(?-i:GRADE)|(?:low|moderate|high|poor)[- ](?:quality|certainty)(?: evidence)?"
        r"|(?:quality|certainty) of (?:the )?evidence|very[- ]low to low"
    ),
    "method-quality": r"methodological (?:quality|limitations?)",
    "follow-up": r"follow-?ups?",
    "adjuvant": r"adjuvant|adjunct(?:ive|s)?",
    "efficacy": r"efficacy|efficacious",
    "external-validity": r"external validity",
    "adverse": r"adverse (?:events?|effects?|reactions?)",
    "single-centre": r"single[- ]cent(?:er|re)",
    "unblinded": r"unblinded|open[- ]label",
    "blinded": r"(?:double[- ]|single[- ])?blind(?:ed|ing)|double[- ]blind",
    "parallel-arms": r"parallel (?:arms?|groups?)",
    "acupoint": r"acupoints?|(?<!non-)acupuncture points?",
    "nonacupoint": r"non-?acupoints?|non-?acupuncture points?",
    "standardised": r"standardi[sz]ed acupuncture",
    "individualised": r"individuali[sz]ed acupuncture",
    "protocol": r"protocols?",
    "effective-rate": r"(?:total |short-term )?effective rates?|clinical (?:response|efficacy) rates?",
    "pain-threshold": r"pain thresholds?",
    "cochrane": r"cochrane",
    "lbp": r"(?-i:LBP)",
    "nslbp": r"(?-i:NSLBP)|non-?specific low back pain",
    "ckp": r"(?-i:CKP)",
    "cmp": r"(?-i:CMP)",
    "oa": r"(?-i:OA)",
    "electroacupuncture": r"electro-?acupuncture",
    "moxibustion": r"moxibustion|moxa",
    "dry-needling": r"dry[- ]needl(?:ing|es?)",
    "tuina": r"tuina|tui na",
}
_TERMS = {
    name: re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.IGNORECASE) for name, forms in _FORMS.items()
}


@dataclass(frozen=True, slots=True)
class Term:
    """A word that stands in a text, `found` as it stands there."""

    id: str
    found: str

    @property
    def name(self) -> Wording:
        """What the word is called."""
        return Wording(f"glossary-{self.id}-name")

    @property
    def meaning(self) -> Wording:
        """What the word means."""
        return Wording(f"glossary-{self.id}")


def terms(texts: Iterable[str]) -> tuple[Term, ...]:
    """The words to explain, each once, in the order in which they first stand in the texts.

    >>> [one.found for one in terms(["Seven RCTs found no effect of dry needling."])]
    ['RCTs', 'dry needling']
    """
    found: dict[str, Term] = {}
    for text in texts:
        for one in _terms(text):
            found.setdefault(one.id, one)
    return tuple(found.values())


@lru_cache(maxsize=4096)
def _terms(text: str) -> tuple[Term, ...]:
    matches = [(name, match) for name, term in _TERMS.items() if (match := term.search(text))]
    in_order = sorted(matches, key=lambda one: one[1].start())  # ties stay in the table's order
    return tuple(Term(name, match[0]) for name, match in in_order)
