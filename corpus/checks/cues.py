"""The words by which a sentence of research tells how sure it is, and of what. English only.

Only patterns stand here; what they mean together is in `claims`.
"""

from __future__ import annotations

import re

_BREAK = re.compile(r"\s*\n\s*")


def cue(pattern: str) -> re.Pattern[str]:
    """The pattern, where a word begins, in any case; line breaks in it are for the eye."""
    return re.compile(rf"\b(?:{_BREAK.sub('', pattern)})", re.IGNORECASE)


# --- what turns a claim round, or makes it none -------------------------------------------------------

_RESULT = (
    r"(?:differences?|effects?|benefits?|improvements?|changes?|associations?|advantages?|reductions?|impact|superiority"
    r"|gains?|increases?|decreases?|relief|evidence of (?:an? )?(?:effect|benefit|difference|efficacy))"
)
_AUXILIARY = (
    r"(?:did|does|do|was|were|is|are|has|have|had|could|would|can|will)(?: not|n't|n’t)|cannot"
)
# What may follow "did not" without saying that a treatment failed.
_SAID = (
    r"(?: (?:fully|been|be|always|generally|clearly|adequately|well|consistently))*"
    r" (?:report\w*|describ\w*|stat(?:e|ed)|say|said|record\w*|mention\w*|measur\w*|document\w*|known?|clear|includ\w*|assess\w*"
    r"|publish\w*|tell|told|consider\w*|discuss\w*|ask\w*|monitor\w*|stud(?:y|ied)|carried|conducted|used|taken|able|blind\w*|mask\w*|agree\w*|compar\w*|certain|look\w*|follow\w*|test\w*|examin\w*|search\w*|yet)\b"
)
# The results did not change, no sign of publication bias: about the analysis, not about the treatment.
ANALYSIS = cue(
    r"""(?:results?|findings?|conclusions?|estimates?)(?: \w+){0,2} (?:did|do|were|was)(?: not|n't) (?:change|alter|differ|affect)\w*[^,;]*
    |(?:sensitivity|subgroup) analys[ei]s[^,;]*(?:did not|no) (?:\w+ )?(?:change|alter|differ)\w*
    |no (?:\w+ ){0,2}(?:publication|reporting|small[- ]study) (?:bias|effects?)
    |(?:this|the|these|its|such|any) (?:\w+ )?(?:effects?|benefits?|differences?|improvements?|reductions?|changes?|gains?) (?:is|was|are|were|may be|seems?|appear\w*) (?:\w+ ){0,2}(?:small|modest|slight|minor|short\w*|little|tiny|limited|temporary|moderate)[^,;]*
    |(?:low|small|little|no|unclear|moderate|high)?[ -]?risk of (?:\w+ )?bias"""
)
NULL = cue(
    rf"""no (?:[\w-]+ ){{0,4}}?{_RESULT}
    |not only$
    |(?:little|minimal|negligible|hardly any) (?:or no |to no |if any )?(?:[\w-]+ )?{_RESULT}
    |little or no|little to no|without (?:[\w-]+ ){{0,2}}{_RESULT}
    |no (?:[\w-]+ ){{0,2}}?(?:better|worse|more|less|greater|different|superior|faster|longer|lower|higher)\b
    |(?:not|neither|nor) (?:found |shown |seen |proved |proven |demonstrated |thought |considered )?(?:to be |to )?(?:[\w-]+ )?
      (?:better|superior|differ\w*|effective|efficacious|significant\w*|improve\w*|reduce\w*|relieve\w*|help\w*|benefi\w*|work\w*|exceed\w*
      |more|greater|recommended|supported|of (?:any )?benefit|ease\w*|lower\w*|outperform\w*|prevent\w*|change\w*|affect\w*|matter\w*)
    |(?:{_AUXILIARY})(?!{_SAID})(?: \w+){{0,3}}
    |(?:fail(?:s|ed|ing)?|unable) to (?:show|find|demonstrate|improve|reduce|detect|beat|confirm|reach|relieve|outperform)\w*
    |ineffective\w*|unchanged|non-?significan\w*|insignificant\w*|comparable|equivalent|equivalence|non-?inferior\w*
    |(?:a |much |about |roughly |broadly )*(?:the same|similar\w*|equal(?:ly)?|alike|as (?:good|effective|much|efficacious|many)(?: [\w-]+){0, 5} as\b|as (?:little|few))
    |stayed (?:the same|as)|both groups|both arms|either group|none\b|not (?=at|in|on|for|after|when|against|with|pain|function|sham|placebo)
    |worse\w*|inferior to|less (?:effective|efficacious|successful|favou?rable|helpful|improvement|benefit|relief)|deteriorat\w*|favou?red (?:the )?(?:control|sham|placebo|comparator|usual|standard|drug|medic)\w*
    |(?:more|higher|greater|increased) (?:\w+ )?(?:relapses?|frequent|mortality|deaths?|drop-?outs?|disability|distress)
    |no longer|(?:was|were|is|had) gone|disappear\w*|wore off|wears off|faded|vanish\w*|lost by|not sustained|nor in|nor on|nor for
    |(?:failed|fails)\b"""
)
# Narrower: what tells for certain that a treatment did not do something, in an abstract full of methods too.
_MEASURE = r"(?:significant\w*|statistical\w*|clinical\w*|clear|important\w*|overall|additional|added|further|real|such|between[- ]groups?|relevant|meaningful\w*|(?:long|short)[- ]term|specific|beneficial|measurable|detectable|noticeable|marked|obvious|main|superior|therapeutic|apparent|or)"
DENIES = cue(
    rf"""no (?:{_MEASURE},? )*{_RESULT}\b|no (?:{_MEASURE} )*(?:better|more effective|greater|superior|different|less|fewer|lower)\b
    |(?:little|minimal|negligible|hardly any) (?:or no |to no |if any )?(?:{_MEASURE} )*{_RESULT}|little or no|little to no|without (?:{_MEASURE} )*{_RESULT}
    |(?:(?:did|does|do|was|were|is|are|could|would|has|have)(?: not|n't)|not|nor|neither) (?:found |shown |seen |show |find |reach |to be |be |have |been |any |{_MEASURE} ){{0,4}}
      (?:differ\w*|improv\w*|reduc\w*|superior|better|effective\b|efficacious|benefi\w*|chang\w*|significan\w*|decreas\w*|increas\w*|reliev\w*|help\w*|more effective|maintain\w*|sustain\w*|prevent\w*|lower\w*|affect\w*|outperform\w*|exceed\w*|turn|work\w*|alleviat\w*|superiority|greater|shorten\w*|raise|eas(?:e|ed))
    |but not (?:in|for|on|at|with|than|to|against|when|pain|function|sleep|mood|quality)|(?:and|but|or) none|nor (?:in|on|between|for)|(?:one|two|three|four|five|six|seven|\d+|others?|most|rest) did not
    |(?:fail(?:s|ed)?) to (?:show|find|demonstrate|improve|reduce|detect|confirm|reach|relieve|outperform)|unchanged|ineffective|non-?significan\w*|(?:not|no longer) (?:present|evident|seen|there|detectable)|(?:was|were|had) (?:gone|disappeared|lost)|wore off|faded
    |equal(?:ly)? (?:effective|good|well|beneficial|efficacious)|as (?:effective|good|efficacious|many|much|often)(?: [\w-]+){0, 5} as\b|(?:was|were|is|are|proved|remained) (?:\w+ )?(?:the same|similar|comparable|equivalent|equal)\b
    |(?:led to|showed|had|produced|gave|a|of) (?:a )?(?:similar|comparable|equivalent|equal|the same) (?:\w+ )?{_RESULT}|similar (?:\w+ )?(?:improvements?|effects?|benefits?|reductions?|relief)
    |both (?:groups|arms) (?:\w+ )?improved|worse\b|(?:was|were|proved|is|are) inferior|inferior to (?:sham|placebo|the control|usual|standard)|less (?:effective|efficacious|benefit|improvement|relief) than|(?:more|higher|greater) (?:\w+ )?(?:relapses?|frequent|mortality) in the (?!control|sham|placebo)|favou?red (?:the )?(?:control|sham|placebo|usual|standard)|made no difference"""
)
# Across the clauses that are read one by one: "it eased pain, but not at six months".
BUT_NOT = cue(
    r"""but not (?:in|for|on|at|with|than|to|against|when|after|pain|function|sleep|mood|quality)|(?:one|two|three|four|five|six|seven|\d+|others?|most|rest) did not\b|and none\b"""
)
BACKGROUND = cue(
    r"""baseline|at entry|before (?:the )?treatment|characteristics|demographic\w*|(?:has|have) not (?:yet )?been|not previously|(?:previous|earlier|prior|past) (?:[\w-]+ )?(?:studies|trials|reviews?|research)|studies have not|so far|to date|lately
    |adherence|compliance|drop-?outs?|withdr[ae]w\w*|attrition|blinding|credibility|expectanc\w+|publication bias|heterogeneity|sensitivity analys\w+|hypothes\w+|do(?:es)? not help all|main causes?|no effective"""
)
UNCLEAR = cue(
    r"""unclear\w*|unknown|uncertain\w*|inconclusive|insufficien\w*|inconsisten\w*|conflicting|contradictory|mixed|unresolved|undetermined
    |(?:(?:very )?(?:little|low|limited|no)|lack of) (?:confidence|trust)|(?:any|much|great) confidence
    |cannot (?:be (?:drawn|concluded|determined|made|judged|known|established)|conclude|say|tell|determine|draw|judge|be sure)
    |can(?:not|'t|’t) (?:say|tell|be sure)|could not (?:say|tell|conclude|determine|draw|judge|be (?:drawn|concluded|determined))
    |unable to (?:draw|conclude|say|determine|tell|make|judge)|no (?:\w+ ){0,2}conclusions?|not (?:enough|sufficient)|too (?:few|little|small|weak|sparse)
    |lack(?:s|ed|ing)? (?:of )?(?:\w+ ){0,2}(?:evidence|data|trials|studies|rigou?r\w*)|remains? (?:to be|unclear|unproven|open)|unproven
    |not (?:yet )?(?:known|clear|certain|possible to)|(?:is|was|are|were) (?:still )?(?:lacking|missing|debat\w*|open)
    |no (?:\w+ ){0,3}(?:evidence|data|trials|studies) (?:on|about|for|to|that|whether|of)?|(?:did|do|does) not (?:fully )?agree|disagree\w*|no firm
    |not (?:measured|reported|assessed|studied|documented|recorded|described|firm|established|proven|compared|tested|known)"""
)
# A question is no claim: "whether it helps", "to assess the efficacy of".
ASKED = cue(
    r"""(?:whether|if)\b(?! (?:you|used|given|taken|done|needed))[^,;:]*
    |(?:to|and|that|which|we|study|review|trial|authors?) (?:assess|determin|evaluat|examin|compar|investigat|explor|test|ask|measur|estimat|stud)(?:e|es|ed|ing|y|ied)?
      (?! (?:with|to|against))[^,;:]*
    |(?:comparing|investigating|assessing|evaluating|examining|exploring|regarding|concerning) (?:the )?
      (?:[\w-]+ ){0,4}?(?:efficacy|effect\w*|safety|benefits?)[^,;:]*
    |(?:aim|objective|purpose|goal)s?\b[^,;:]*|(?:protocol|trial|study|review) (?:describes|will|is designed|was designed|aims)[^,;:]*
    |clinical trial|randomi[sz]ed trials? of[^,;:]*|in need of[^,;:]*|(?:further|more|larger?|future|additional) (?:[\w,-]+ ){0,6}(?:trials?|stud(?:y|ies)|research|RCTs?)[^;:]*"""
)

