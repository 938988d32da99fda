"""Whose matter a text is: its writer's or somebody else's ("어머니가 일흔둘이신데")."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nlu.korean.numbers import NATIVE, SINO, read_number

SELF = "self"
"""Stands for the writer, where a name stands for anybody else."""
ADULT = 19
"""Somebody named together with a lower age is a child of the household, and not the one who applies."""
_UNDER_AGE = re.compile(
    r"^\S*?\s?(?:(?:올해|이제|지금|겨우|아직|만|나이가)\s)*"
    rf"(?:(?P<n>(?<!\d)\d{{1,3}}|{NATIVE}|{SINO})\s?(?P<unit>살|세|개월)"
    rf"|(?P<bare>{NATIVE})(?=이?(?:에요|예요|고|구요|라|거든)|인데|입니다))"
)
_SCHOOL = re.compile(r"^\S*\s?\S{0,4}(?:초등|중학|고등학|유치원|어린이집|초\d|중\d|고\d|학년)")
_FEMALE = (
    "시어머님|시어머니|친정어머니|어머님|어머니|친정엄마|엄마|장모님|장모|할머니|외할머니|아내|와이프|집사람|안사람|언니|누나"
    "|누님|여동생|이모|고모|며느리|딸|조카딸"
)
_MALE = (
    "시아버님|시아버지|친정아버지|아버님|아버지|아빠|장인어른|장인|할아버지|외할아버지|남편|신랑|바깥양반|영감님|영감|오빠|형님|형"
    "|남동생|삼촌|외삼촌|사위|아들"
)
_EITHER = (
    "부모님|배우자|동생|친구|이웃|조카|시동생|동서|사촌|옆집 분|아는 분|아는 사람|아는 언니|아는 동생|아는 형님|지인"
    "|동료|친척"
)
_CHILDREN = "아이|애|애기|아기|막내|첫째|둘째|셋째|큰애|작은애|큰아이|작은아이|손주|손녀|손자"
_SEXES = {
    name: sex for sex, names in (("female", _FEMALE), ("male", _MALE), ("", _EITHER)) for name in names.split("|")
}


def _longest_first(names: str) -> str:
    return "|".join(sorted(names.split("|"), key=len, reverse=True))


_KIN = re.compile(
    r"(?<![가-힣])(?:저희|우리|울|제|내|친정|큰|작은|막내|친한|그)?\s?"
    rf"(?:(?P<name>{_longest_first(f'{_FEMALE}|{_MALE}|{_EITHER}')})|(?P<child>{_longest_first(_CHILDREN)}))"
)
"""Somebody by what they are to the writer, with what may stand before: "저희 시어머니"."""
_ABOUT = re.compile(
    r"(?:은|는|도)요"
    r"|\s\S{0,6}(?:연금|급여|카드|일자리|지원금|인턴십|제도|센터)(?=\s|$|[은는이가을를도])"
    r"|\s?(?:일자리|연금|지원금|혜택)(?=\s|$|을|를|이|은|도)"
    r"|(?:께서는|께서도|께서|한테|에게|께|님이|님은|님도|이는|이가|가|이|는|은|도|의)(?=\s|$|[,(])"
    r"|(?:\s?(?:것|거|꺼|일|얘기|이야기|문제|경우))(?=\s|$|요|이|예|도|인|,)"
    r"|\s?(?:이)?(?:요|예요|이에요|인데요?|입니다|이세요|분이요)(?=\s|$|[.,!?~])"
    r"|\s?[(]|\s?(?:대신|대리)"
    r"|(?:\s(?:올해|지금|만|나이가?|연세가?))*\s"
    r"(?=\d{2}|[가-힣]{1,4}\s?(?:살|세)(?![가-힣])|(?:쉰|예순|일흔|여든|아흔|마흔|서른|환갑|칠순|팔순))"
)
"""What follows the name of somebody whom the sentence is about: "어머니가", "아버지 72세", "남편이요"."""
_ASIDE = re.compile(
    r"^\S*\s(?:\S+\s){0,3}?(?:벌|버는|버세|소득|월급|수입|연봉|일\s?다니|직장\s?다니|회사\s?다니|모아)"
    r"|^\S*\s(?:\S+\s){0,3}?\S*(?:느라|서\s|니까|라서\s|때문|돌봐|돌보|모시|간병|간호|챙기)"
)
"""The sentence only tells why, or who earns the money: its writer's own matter."""
_SELF = re.compile(
    r"(?<![가-힣])(?:저는|저도|저만|저요|제가|나는|나도|나만|난\s|내가|저한테|저에게|나한테|제게|저의|본인은|본인이|본인도)"
    r"|(?<![가-힣])(?:제|내)\s?(?:것|거|꺼|경우|얘기|이야기|차례)"
    r"|(?<![가-힣])(?:제|내)\s일(?![가-힣])"
    r"|(?<![가-힣])[저전]\s(?=\d{2}|[가-힣]{1,4}\s?(?:살|세))"
)
_FOR_OTHER = re.compile(r"대신|여쭤|여쭙|물어보|알아보|궁금|부탁")
_NOT_BUT = re.compile(r"말고|아니라|아니고|아니구")
_LEAD = re.compile(r"^(?:아니(?:요|에요)?|아뇨|아|네|그럼|그러면|이번에?는?|이제)[\s,]+")
_SHORTEST = 12
"""Characters of a message that can name somebody and nothing else: "저희 어머니 거예요"."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody whom a part of a text is about, from `start` on.

    `kind` tells the writer from another person, and from somebody of the household who is only named beside.
    """

    start: int
    kind: Literal["self", "other", "beside"]
    name: str = ""


