"""Which of the choices on offer a short answer means: "1", "2번", "첫 번째", "두번째 거", "마지막 거"."""

import re

NATIVE = {"첫": 1, "하나": 1, "한": 1, "둘": 2, "두": 2, "세": 3, "셋": 3, "네": 4, "넷": 4, "다섯": 5}
SINO = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5}
TAIL = (
    r"\s*(?:번\s*째|번|째)?\s*(?:거|것|꺼|걸|껄|거요|것이요)?\s*(?:으?로)?\s*"
    r"(?:이요|요|할게요|할래요|해\s*주세요|주세요|이에요|예요)?[\s.!~]*"
)
DIGIT = re.compile(rf"^\s*([1-9]){TAIL}$")
WORD = re.compile(rf"^\s*(첫|하나|한|둘|두|세|셋|넷|네|다섯)\s*(?=번|째){TAIL}$")
SINO_NUMBER = re.compile(rf"^\s*([일이삼사오])\s*번{TAIL}$")
LAST = re.compile(r"^\s*(?:맨\s*)?(?:마지막|끝|아래|밑)\s*(?:에\s*)?(?:거|것|꺼|걸|번호)")


def read_choice(text: str, count: int) -> int | None:
    """The number (from 1) of the choice that is meant among `count`; None when the text is no such answer."""
    if LAST.match(text):
        return count
    number = _number(text)
    return number if number and number <= count else None


def _number(text: str) -> int | None:
    if found := DIGIT.match(text):
        return int(found[1])
    if found := WORD.match(text):
        return NATIVE[found[1]]
    found = SINO_NUMBER.match(text)
    return SINO[found[1]] if found else None