# "Higher-quality trials will be needed": what is still to be done is a limit, and no claim.
NEEDED = cue(
    r"""(?:need(?:s|ed)?|requir(?:e|es|ed)|warrant(?:s|ed)?|necessary|(?:is|are) recommended|should be (?:conducted|done|carried|performed|undertaken|interpreted)|remains? to be|to (?:further )?(?:confirm|verify|elucidate|clarify|establish|substantiate))\b"""
)
STUDIES = cue(
    r"(?:trials?|stud(?:y|ies)|research|RCTs?|evidence|data|investigations?|work|findings?|results?|caution|conclusions?)\b"
)
OVERSTATED = cue(
    r"overstate\w*|overestimat\w*|exaggerat\w*|placebo effects?|(?:due|owing|attribut\w+) (?:\w+ ){0,3}?to (?:[\w'’-]+ ){0,4}?(?:expectations?|placebo|chance|bias|attention)|biase?d"
)

# --- what a claim says --------------------------------------------------------------------------------

POSITIVE = cue(
    r"""reduc(?:e|es|ed|ing|tions?)|fell\b|falls? (?:in|by|more)|drop(?:s|ped)? (?:in|by|more)?|declin(?:e|es|ed)|improv\w+|reliev\w+|relief|eas(?:e|es|ed|ing)\b|lessen\w*|lower(?:s|ed|ing)?\b|decreas\w+|alleviat\w+|ameliorat\w+
    |diminish\w*|sooth\w+|calm(?:s|ed|ing)|help(?:s|ed|ing|ful)?\b|benefi\w+|effective\w*|efficac\w+|effects?\b|works?\b|worked|better|superior\w*|greater
    |fewer|smaller|less\b|shorte(?:r|ns?|ned)\b|faster|quick\w*|more (?!trials|studies|research|data|evidence|work|than one|information)[\w-]+|prevent\w*|protect\w*
    |restor\w+|boost\w*|enhanc\w+|promot\w+|promising|favou?r\w*|advantag\w+|success\w*|respon(?:d|ds|ded|ses?)\b|recover\w*|eliminat\w+|resolv\w+
    |(?:gets?|getting|got) rid|slow(?:s|ed)?\b|straighten\w*|rais(?:e|es|ed)\b|increas\w+|cur(?:e|es|ed|ing)\b|heal(?:s|ed|ing)?\b|remed\w+|excellent
    |powerful|potent\b|solution|value\b|valuable|worth\b|first[- ](?:choice|line)|recommend\w*|support(?:s|ed)?\b|outperform\w*|beats?\b|best\b|good (?:results?|option|choice|treatment)
    |strengthen\w*|normali[sz]\w+|revers(?:e|es|ed)\b|remission|free (?:of|from)|free\b|gain(?:s|ed)?\b|turns?\b|turned|stop(?:s|ped)?\b|treat(?:s|ed)\b|useful\w*|supported
    |(?:tak(?:e|es|ing)|took) (?:\w+ ){0,3}away|tackl\w+|fights?\b|combats?\b|conquer\w*|banish\w*|an end to|ends?\b(?! of)|wip(?:e|es|ed) out|melts?\b|clear(?:s|ed) (?:up)?|settl(?:e|es|ed)\b|loosen\w*|releas(?:e|es|ed)\b
    |regain\w*|thriv\w+|good for|great for|ideal for|perfect for|key to|drug-free|difference(?= to| in| for)|pays? off|deliver(?:s|ed)?\b|achiev\w+|wins?\b|surpass\w*|exceed\w*|leads? to|led to|results? in|yield\w*|correct(?:s|ed)\b
    |suppress\w*|counteract\w*|mitigat\w*|optimi[sz]\w*|accelerat\w*|speeds?\b|sped\b|cuts?\b|halv(?:e|es|ed)\b|doubl(?:e|es|ed)\b|tripl(?:e|es|ed)\b|keeps?\b|kept\b|enabl(?:e|es|ed)\b|allow(?:s|ed)?\b|manag(?:e|es|ed)\b(?! to| care)|comfort\w*|minimi[sz]\w*|abolish\w*|abat(?:e|es|ed)\b
    |up to \d+|well suited|fine (?:addition|option|choice)|tool\b|asset|confirm(?:s|ed)\b|pro(?:ves|ved|ven)\b|outcomes? (?:was|were) (?:good|better)|contribut\w+|evidence (?:of|for|that)|brought|brings?|gave|gives?\b|provid(?:e|es|ed)\b|offers?\b|high\w*|answer|replac\w+|alternative|instead|ideal|suitable|control(?:s|led)?\b(?! (?:group|trial|stud))"""
)
PROVEN = cue(
    r"""prov(?:e|es|ed|en|ing)\b|confirm(?:s|ed)?\b|establish(?:es|ed)|conclusive\w*|undoubtedly|(?:beyond|no room for|without any|not in|leaves no) doubt|certain(?:ly)?\b|clearly|definit\w+|guarante\w+
    |undeniabl\w*|unequivocal\w*|without (?:a )?doubt|no doubt|scientifically|fact\b|reliabl[ey]|consistently|always"""
)
INTENSE = cue(
    r"""(?:very|highly|extremely|exceptionally|particularly|remarkabl[ey]|dramatic(?:ally)?|strong(?:ly)?|outstanding(?:ly)?|powerful(?:ly)?|hugely?|vast(?:ly)?
    |major|massive(?:ly)?|considerabl[ey]|substantial(?:ly)?|great(?:ly)?|excellent|impressive(?:ly)?|marked(?:ly)?|profound(?:ly)?|superb|complete(?:ly)?|total(?:ly)?
    |enormous(?:ly)?|tremendous(?:ly)?|best|ideal|perfect(?:ly)?|miracul\w+|miracle|excel\w*|unmatched|potent|high (?:efficacy|effectiveness|success|degree|cure|response|recovery|effective)|clear (?:effect|benefit|improvement|advantage|evidence)|real (?:difference|benefit|effect)|meaningful|noticeabl[ey]|amazing(?:ly)?|incredibl[ey]|wonderful(?:ly)?|fantastic(?:ally)?
    |unrivalled|superior results|huge|big|large (?:effect|improvement|reduction|benefit)|rapid(?:ly)?|instant(?:ly)?|most effective
    |far (?:more|better|greater|superior|less|fewer)|much (?:more|better|less|lower|greater)|transform\w*|life-?changing|breakthrough|significantly (?:promote|boost|enhance)\w*)\b"""
)
NOT_INTENSE = cue(
    r"""(?:low|very low|poor|high|moderate)[- ](?:certainty|quality)|very[- ](?:low|small|few|uncertain|different|limited|weak|little|modest)|great deal|strong (?:conclusions?|evidence)|major adverse
    |highly (?:heterogeneous|variable|uncertain)|high (?:risk|dropout|heterogeneity|expectations?)|total (?:of|effective|number)|greater|complementary|total score"""
)
HEDGE = cue(
    r"""may\b|might|could|possib\w+|perhaps|potential(?:ly)?\b|maybe|conceivabl\w+|hope\w*|in theory"""
)
EVIDENTIAL = cue(
    r"""suggest\w*|appear(?:s|ed)?\b|seem(?:s|ed|ingly)?\b|tend(?:s|ed|ency)?\b|trend\w*|hint\w*|point(?:s|ed)? (?:to|towards)|some (?:\w+ )?(?:evidence|benefit|people|patients|relief|trials|studies)
    |preliminary|tentative\w*|(?:low|limited|weak|poor|sparse|scarce)[- ](?:(?:to[- ])?(?:very[- ])?\w+[- ])?(?:certainty|quality|evidence|grade|strength)|not (?:entirely |fully )?(?:certain|sure)
    |presumabl\w+|apparently|believe\w*|reported(?:ly)? (?:less|fewer|feeling|to)|weakly|early (?:evidence|results|data)"""
)
DOUBT = cue(
    r"very[- ]low|(?:is|are|was|were|it is) (?:very )?uncertain|doubtful|cannot be (?:relied|trusted)|weak and"
)
QUALIFIED = cue(
    r"""associat\w+|link(?:s|ed)? (?:to|with)|correlat\w+|probabl[ey]|likely|moderate(?:ly)?[- ](?:certainty|quality|evidence|grade|strength)|moderate evidence|indicat\w+|can\b
    |promising|small\b|slight(?:ly)?|modest(?:ly)?|a little|about half|half of|in (?:some|a few|certain)|partly|to some (?:degree|extent)|relatively|generally|perhaps"""
)
HIGH_CERTAINTY = cue(
    r"(?:high|strong)[- ](?:certainty|quality)(?: evidence)?|strong evidence|robust"
)
GRADED = cue(r"moderate(?:ly)?[- ](?:certainty|quality|evidence)|moderate evidence|probabl[ey]")