def mentions(text: str) -> tuple[Mention, ...]:
    """Everybody whom a text is about, in order."""
    found = [Mention(match.start(), "self") for match in _SELF.finditer(text)]
    return tuple(sorted((*found, *_others(text)), key=lambda mention: mention.start))


def _others(text: str) -> Iterator[Mention]:
    for match in _KIN.finditer(text):
        after = text[match.end() :]
        if not _ABOUT.match(after):
            continue
        rest = text[match.start() :]
        if match["child"] or _is_child(rest) or _ASIDE.match(rest):
            yield Mention(match.start(), "beside")
        else:
            yield Mention(match.start(), "other", match["name"])


def _is_child(rest: str) -> bool:
    found = _UNDER_AGE.match(rest)
    number = read_number(found["n"] or found["bare"]) if found else None
    young = found is not None and (found["unit"] == "개월" or (number is not None and number < ADULT))
    return young or _SCHOOL.match(rest) is not None


def whose(text: str) -> str:
    """Who is asked about: SELF, a name as it was said, or "" where a text does not say."""
    corrected = _NOT_BUT.search(text)
    if corrected and (after := mentions(_as_subject(text[corrected.end() :]))):
        return _name(after)
    found = mentions(text)
    others = [mention for mention in found if mention.kind == "other"]
    if corrected and others and "self" not in {m.kind for m in found if m.start < corrected.start()}:
        return SELF if any(m.kind == "self" for m in found) else ""
    if not others:
        return SELF if any(mention.kind == "self" for mention in found) else ""
    if any(mention.kind == "self" for mention in found) and not _FOR_OTHER.search(text):
        return SELF
    return others[0].name


def _as_subject(text: str) -> str:
    """A text that only names somebody, as a sentence about them: "어머니" is "어머니요"."""
    bare = text.strip(" .!?~")
    return bare if mentions(bare) else f"{bare}요"


def _name(found: tuple[Mention, ...]) -> str:
    return next((m.name for m in found if m.kind == "other"), SELF)


def switched(text: str, who: str) -> str:
    """To whom a short message turns the talk: SELF, a name, or "" for nobody new. `who`: the one talked of now."""
    bare = _LEAD.sub("", text.strip(" .!?~"))
    pure = len(bare) <= _SHORTEST or _NOT_BUT.search(text)
    found = whose(bare) if pure else ""
    now = who or SELF
    return "" if found == now else found


def sex_of(name: str) -> str:
    """The sex that a name of a relative tells: "female", "male", or "" where it does not."""
    return _SEXES.get(name, "")


def nameless(text: str) -> str:
    """A text with a space for each relative who is named in it."""
    return _KIN.sub(" ", text)
