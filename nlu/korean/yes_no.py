"""Yes, no and neither, by the plain words of an answer.

A refusal outweighs the yes before it: "네, 안 할게요". Who asks back or wavers has said neither.
"""

import re

YES = "yes"
NO = "no"
_BEGINS = re.compile(r"^\s*(?:네|넵|넹|예|옙|응|그럼|맞|아니|아뇨|아녀|아닙)(?![가-힣]{2})")
_REFUSES = re.compile(
    r"^\s*(?:아니(?!면|라도)|아뇨|아녀|아닙|아냐|노(?:요|우)?(?![가-힣])|ㄴㄴ|됐(?:어|습|고|네))"
    r"|아(?:니에요|니예요|니요|니야|닌데요?|닙니다)[\s.!~]*$"
    r"|싫(?:어|습|은데|다)"
    r"|(?:^|[\s,]|취소|동의|저장|예약|신청|보관)안\s?"
    r"(?:할|해|했|하|돼|되|될|됩|갈|가|갔|왔|올|원|적|남기|남겨|받|둘|지우|지워|바꿀|바꿔|쓸)"
    r"|(?:하|두|우|기|적|쓰|잡|꾸|가|오|내|주|받|되|시|싶|르)지(?:는|도)?\s?(?:마(?:세|시|요|라|$)|말(?:아|고|라|자|$)|않)"
    r"|(?:취소|저장|예약|동의|그건|그거|그것|그때|그날|지금)\s?(?:는|은)?\s?말고"
    r"|말고요[\s.!~]*$"
    r"|그만\s?(?:둘게|둘래|두겠)|관둘|필요\s?(?:가\s?)?없|그냥\s?(?:둬|두|놔)|거절|거부|사양"
)
_CONSENTS = re.compile(
    # "네 시", "네 번" are numbers, 예약 and 네이버 are words.
    r"^\s*(?:네|예)[네예에]?(?:[~.,!\s]+|$)(?!(?:시(?:[에요로쯤]|\s|$)|번|명|개|달|살|식구))"
    r"|^\s*(?:네|예)(?:알겠|그렇|그래|맞|좋|잡아|해|할게|적어|취소|부탁|동의)"
    r"|^\s*(?:넵|넹|넴|옙|엡|오케이|응+(?![가-힣])|어[\s.!~]*$|(?:ok|OK|Ok|콜)(?![가-힣A-Za-z]))"
    r"|^\s*(?:그래(?:요|라)?|그럼요|그러(?:세요|죠|지요|시죠))(?:[\s.,!~]|$)"
    r"|^\s*그럼[\s.!~]*$"
    r"|^\s*그렇(?:게\s?(?:해|할|하)|죠|지요|습니다)"
    r"|^\s*(?:좋(?:아|습|지|네|죠)|맞(?:아|습)|당연|물론|얼마든지|동의\s?(?:해|합|할))"
    r"|^\s*적어\s?(?:두|놓|놔)"
)
_INQUIRES = re.compile(
    r"[?？]"
    r"|(?:(?<![때거곳분데])나요|까요|[은는인]가요|습니까|는지요?|[을할될]까)[\s.!~]*$"
    r"|(?:얼마|언제|어디|누구)(?:예|에요|인가|까지|가|서|로|$)|뭐(?:예|에요|가|죠)|(?:몇|무슨|어떤)\s"
    r"|어떻게|누가|(?<![가-힣])왜"
)
_WAVERS = re.compile(
    r"생각(?:해|\s?좀|을\s?해|\s?중)|글쎄|모르|몰라|나중에|이따|다음에\s?(?:하|할|해)|고민|상관\s?없|아직|할까\s?말까"
    r"|봐서|상의|의논"
)
_DENIES = re.compile(
    r"^\s*(?:아니(?!면|라도)|아뇨|아녀|아닙|아냐|노(?:요|우)?(?![가-힣]))"
    r"|(?:^|\s)안\s?(?:받|해|했|하|할|다|돼|되|내|들|있|살|가|갔|왔|쉬|그)"
    r"|못\s?(?:받|해|했|하|내|들|가)"
    r"|(?<!문제)(?<!문제\s)(?<!문제[가는도]\s)없(?:어|습|는|음|다|네|지|고|거|죠|구)|않(?:아|습|고|았)|아니(?:에요|예요|요|야|고|라)"
)
_AGREES = re.compile(
    r"(?<!고)(?<!고\s)있(?:어|습|지|음|고|는|거|네)"
    r"|(?:받|하|들|내|들어)고\s?있|받(?:아|고|습|았|는|지)"
    r"|맞(?:아|습)|그래요|그렇|했(?:어|습|지)|(?<!안)해요|합니다|하고|들(?:어|었)|됐|돼요|되어|냈어|살아|할\s?수|하고\s?싶"
)
_FAULT = r"(?:별\s?)?(?:문제(?:\s?(?:될|되는))?|이상|탈|하자|(?:틀린|잘못된|틀리는)(?=\s))"
_THING = r"(?:\s?(?:점|게|거|것|건|데|곳|부분|일))?(?:은|는|도|이|가)?"
_NO_FAULT = re.compile(
    r"^\s*(?:(?:네+|예|넵|넹|응|그럼요?|좋아요|맞아요)[\s,.!~]*)*(?:(?:아무런?|전혀|하나도|다|모두)\s?)*"
    rf"{_FAULT}{_THING}\s?(?:전혀\s?|하나도\s?|아무것도\s?)?"
    r"(?:없(?:어요?|습니다|네요?|지요?|죠|음|다|을\s?(?:것|거)\s?같\S*|겠\S{1,3})|무)[\s.!~]*$"
)
_IS_THERE = r"\s?(?:좀\s?|조금\s?|하나\s?)?있(?!을|나요|으면|는지|던|습니까|어요?\s?[?？])"
_FAULTY = re.compile(
    rf"(?<![가-힣])(?:문제|잘못|착오)(?:점|되는\s?것|될\s?것)?(?:이|가|은|는|도)?{_IS_THERE}"
    r"|^\s*(?:(?:네+|예|넵|응|아|어|음|저기|근데|그런데|좀|조금|약간|여기|거기)[\s,.]+)*"
    rf"{_FAULT}{_THING}{_IS_THERE}"
)


def by_words(text: str) -> str:
    """ "yes", "no" or "" by the plain words alone; "네 시요" and "그럼 센터로요" are neither."""
    if _REFUSES.search(text):
        return NO
    return YES if finds_no_fault(text) or _CONSENTS.search(text) else ""


def finds_no_fault(text: str) -> bool:
    """Whether a text says of what was read back, and nothing more, that it is right: "문제없어요", "이상 없습니다"."""
    return _NO_FAULT.search(text) is not None


def finds_fault(text: str) -> bool:
    """Whether a text says that something about it is wrong: "문제가 있어요"."""
    return _FAULTY.search(text) is not None


def inquires(text: str) -> bool:
    """Whether a text asks back: "네?", "얼마예요"."""
    return _INQUIRES.search(text) is not None


def wavers(text: str) -> bool:
    """Whether a text leaves open what is wanted: "생각해 볼게요"."""
    return _WAVERS.search(text) is not None


def begins(text: str) -> bool:
    """Whether a text begins with a yes or a no."""
    return _BEGINS.search(text) is not None


def denies(text: str) -> bool:
    """Whether a text says no of oneself: "없어요", "안 받아요"."""
    return _DENIES.search(text) is not None


def agrees(text: str) -> bool:
    """Whether a text says yes of oneself: "받고 있어요"."""
    return _AGREES.search(text) is not None