# --- limits of what was found -------------------------------------------------------------------------

LIMIT = cue(
    r"""however|limit(?:ed|ations?|s)?\b|small (?:sample|number|stud|trial)\w*|(?:few|small)\b(?=[^.]*(?:trials|studies|people|participants|patients))|(?:trials|studies) (?:were|are|was) (?:\w+,? )*(?:few|small|poor\w*)
    |(?:low|poor|variable|mixed|weak)[- ](?:\w+[- ])?(?:quality|certainty)|quality (?:was|is|of [\w ]+ (?:was|is)) (?:\w+ )?(?:low|poor|variable|weak)|poorly|overstate\w*|overestimat\w*
    |(?:high|unclear|serious|some) (?:\w+ )?risk of (?:\w+ )?bias|biase?d?\b|cautio\w*|further (?:[\w,-]+ ){0,6}(?:trials?|stud(?:y|ies)|research)|(?:more|larger?|future) (?:[\w,-]+ ){0,5}(?:trials?|stud(?:y|ies)|research|RCTs?) (?:is|are|will|would)
    |weak\b|tentative\w*|unreliabl[ey]|(?:little|low) confidence|heterogene\w*|lack(?:s|ed|ing)?\b|preliminary|under-?reported|not (?:fully )?(?:reported|blinded|measured|certain|known|clear)|unblinded|not (?:entirely )?(?:firm|sure)|did not (?:\w+ )?report|doubtful|too little to matter|uncertain\w*
    |differ(?:ed)? (?:a great deal|widely|greatly)|(?:very )?different from each other|expectations?|incomplete\w*|single[- ](?:centre|center|trial)|one (?:small )?trial|open[- ]label"""
)
STRONG_LIMIT = cue(
    r"""very[- ]low|(?:low|poor|weak)[- ](?:to[- ]very[- ]\w+[- ])?(?:\w+[- ])?(?:quality|certainty)|(?:quality|certainty)[^.;]{0,40}(?:was|is|were) (?:very )?(?:low|poor|weak)|overstate\w*|overestimat\w*
    |(?:high|serious) (?:or unclear )?risk of (?:\w+ )?bias|interpret\w* (?:with (?:\w+ )?caution|cautiously)|caution|(?:evidence|data) (?:was|is|were|are|remains?) (?:\w+ )?(?:limited|weak|insufficient|sparse|scarce|low)
    |(?:limited|insufficient|weak|inconclusive) evidence|not firm|no (?:firm|strong|definite) conclusions?|tentative\w*|(?:little|low) confidence|unreliabl[ey]|(?:unable|cannot)[^.;]{0,30}conclu\w+|conclusions?[^.;]{0,40}cannot|inconsistent|conflicting|doubtful|lacking in"""
)

