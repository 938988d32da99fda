"""Korean numbers: digits (67), native (예순일곱), Sino-Korean (육십칠), and mixtures (3백만, 육십다섯, 만천)."""

import re

ONES = (
    "하나|둘|셋|넷|다섯|다섰|여섯|여섰|일곱|일굽|일곲|닐곱|여덟|여덜|여덞|여덥|아홉|아홒|아옵|아흡|한나|한|두|세|네|석|넉|서|너"
    "|닷|엿"
)
"""Native one to nine, alone and before a counter, with common misspellings; a regular expression."""

TENS = "스물|스무|서른|설흔|마흔|마은|쉰|쉬흔|예순|에순|얘순|일흔|여든|아흔"
"""Native twenty to ninety; a regular expression."""

JOINT = r"\s?(?:하고도?|하구도?|허고도?)?\s?"
"""What may stand between tens and ones: "오십 하고도 셋"."""

NATIVE = rf"(?:(?:열|{TENS})(?:{JOINT}(?:{ONES}))?|{ONES})"
SINO = r"(?:[이삼사오육륙칠팔구]?\s?십\s?[일이삼사오육륙칠팔구]?|[일이삼사오육칠팔구])"
"""1 to 99 in Sino-Korean; a regular expression."""

_VALUES = {
    "하나": 1, "한나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "서": 3, "넷": 4, "네": 4, "넉": 4,
    "너": 4, "다섯": 5, "다섰": 5, "닷": 5, "여섯": 6, "여섰": 6, "엿": 6, "일곱": 7, "일굽": 7, "일곲": 7, "닐곱": 7,
    "여덟": 8, "여덜": 8, "여덞": 8, "여덥": 8, "아홉": 9, "아홒": 9, "아옵": 9, "아흡": 9,
    "영": 0, "공": 0, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "륙": 6, "칠": 7, "팔": 8, "구": 9,
}  # fmt: skip
_NATIVE_TENS = {
    "열": 10, "스물": 20, "스무": 20, "서른": 30, "설흔": 30, "마흔": 40, "마은": 40, "쉰": 50, "쉬흔": 50,
    "예순": 60, "에순": 60, "얘순": 60, "일흔": 70, "여든": 80, "아흔": 90,
}  # fmt: skip
_LONGEST = 15  # digits that a float still tells apart
_UNITS = {"십": 10, "백": 100, "천": 1000}
_MYRIADS = {"만": 10**4, "억": 10**8}
_PIECE = re.compile(
    rf"(?P<digits>\d[\d,]*(?:\.\d+)?)|(?P<ten>열|{TENS})|(?P<one>{ONES}|[영공일이삼사오육륙칠팔구])"
    r"|(?P<unit>[십백천])|(?P<myriad>[만억])|(?P<skip>\s+|하고도?|하구도?|허고도?)"
)


class _Sum:
    """A number while it is read: `total` above the last 만 or 억, `section` below it, `pending` a digit at the end."""

    def __init__(self) -> None:
        self.total, self.section = 0.0, 0.0
        self.pending: float | None = None
        self.smallest_unit, self.smallest_myriad = 10**4, 10**12

    def take(self, kind: str, piece: str) -> bool:
        """Add a piece; False where no number goes on like this."""
        if kind == "digits":
            return len(piece) <= _LONGEST and self._digit(float(piece.replace(",", "")))
        if kind == "one":
            return self._digit(_VALUES[piece])
        if kind == "ten":
            return self._unit(_NATIVE_TENS[piece], 10, counted=False)
        if kind == "unit":
            return self._unit(_UNITS[piece], _UNITS[piece], counted=True)
        return kind == "skip" or self._myriad(_MYRIADS[piece])

    def _digit(self, value: float) -> bool:
        if self.pending is not None or self.smallest_unit == 1:
            return False
        self.pending = value
        return True

    def _unit(self, value: int, size: int, *, counted: bool) -> bool:
        if size >= self.smallest_unit or (self.pending is not None and not counted):
            return False
        self.section += (1 if self.pending is None else self.pending) * value if counted else value
        self.pending, self.smallest_unit = None, size
        return True

    def _myriad(self, size: int) -> bool:
        if size >= self.smallest_myriad:
            return False
        self.total += (self.section + (self.pending or 0) or 1) * size
        self.section, self.pending = 0.0, None
        self.smallest_unit, self.smallest_myriad = 10**4, size
        return True

    def result(self) -> int | None:
        value = self.total + self.section + (self.pending or 0)
        return int(value) if value == int(value) else None


def read_number(text: str) -> int | None:
    """The whole number that the text says, spaces inside allowed; None where it says none or more than one.

    "3백만" 3000000, "만천" 11000, "예순 일곱" 67, "오십 하고도 셋" 53, "1.5만" 15000; "일이삼" (digits read out) None.
    """
    reading, at, seen = _Sum(), 0, False
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None or not reading.take(str(piece.lastgroup), piece.group()):
            return None
        seen = seen or piece.lastgroup != "skip"
        at = piece.end()
    return reading.result() if seen else None


_SPOKEN_DIGITS = str.maketrans("영공령빵일이둘삼사오육륙칠팔구", "000012234566789")


def read_digits(text: str) -> str:
    """Digits that are read out one by one: "공일공" "010", "오팔" "58"; what is no digit is left out."""
    return "".join(c for c in text.translate(_SPOKEN_DIGITS) if c.isascii() and c.isdigit())
