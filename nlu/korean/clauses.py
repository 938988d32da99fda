"""Who and when a value is said of: the speaker or someone else, now or in the past. Read from the words around it."""

import re

_KIN = (
    r"(?:남편|신랑|바깥양반|애들?\s?아빠|아내|집사람|와이프|마누라|(?:시|친정)?\s?(?:어머니|어머님|엄마|아버지|아버님"
    r"|아빠)|부모님?"
    r"|장모님?|장인|시부모님?|할머니|할아버지|아들내미|아들|딸내미|딸아이|딸애|딸|아이|애기|애(?!기)|아기|자식|자녀"
    r"|손자"
    r"|손녀|손주"
    r"|며느리|사위|동생|언니|오빠|누나|누이|형님|형|조카|이모|삼촌|고모|친구|이웃|옆집|동료|사장님?|선생님|상담사님?"
    r"|큰애|작은애|막내|첫째|둘째|셋째)"
)
_FILLER = r"(?:나이|연세|올해|이제|지금|현재|벌써|겨우|아직|한|둘\s?다|만|다|내년에?|낼모레|곧)"
_KIN_BEFORE = re.compile(
    rf"(?<![가-힣])(?:우리|저희|제|내|울|큰|작은|두|세|늦둥이)?\s?{_KIN}(?:들)?(?:이|가|은|는|께서는?|도|의|랑"
    r"|하고)?\s*"
    rf"(?:{_FILLER}(?:이|가|는|은)?\s*)*$"
)
_SELF_AS_PARENT = re.compile(
    r"(?:아이|애|애기|아기|아들|딸|남매|손주)\s?(?:둘|셋|하나|키우는)?\s?(?:엄마|아빠|맘)\s*(?:이고|고|인데|,)?\s*$"
)
_SELF_AFTER = r"(?:엄마|아빠|맘)\s?(?:예요|이에요|에요|입니다|인데|이고|로서|라서)"
_KIN_AFTER = re.compile(
    r"\s?(?:짜리|(?:된|먹은|인|이신|되신|의|\s)?\s?(?!할머니|할아버지)(?:우리\s?|저희\s?|제\s?)?"
    rf"(?!\s?(?:(?:아이|애기?|아기|아들|딸|남매)\s?(?:둘|셋|하나)?\s?)?{_SELF_AFTER}){_KIN}(?![은는]\s))"
)
_CHILD_AFTER = re.compile(
    r"\s?(?:짜리|(?:된|먹은|인|\s)?\s?(?:아이|애기|애(?!기)|아기|아들|딸|손자|손녀|손주|조카|막내|꼬마)"
    r"(?!\s?(?:둘|셋|하나)?\s?(?:엄마|아빠|맘)))"
)
_HONORED_AFTER = re.compile(r"\s?(?:이신|이세|이시|이십니|되신|되셨|되세|드신|드셨|잡수|세신)")


def of_someone_else(text: str, start: int, end: int) -> bool:
    """Whether the age at `start`..`end` is somebody else's: "우리 애가 다섯살", "5살 아이", "어머니가 82세이신데"."""
    before, after = text[max(0, start - 24) : start], text[end : end + 16]
    if _HONORED_AFTER.match(after) or _CHILD_AFTER.match(after) or _KIN_AFTER.match(after):
        return True
    return bool(_KIN_BEFORE.search(before)) and not _SELF_AS_PARENT.search(before)


_CLAUSE_END = re.compile(r"[.?!\n,]|(?:게요|나요|까요|세요|는데|은데|인데|니까|지만|거든요?|지요|죠)")
_LEFT_WORK = re.compile(
    r"그만|관두|관둬|관뒀|퇴직|퇴사|은퇴|짤리|짤렸|잘리|잘렸|해고|실직|폐업|나왔|쉬었|쉬고|놀고|끝나서|끝났|끝난|접었"
    r"|졸업|부터 쉬"
)
_ARRANGED = re.compile(
    r"예약|약속|잡[아았은혀힌]|기로\s?[했하한]|려고\s?[했하]|[라다자]고\s?(?:했|하셨|하던|하더|그랬|들었)|이었|였"
)
_NOT_TENSE = "있겠싶"  # syllables that end in ㅆ, or look like it, without telling of the past


def told_as_past(text: str, end: int) -> bool:
    """Whether what follows has happened ("11월 3일에 신청했는데"). A booking that was made is one to come."""
    clause = text[end : end + 30]
    stop = _CLAUSE_END.search(clause)
    clause = clause[: stop.start()] if stop else clause
    if _LEFT_WORK.search(clause):
        return True
    return not _ARRANGED.search(clause) and any(_tense_of_past(c) for c in clause)


def _tense_of_past(syllable: str) -> bool:
    final = (ord(syllable) - 0xAC00) % 28 if "가" <= syllable <= "힣" else 0
    return final == 20 and syllable not in _NOT_TENSE  # 20 is the final ㅆ, as in 했, 왔, 받았