# --- to whom, against what, for how long --------------------------------------------------------------

COMPARED = cue(
    r"""than\b|compar(?:ed|ison|able|ing|ator)\b|versus|vs\b|relative to|over (?:sham|placebo|and above|no|control|usual|medic\w+|waiting)|against\b|as an? (?:adjunct|addition|add-on)|added to|in addition to|together with|combined with|plus\b|on top of
    |sham\b|placebo|control group|waiting list|wait-?list|usual care|no[- ](?:treatment|acupuncture)"""
)
COMPARATIVE = cue(
    r"""more (?:effective|efficacious|successful|beneficial|favou?rable|helpful|improvement|relief)|better\b|superior\w*|greater\b|more effectively|outperform\w*|the best"""
)
ABSOLUTE = cue(
    r"(?:is|are|was|were|as|be|showed|shows) (?:an? )?(?:highly |very |safe and )?(?:effective|efficacious)\b|efficacy|effectiveness|works\b|effective (?:treatment|therapy|results?|option|way|method|remedy)"
)
UNIVERSAL = cue(
    r"""every(?:one|body)\b|any(?:one|body)\b|(?:all|any|every) (?:(?:kinds?|types?|forms?|sorts?|stages?|degrees?) of|(?:[\w-]+ )?(?:patients?|people|persons?|adults?|women|men|children|sufferers?|cases?|ages?|conditions?|types?|pain|individuals?|causes?))
    |regardless of|irrespective of|no matter|whatever the|always\b|never fails|universally|in all\b|whoever"""
)
LASTING = cue(
    r"""long[- ](?:term|lasting|lived)|longer[- ]term|lasting\b|lasts?\b|permanent\w*|durabl[ey]|endur\w+|sustain(?:s|ed|able)\b|for good\b|for (?:ever|life|years)|forever|persist(?:s|ed|ent)? (?:for|over|after|long)|stays\b|remains? (?:improved|better|pain)
    |continu(?:es|ed) (?:to|long|for|after)|once and for all|year after year|maintain(?:s|ed)\b|lifelong|ongoing relief"""
)
# What a summary tells of a later time bears out that an effect lasts, as far as it was followed.
FOLLOWED = cue(
    r"follow(?:ed)?-?up|(?:maintain|sustain|last|persist)\w*|(?:six|nine|twelve|6|9|12|18|24)[- ]months?|(?:one|two|1|2|3|5)[- ]years?"
)
CURE = cue(
    r"""cur(?:e|es|ed|ing|ative)\b(?! rates?)|heals?\b|healed|(?:gets?|getting|got|rids?|be) rid of|rids\b|eliminat\w+|eradicat\w+|guarantee\w*|miracle\w*|miraculous\w*|always works?|never fails|100 ?%|pain[- ]free\b|for good\b
    |revers(?:e|es|ed|al of)\b|fix(?:es|ed)?\b|complete (?:recovery|relief|cure|remission)|root cause|proven to|permanent(?:ly)?|once and for all|no more pain"""
)
REPLACES = cue(
    r"""(?:as an? |an? )?alternatives? (?:to|for)|instead of|replac\w+ (?:for |of )?(?!surg|the hip|the knee)(?=[\w' -]*(?:medic|drug|analges|surg|antidepress|pill|tablet|therap|treatment|nsaid|opioid|painkill|statin|steroid|inject|hormone|physio|insulin))
    |first[- ](?:choice|line)|treatment of choice|should (?:be (?:offered|used|considered|given|recommended|tried|the first)|try|have|receive|start|consider)|(?:is|are|be|can be|strongly|highly) recommended|recommend(?:s|ed)? (?:that|it|acupuncture|for|as)
    |well advised|(?:insist|rely) on\b|ought to|(?:opt|ask|reach) for\b|choose\b|deserv\w*|turn to\b|make (?:\w+ )?part of|(?:patients?|people|women|men|parents|person|everyone|you|anyone|sufferers) (?:\w+ )?(?:should|must|need to)
    |supports? (?:the |its )?(?:use|replac)\w*|worth (?:doing|trying|having)|before (?:resorting to|turning to|considering) (?:medic|drug|surg)\w*|(?:avoid|stop|do without|no need for|come off|give up) (?:\w+ ){0,2}(?:medic|drug|surg|pill|tablet|operation|opioid|inject)\w*|rather than (?:medic|drug|surg|pill)\w*"""
)
MECHANISM = cue(
    r"""by (?:restoring|balancing|stimulating|releasing|unblocking|increasing|improving|boosting|activating|regulating|correcting|strengthening|harmoni\w+|calming|triggering|opening|reducing inflammation)
    |because it|(?:flow|balance|blockage) of (?:qi|energy)|meridians?|energy flow|toxins?|detox\w*|endorphins?|immune|nervous system|body's own|self-heal\w*"""
)
SAFE = cue(
    r"""safe(?:ly|st|r)?\b(?! to (?:say|assume))|safety\b|harmless\w*|risk[- ]free|side[- ]effect[- ]free|(?:well[- ])?tolerated (?:by|without|very|extremely)|well[- ]tolerated|without (?:any )?(?:trouble|problems?|incident|worr\w+)|trouble[- ]free|gentle|painless\w*|natural (?:way|remedy|method|treatment|therapy|alternative)
    |(?:side[- ]effects?|adverse (?:\w+ )?(?:events?|effects?|reactions?)|complications?|harms?)(?: [\w-]+){0,5}? (?:were|was|are|is|being) (?:\w+ )?(?:minor|mild|acceptable|rare|few|minimal|fewer|absent|negligible|low)
    |(?:no|without|free (?:of|from)|zero|never any|not cause|lacks?|hardly any|few|fewer|less|minor|mild|minimal|rare\w*|low risk of|acceptable|no increased?) (?:[\w-]+ ){0,3}?(?:side[- ]effects?|adverse|harms?|risks?\b(?! of bias)|complications?|drawbacks)"""
)
ABOUT_SAFETY = cue(
    r"""safe(?:ly|ty|r)?\b|adverse(?: \w+)? (?:events?|effects?|reactions?|outcomes?)|adverse|side[- ]effects?|harms?\b|harmful\w*|harmless|complications?|tolera\w+|toxicity|risk[- ]free|drawbacks|gentle|painless\w*|allergic|(?:severe|serious|skin|local) reactions?|toxic\w*|poison\w*|injur(?:y|ies)|pneumothorax|hospitali[sz]ed|liver enzymes|bruis\w*|bleed\w*|dizz\w*"""
)
SAFETY_LIMIT = cue(
    r"""relatively|generally|appears?|seems?|may\b|might|rare\w*|serious|minor|mild|few(?:er)?\b|less\b|reported|satisfactory|acceptable|low risk|usually|mostly|in (?:this|these|the) (?:trial|stud|review)\w*|than\b|similar|compar\w+|no difference"""
)
# What a trial did, whom it took and what a word means: told, but nothing claimed.
PLAIN = cue(
    r"""includ\w+|enrol\w*|recruit\w*|randomi[sz]\w*|assign\w*|allocat\w*|describ\w+|looked (?:at|into|for)|asked?\b|studie[sd]\b|examin\w*|investigat\w*|evaluat\w*|assess\w*|measur\w*|compar(?:es|ed|ing) (?!to|with)|took part|search\w*|protocol\w*|survey\w*|review(?:s|ed)\b|analys\w+
    |sessions? (?:was|were|over|of)|(?:received?|given|got|treated) |(?:is|are) (?:an? |the )?(?:[\w-]+ ){0,3}(?:cause|condition|disease|disorder|problem|type|form|name|term|kind|complaint|technique|part|symptom)s?\b|common\w*|affects?\b|suffers? from|refers? to|means?\b|known as|published|authors?|aim\w*"""
)
PERCENT = re.compile(
    r"\d+(?:[.,]\d+)?(?= ?(?:%|per ?cent\b|times\b|-?fold\b|out of\b|in (?:every )?\d))"
)
