"""The shipped vocabulary: whole, without contradictions, and true to how people name things."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import load_catalogue
from corpus.matching import concepts
from corpus.study import Study
from corpus.vocabulary import Concept, Kind, shipped_vocabulary
from corpus.words import stem, words

VOCABULARY = shipped_vocabulary()
IDS = sorted(VOCABULARY.concepts)

# What the records of the shipped studies and the questions on them rest on.
NEEDED = {
    Kind.CONDITION: """back-pain low-back-pain acute-low-back-pain chronic-low-back-pain nonspecific-low-back-pain
        chronic-back-pain upper-back-pain hip-pain hip-osteoarthritis knee-pain chronic-knee-pain
        knee-osteoarthritis chondromalacia-patellae patellofemoral-pain arthritis osteoarthritis
        rheumatoid-arthritis sciatica leg-pain lumbar-disc-herniation plantar-fasciitis heel-pain foot-pain
        carpal-tunnel-syndrome piriformis-syndrome shoulder-pain musculoskeletal-disorder""",
    Kind.TREATMENT: """acupuncture acupressure cupping exercise psychological-therapy
        multidisciplinary-rehabilitation spinal-manipulation massage tuina physical-therapy lumbar-traction
        western-medicine nsaid ibuprofen diclofenac meloxicam loxoprofen mannitol-dexamethasone mecobalamin
        fugui-gutong huoxue-zhitong standardised-acupuncture individualised-acupuncture conventional-therapy
        electroacupuncture dry-needling laser-acupuncture ear-acupuncture moxibustion""",
    Kind.COMPARATOR: "sham-acupuncture no-treatment usual-care control-group other-acupuncture-point",
    Kind.OUTCOME: """pain function quality-of-life adverse-events effective-rate pain-threshold disability
        blood-circulation medication-use global-assessment mobility stiffness sleep return-to-work""",
    Kind.COURSE: "acute chronic subacute",
    Kind.POINT: "pc7 li4 st36 gb30 bl40 bl23",
}

# Each of these lies next to something that the studies are about and is something else.
NEIGHBOURS = """upper-back-pain neck-pain cervical-disc-herniation thoracic-disc-herniation
    degenerative-disc-disease spinal-stenosis scoliosis ankylosing-spondylitis spondylolisthesis sacroiliac-pain
    coccyx-pain vertebral-fracture cauda-equina rheumatoid-arthritis psoriatic-arthritis gout fibromyalgia
    joint-pain rotator-cuff shoulder-impingement tennis-elbow golfers-elbow elbow-pain wrist-pain hand-pain
    trigger-finger hip-fracture hip-bursitis hip-labral-tear hip-impingement avascular-necrosis meniscus-tear
    knee-ligament-injury bakers-cyst patellar-tendinopathy it-band-syndrome knee-bursitis shin-pain calf-pain
    leg-cramps restless-legs varicose-veins dvt peripheral-neuropathy achilles-tendinopathy mortons-neuroma
    bunion ankle-sprain ankle-pain flat-feet tarsal-tunnel buttock-pain groin-pain pelvic-pain kidney-stones
    cervical-radiculopathy trapped-nerve paraesthesia jaw-pain""".split()

# What these must not be answered from, for they only look alike.
LOOK_ALIKES = """electroacupuncture dry-needling laser-acupuncture ear-acupuncture moxibustion scalp-acupuncture
    acupoint-injection chinese-herbs paracetamol naproxen opioids gabapentin injection steroid-injection epidural
    surgery disc-surgery knee-replacement tens ultrasound-therapy laser-therapy shockwave glucosamine turmeric
    cannabis brace insoles yoga pilates tai-chi osteopathy shiatsu reflexology gua-sha mindfulness heat ice
    inversion-table spinal-decompression taping topical-nsaid""".split()


def _key(name: str) -> tuple[str, ...]:
    """A name as the matcher compares it."""
    return tuple(stem(word.folded) for word in words(name))


@cache
def _studies() -> tuple[Study, ...]:
    return load_catalogue().studies


def _facets(kind: Kind) -> frozenset[str]:
    """All concepts of one kind that a shipped study is about."""
    found = {
        concept
        for study in _studies()
        for concept in (
            *study.conditions,
            *study.treatments,
            *study.comparators,
            *study.outcomes,
        )
    }
    return frozenset(one for one in found if VOCABULARY[one].kind is kind)


def _uncovered(kind: Kind) -> list[Concept]:
    """The concepts of one kind that no shipped study speaks to, not even as a wider or narrower one."""
    covered = _facets(kind)
    near = covered.union(*(VOCABULARY.above(one) | VOCABULARY.below(one) for one in covered))
    return [one for one in VOCABULARY.concepts.values() if one.kind is kind and one.id not in near]


@pytest.mark.parametrize("kind", NEEDED)
def test_concepts_that_records_use_are_there(kind: Kind) -> None:
    """What the study records name exists, as the kind of thing that it is."""
    wanted = set(NEEDED[kind].split())
    assert wanted == {one for one in wanted if one in VOCABULARY and VOCABULARY[one].kind is kind}


def test_all_facets_of_the_shipped_studies_are_known() -> None:
    """No record names a concept that is not there, nor puts one in a place of another kind."""
    fits = {
        "conditions": {Kind.CONDITION},
        "treatments": {Kind.TREATMENT},
        "comparators": {Kind.TREATMENT, Kind.COMPARATOR},
        "outcomes": {Kind.OUTCOME},
    }
    wrong = [
        (study.id, place, concept)
        for study in _studies()
        for place, kinds in fits.items()
        for concept in getattr(study, place)
        if concept not in VOCABULARY or VOCABULARY[concept].kind not in kinds
    ]
    assert [] == wrong


def test_no_name_stands_in_two_concepts() -> None:
    """A name, as the matcher compares it, means one concept, whatever the language."""
    owners: dict[tuple[str, ...], set[str]] = {}
    for concept in VOCABULARY.concepts.values():
        for names in concept.names.values():
            for name in names:
                owners.setdefault(_key(name), set()).add(concept.id)
    assert {} == {name: ids for name, ids in owners.items() if len(ids) > 1}


def test_no_name_is_listed_twice_or_empty() -> None:
    """In one language a concept lists each name once, and each has a word in it."""
    wrong = []
    for concept in VOCABULARY.concepts.values():
        for language, names in concept.names.items():
            counts = Counter(_key(name) for name in names)
            wrong += [
                (concept.id, language, name)
                for name, count in counts.items()
                if count > 1 or not name
            ]
    assert [] == wrong


def test_each_name_is_found_as_its_own_concept() -> None:
    """Typed alone, every one of the names is understood as what it is a name of."""
    lost = [
        (concept.id, name)
        for concept in VOCABULARY.concepts.values()
        for names in concept.names.values()
        for name in names
        if concept.id not in concepts(VOCABULARY, name)
    ]
    assert [] == lost


def test_labels_tell_concepts_apart() -> None:
    """No two concepts are shown to people by the same words."""
    counts = Counter(one.label.casefold() for one in VOCABULARY.concepts.values())
    assert [] == [label for label, count in counts.items() if count > 1]


def test_chinese_names_are_chinese_and_others_are_not() -> None:
    """Each Chinese name holds a Chinese character; no name of another language does."""
    han = re.compile("[\u3400-\u9fff]")
    wrong = [
        (concept.id, language, name)
        for concept in VOCABULARY.concepts.values()
        for language, names in concept.names.items()
        for name in names
        if bool(han.search(name)) is not (language == "zh")
    ]
    assert [] == wrong


@given(st.sampled_from(IDS))
def test_nothing_is_a_kind_of_itself(concept: str) -> None:
    """The hierarchy has no circle."""
    assert concept not in VOCABULARY.above(concept)


@given(st.sampled_from(IDS), st.sampled_from(IDS))
def test_above_and_below_mirror_each_other(one: str, other: str) -> None:
    """One is above the other just where the other is below it."""
    assert (one in VOCABULARY.above(other)) is (other in VOCABULARY.below(one))


def test_a_kind_of_something_is_the_same_sort_of_thing() -> None:
    """A condition is a kind of conditions only, a treatment of treatments only."""
    wrong = [
        (concept.id, wider)
        for concept in VOCABULARY.concepts.values()
        for wider in concept.broader
        if VOCABULARY[wider].kind is not concept.kind
    ]
    assert [] == wrong


def test_what_is_put_together_is_a_condition_of_two_parts() -> None:
    """ "Arthritis" and "knee" make a condition; no set holds the condition itself."""
    wrong = [
        (concept.id, parts)
        for concept in VOCABULARY.concepts.values()
        for parts in concept.made_of
        if len(set(parts)) < 2 or concept.id in parts
    ]
    assert [] == wrong


@pytest.mark.parametrize(
    ("concept", "above"),
    [
        ("chronic-low-back-pain", {"low-back-pain", "chronic-back-pain", "back-pain"}),
        ("acute-low-back-pain", {"low-back-pain", "back-pain"}),
        ("nonspecific-low-back-pain", {"low-back-pain", "back-pain"}),
        ("chronic-back-pain", {"back-pain"}),
        ("back-pain", set()),
        ("upper-back-pain", set()),
        ("neck-pain", set()),
        ("lumbar-disc-herniation", {"disc-herniation"}),
        ("disc-herniation", set()),
        ("sciatica", {"leg-pain"}),
        ("piriformis-syndrome", set()),
        ("knee-osteoarthritis", {"osteoarthritis", "arthritis", "joint-pain", "knee-pain"}),
        ("hip-osteoarthritis", {"osteoarthritis", "arthritis", "joint-pain", "hip-pain"}),
        ("rheumatoid-arthritis", {"arthritis", "joint-pain"}),
        ("chronic-knee-pain", {"knee-pain"}),
        ("chondromalacia-patellae", {"patellofemoral-pain", "knee-pain"}),
        ("plantar-fasciitis", {"heel-pain", "foot-pain"}),
        ("carpal-tunnel-syndrome", set()),
        ("frozen-shoulder", {"shoulder-pain"}),
        ("shoulder-pain", set()),
        ("diclofenac", {"nsaid", "painkillers", "western-medicine"}),
        ("paracetamol", set()),
        ("sham-acupuncture", set()),
    ],
)
def test_the_hierarchy_says_what_may_answer_for_what(concept: str, above: set[str]) -> None:
    """A study of the wider condition may answer, less well, for the narrower one; no other may."""
    assert above == VOCABULARY.above(concept)


def test_kinds_of_acupuncture_are_the_two_that_were_compared() -> None:
    """Standardised and individualised treatment are acupuncture; electroacupuncture is another thing."""
    assert {"standardised-acupuncture", "individualised-acupuncture"} == VOCABULARY.below(
        "acupuncture"
    )


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_a_neighbour_is_not_answered_from_next_door(neighbour: str) -> None:
    """No study is about a neighbouring condition, nor about anything that it is a kind of."""
    studied = _facets(Kind.CONDITION)
    assert frozenset() == studied & {neighbour, *VOCABULARY.above(neighbour)}


@pytest.mark.parametrize("treatment", LOOK_ALIKES)
def test_a_look_alike_treatment_is_not_covered(treatment: str) -> None:
    """No study is about a treatment that merely resembles a studied one."""
    studied = {one for study in _studies() for one in study.treatments}
    family = {treatment, *VOCABULARY.above(treatment), *VOCABULARY.below(treatment)}
    assert set() == studied & family


def test_the_open_world_is_wide() -> None:
    """Hundreds of conditions and treatments are known that no study is about."""
    assert 350 <= len(_uncovered(Kind.CONDITION))
    assert 200 <= len(_uncovered(Kind.TREATMENT))


def test_the_commoner_conditions_are_known_in_four_languages() -> None:
    """At least 150 conditions outside the collection have Spanish, Chinese and German names."""
    spoken = [
        one
        for one in _uncovered(Kind.CONDITION)
        if all(one.names[language] for language in ("es", "zh", "de"))
    ]
    assert 150 <= len(spoken)


@pytest.mark.parametrize("kind", [Kind.CONDITION, Kind.TREATMENT])
def test_what_studies_are_about_has_names_in_four_languages(kind: Kind) -> None:
    """Every condition and treatment of the collection can be asked for in each language, remedies with Chinese names only apart."""
    only_chinese = {"fugui-gutong", "huoxue-zhitong"}
    silent = [
        (one, language)
        for one in sorted(_facets(kind) - only_chinese)
        for language in ("es", "zh", "de")
        if not VOCABULARY[one].names[language]
    ]
    assert [] == silent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # covered, in lay words
        ("my lower back is killing me", ["low-back-pain"]),
        ("LBP", ["low-back-pain"]),
        ("put my back out lifting a box", ["acute-low-back-pain"]),
        ("a crook back", ["back-pain"]),
        ("backache for years", ["chronic-back-pain"]),
        ("I slipped a disc", ["disc-herniation"]),
        ("bulging disk at L5 S1", ["lumbar-disc-herniation"]),
        ("a slipped disc in my lower back", ["lumbar-disc-herniation"]),
        ("trapped nerve in my back", ["sciatica"]),
        ("pain shooting down my left leg", ["sciatica"]),
        ("fat wallet syndrome", ["piriformis-syndrome"]),
        ("wear and tear in my hip", ["hip-osteoarthritis"]),
        ("arthritic hips", ["hip-osteoarthritis"]),
        ("OA knees", ["knee-osteoarthritis"]),
        ("arthritis in both my knees", ["knee-osteoarthritis"]),
        ("bone on bone, it's the knee", ["knee-osteoarthritis"]),
        ("runner's knee", ["patellofemoral-pain"]),
        ("worn cartilage behind my kneecap", ["chondromalacia-patellae"]),
        ("heel spurs", ["plantar-fasciitis"]),
        ("bone spur in my heel", ["plantar-fasciitis"]),
        ("sore heel", ["heel-pain"]),
        ("carpel tunnel", ["carpal-tunnel-syndrome"]),
        ("trapped nerve in my wrist", ["carpal-tunnel-syndrome"]),
        ("achy joints", ["joint-pain"]),
        # neighbours
        ("slipped disc in my neck", ["cervical-disc-herniation"]),
        ("pain between my shoulder blades", ["upper-back-pain"]),
        ("upper back pain", ["upper-back-pain"]),
        ("arthritis in my fingers", ["hand-osteoarthritis"]),
        ("arthritis in my neck", ["cervical-spondylosis"]),
        ("arthritis in my lower back", ["spinal-osteoarthritis"]),
        ("RA", ["rheumatoid-arthritis"]),
        ("frozen shoulder", ["frozen-shoulder"]),
        ("jumpers knee", ["patellar-tendinopathy"]),
        ("torn cartilage", ["meniscus-tear"]),
        ("pain behind my knee", ["back-of-knee-pain"]),
        ("pain at the back of my heel", ["achilles-tendinopathy"]),
        ("side of my hip", ["hip-bursitis"]),
        ("restless legs", ["restless-legs"]),
        ("pins and needles", ["paraesthesia"]),
        ("plantar wart", ["skin-rash"]),
        # the open world
        ("migraines", ["migraine"]),
        ("can't sleep", ["insomnia"]),
        ("hayfever", ["hay-fever"]),
        ("trying for a baby", ["infertility"]),
        ("change of life", ["menopause"]),
        ("give up smoking", ["smoking"]),
        ("a cold", ["common-cold"]),
        ("frozen jaw", ["jaw-pain"]),
        ("fear of needles", ["needle-phobia"]),
        ("hernia", ["hernia"]),
        # Spanish, Chinese, German
        ("dolor de espalda", ["back-pain"]),
        ("espalda baja", ["low-back-pain"]),
        ("artrosis de rodilla", ["knee-osteoarthritis"]),
        ("hernia discal", ["disc-herniation"]),
        ("fascitis plantar", ["plantar-fasciitis"]),
        ("migraña", ["migraine"]),
        ("腰椎间盘突出症", ["lumbar-disc-herniation"]),
        ("坐骨神經痛", ["sciatica"]),
        ("膝蓋痛", ["knee-pain"]),
        ("髋关节炎", ["hip-osteoarthritis"]),
        ("五十肩", ["frozen-shoulder"]),
        ("偏头痛", ["migraine"]),
        ("Kreuzschmerzen", ["low-back-pain"]),
        ("Hexenschuss", ["acute-low-back-pain"]),
        ("Arthrose in der Hüfte", ["hip-osteoarthritis"]),
        ("Bandscheibenvorfall", ["disc-herniation"]),
        ("Fersensporn", ["plantar-fasciitis"]),
        ("Migräne", ["migraine"]),
    ],
)
def test_conditions_are_known_by_the_words_people_use(text: str, expected: list[str]) -> None:
    """Lay words, abbreviations and four languages lead to the condition that is meant, and to no other."""
    assert expected == list(concepts(VOCABULARY, text, Kind.CONDITION))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("acupuncture, acupressure or cupping", ["acupuncture", "acupressure", "cupping"]),
        ("do the needles work", ["acupuncture"]),
        ("pressing points with fingers", ["acupressure"]),
        ("the rubber cups thing", ["cupping"]),
        ("tui na", ["tuina"]),
        ("a chiropractor", ["spinal-manipulation"]),
        ("seeing the physio", ["physical-therapy"]),
        ("CBT", ["psychological-therapy"]),
        ("anti-inflammatories such as Nurofen", ["nsaid", "ibuprofen"]),
        ("Voltaren", ["diclofenac"]),
        ("Voltaren gel", ["topical-nsaid"]),
        ("the same points for everyone", ["standardised-acupuncture"]),
        ("electro-acupuncture", ["electroacupuncture"]),
        ("dry needling", ["dry-needling"]),
        ("Chinese herbs", ["chinese-herbs"]),
        ("a cortisone jab", ["steroid-injection"]),
        ("an epidural", ["epidural"]),
        ("knee replacement", ["knee-replacement"]),
        ("a TENS machine", ["tens"]),
        ("hyaluronic acid", ["hyaluronic-acid"]),
        ("acupuntura o ventosas", ["acupuncture", "cupping"]),
        ("针灸还是推拿", ["acupuncture", "tuina"]),
        ("Akupressur oder Schröpfen", ["acupressure", "cupping"]),
    ],
)
def test_treatments_are_known_by_the_words_people_use(text: str, expected: list[str]) -> None:
    """Lay words, brand names and four languages lead to the treatment that is meant."""
    assert expected == list(concepts(VOCABULARY, text, Kind.TREATMENT))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is it just placebo", ["sham-acupuncture"]),
        ("pretend needles", ["sham-acupuncture"]),
        ("better than doing nothing", ["no-treatment"]),
        ("people on a waiting list", ["no-treatment"]),
        ("usual GP care", ["usual-care"]),
        ("routine primary physician care", ["usual-care"]),
        ("Scheinakupunktur", ["sham-acupuncture"]),
        ("安慰剂", ["sham-acupuncture"]),
    ],
)
def test_comparators_are_known_by_the_words_people_use(text: str, expected: list[str]) -> None:
    """Sham, nothing and usual care are told apart however they are put."""
    assert expected == list(concepts(VOCABULARY, text, Kind.COMPARATOR))


@pytest.mark.parametrize(
    "text",
    [
        "are ten sessions enough",  # TENS
        "sever the cord of the lamp",  # Sever's disease
        "a fit for purpose answer",  # fits
        "over what period were they seen",  # periods
        "besser als vorher",  # ALS
        "wird es bald besser",  # bald
        "mi tía me lo dijo",  # TIA
        "the same again",  # SAMe
        "lorem ipsum dolor sit amet",  # dolor
        "under control",  # a control group
        "what is the cure",
        "call me back tomorrow",
    ],
)
def test_everyday_words_name_no_condition_or_treatment(text: str) -> None:
    """Words that look like a short name are left alone; a turn of phrase with "back" is at most a bare place."""
    named = [
        one
        for one in concepts(VOCABULARY, text)
        if VOCABULARY[one].kind in {Kind.CONDITION, Kind.TREATMENT, Kind.COMPARATOR}
    ]
    assert [] == [one for one in named if one != "back-pain"]
