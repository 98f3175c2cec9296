"""What an effect is an effect on, by families of words, for any condition. English only."""

from __future__ import annotations

from corpus.checks.cues import cue

# Wide on purpose: two words are of one family where a reader would let one stand for the other.
OUTCOMES = {
    "pain": cue(
        r"pain\w*|ache\w*|aching|sore\w*|hurt\w*|analges\w+|tender\w*|discomfort|\w*algia|headaches?|migraines?|lumbago|cramps?|VAS\b|CKP"
    ),
    "function": cue(
        r"function\w*|mobil\w+|disab\w+|walk\w*|movement|range of motion|activit\w+|stiff\w*|flexib\w+|WOMAC|JOA|impairment|independen\w+"
    ),
    "quality of life": cue(r"quality[- ]of[- ]life|QoL|HRQoL|well-?being|wellness|life satisfaction"),
    "sleep": cue(r"sleep\w*|insomnia"),
    "mood": cue(
        r"mood|anxi\w+|depress\w+|stress|distress|mental|emotion\w*|worry|panic|relax\w*|antidepress\w+"
    ),
    "use of medicines": cue(
        r"(?:(?:use|intake|need|consumption|dose|dosage|amount)s? (?:of|for) (?:[\w-]+ ){0,3}(?:medic\w+|drugs?|analgesics?|painkillers?|opioids?|nsaids?|anti-?inflammator\w+|tablets?|pills?))|(?:medic\w+|drug|opioid|analgesic|painkiller|nsaid) (?:use|intake|consumption|need)|fewer (?:drugs|tablets|painkillers|pills)"
    ),
    "blood circulation": cue(r"circulat\w+|blood (?:flow|supply)|perfusion|microcirculation"),
    "blood pressure": cue(r"blood pressure|hypertensi\w+|systolic|diastolic|mmHg"),
    "inflammation": cue(r"inflamm\w+|swelling|swollen|oedema|edema|cytokines?"),
    "tissue": cue(
        r"cartilage|damage|joint space|regenerat\w+|repair\w*|tissue|wounds?|scar\w*|bone density|degenerat\w+"
    ),
    "recovery": cue(r"recover\w*|return to (?:work|sport)|back to work|rehabilitat\w+|convalesc\w+"),
    "recurrence": cue(r"recurr\w+|relaps\w+|flare\w*|come back|comes back|coming back"),
    "nausea": cue(r"nause\w+|vomit\w*|sickness"),
    "fatigue": cue(r"fatigue\w*|tired\w*|energy|exhaust\w+|vitality"),
    "memory": cue(r"memory|cogniti\w+|concentrat\w+|dementia|attention"),
    "balance": cue(r"balance scores?|balance\b|falls?\b|steadi\w+|postur\w+"),
    "strength": cue(r"muscle|strength\b|grip"),
    "weight": cue(r"weight loss|body weight|obes\w+|BMI|slim\w*"),
    "immunity": cue(r"immun\w+|infections?|colds?\b"),
    "fertility": cue(r"fertil\w+|pregnan\w+|live births?|conception|conceiv\w*|ovulat\w+|IVF|sperm"),
    "survival": cue(r"surviv\w+|mortality|deaths?\b|life expectancy|live longer|longevity"),
    "breathing": cue(r"lung function|breath\w*|spirometr\w*|FEV1|asthma\w*|wheez\w*"),
    "digestion": cue(r"digest\w+|bowel|constipat\w+|bloat\w*|diarrh\w+|reflux|dyspeps\w+|stool\w*"),
    "hot flushes": cue(r"hot (?:flush|flash)\w*|menopaus\w+|night sweats"),
    "skin": cue(r"skin|eczema|itch\w*|psoria\w+|acne|wrinkl\w+"),
    "costs": cue(r"cost-?\w*|saves? money|cheaper|expens\w+"),
    "surgery avoided": cue(
        r"(?:avoid\w*|prevent\w*|delay\w*|need for|postpon\w*|without) (?:\w+ ){0,2}(?:surger\w+|operations?|knee replacement|hip replacement)"
    ),
    "response": cue(r"respon[ds]\w*|effective rates?|efficacy rates?|clinical effect|global assessment|overall improvement"),
    "nerves": cue(r"nerve conduction|numb(?:ness)?\b|tingl\w+|neuropath\w+"),
    "sugar and lipids": cue(r"blood sugar|glucose|HbA1c|cholesterol|lipids?|triglycerid\w+|insulin"),
    "smoking": cue(r"smok\w+|nicotine|abstin\w+|cigarett\w+|addict\w+|withdrawal"),
    "symptoms": cue(r"symptoms?|symptom scores?|severity|rhinitis|hay fever|allerg\w+"),
    "hearing and sight": cue(r"tinnitus|hearing|vision|sight\b|dry eyes?|tear film"),
    "frequency": cue(r"(?<!high )(?<!low )(?<!high-)(?<!low-)frequen\w+|number of (?:days|attacks|episodes)|(?:migraine|headache) days|attacks?|episodes?"),
}  # fmt: skip


# Words that go with any outcome: to name one more of them is no new claim.
GENERAL = frozenset({"symptoms", "response", "frequency"})


def outcomes(text: str) -> frozenset[str]:
    """The families of outcomes that a text names.

    >>> sorted(outcomes("It eased knee pain, and people had better sleep."))
    ['pain', 'sleep']
    """
    return frozenset(name for name, one in OUTCOMES.items() if one.search(text))
