"""Numbers that must not be kept: resident and foreigner registration, card and bank account numbers."""

import re
from dataclasses import dataclass
from datetime import date

RESIDENT, CARD, ACCOUNT = "resident", "card", "account"
MARKS = {RESIDENT: "[주민등록번호]", CARD: "[카드번호]", ACCOUNT: "[계좌번호]"}
"""What stands in the text instead of a number."""

_WIDE = str.maketrans("０１２３４５６７８９－–—−ㅡ", "0123456789-----")
_RESIDENT = re.compile(
    r"(?<!\d)(\d{6})\s?[-.~ ]?\s?([1-8])(\d{6}|[*xX●○•＊ㅇ]{5,6}|\d{1,5}[*xX●○•＊ㅇ]{1,5})(?!\d)"
    r"|(?<!\d)(\d{6})-([1-8])(?!\d)"
)
_CENTURIES = {"1": 1900, "2": 1900, "5": 1900, "6": 1900, "3": 2000, "4": 2000, "7": 2000, "8": 2000}
"""By the first digit behind the birth date; 5-8 are those of foreign residents (주민등록법 시행규칙, 출입국관리법)."""
_DIGITS = re.compile(r"(?<![\d-])\d(?:[\d]|[- ](?=\d)){8,22}(?![\d-])")
_PHONE = re.compile(r"(?:0(?:2|1[016789]|[3-6]\d|50\d|70|80)\d{7,8}|82\d{9,10})")
_CARD_GROUPS = re.compile(r"\d{4}[- ]\d{4}[- ]\d{4}[- ]\d{4}|\d{4}[- ]\d{6}[- ]\d{5}")
_BANKS = (
    r"(?:국민|신한|우리|하나|농협|기업|산업|수협|대구|부산|경남|광주|전북|제주|씨티|제일|외환|저축|아이엠|iM)\s?은행|"
    r"우체국|새마을금고|신협|농협|축협|수협|산림조합|카카오\s?뱅크|토스\s?뱅크|케이\s?뱅크|카뱅|KB\s?국민|KB|NH|IBK|SC\s?제일|국민|신한|저축은행|증권"
)
_ACCOUNT_BEFORE = re.compile(rf"(?:계좌|통장|입금|예금|{_BANKS})[^\d\n]{{0,14}}$", re.IGNORECASE)
_ACCOUNT_AFTER = re.compile(rf"^\s?[(,]?\s?(?:{_BANKS}|계좌|통장|으?로\s?(?:입금|넣어|보내))", re.IGNORECASE)
_CARD_BEFORE = re.compile(r"카드[^\d\n]{0,10}$")


@dataclass(frozen=True)
class Found:
    """A number in a text: its kind (RESIDENT, CARD, ACCOUNT) and where it stands."""

    kind: str
    start: int
    end: int


def find_identifiers(text: str) -> list[Found]:
    """Identifying numbers in order: full, without a hyphen, or with a masked tail.

    A registration number needs a possible birth date, a card number the check digit (or the word 카드), an account a
    bank or 계좌 beside it. Phone numbers, dates and amounts are none.
    """
    plain = text.translate(_WIDE)
    residents = (m for m in _RESIDENT.finditer(plain) if _is_born(m[1] or m[4], m[2] or m[5]))
    found = [Found(RESIDENT, m.start(), m.end()) for m in residents]
    for match in _DIGITS.finditer(plain):
        kind = _kind(plain, match)
        if kind and not any(f.start < match.end() and match.start() < f.end for f in found):
            found.append(Found(kind, match.start(), match.end()))
    return sorted(found, key=lambda f: f.start)


def redact(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` with each identifying number replaced by its mark, and the kinds that were found, each once, in order."""
    out: list[str] = []
    at = 0
    kinds: list[str] = []
    for found in find_identifiers(text):
        out += [text[at : found.start], MARKS[found.kind]]
        at = found.end
        kinds += [found.kind] if found.kind not in kinds else []
    return "".join([*out, text[at:]]), tuple(kinds)


def _is_born(birth: str, sex: str) -> bool:
    try:
        born = date(_CENTURIES[sex] + int(birth[:2]), int(birth[2:4]), int(birth[4:6]))
    except ValueError:
        return False
    return born.year < 2100


def _kind(text: str, match: re.Match[str]) -> str | None:
    digits = re.sub(r"\D", "", match[0])
    before, after = text[: match.start()], text[match.end() :]
    if len(digits) in (15, 16) and (_luhn(digits) or _CARD_BEFORE.search(before)) and _grouped(match[0]):
        return CARD
    if _PHONE.fullmatch(digits) or not 10 <= len(digits) <= 16:
        return None
    return ACCOUNT if _ACCOUNT_BEFORE.search(before) or _ACCOUNT_AFTER.match(after) else None


def _grouped(number: str) -> bool:
    return number.isdigit() or _CARD_GROUPS.fullmatch(number) is not None


def _luhn(digits: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812)."""
    return sum(_doubled(int(d)) if i % 2 else int(d) for i, d in enumerate(reversed(digits))) % 10 == 0


def _doubled(digit: int) -> int:
    return digit * 2 - 9 if digit > 4 else digit * 2
