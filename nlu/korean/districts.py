"""Places in a message -> official 시도 / 시군구 names. A bare name is read as Seoul's first."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.korean.endings import ends_well, starts_word, word_rest
from nlu.korean.jamo import within_one
from nlu.korean.places import Atlas, Place, Trust, atlas
from nlu.korean.span import Span

_NOUNS = (
    "구청|시청|군청|도청|청|시민|구민|군민|도민|민|주민센터|주민|쪽|역|권|지역|지점|근처|인근|부근|일대|주변|동네|사람|출신|토박이|사거리|오거리|삼거리|"
    "시장|아파트|뉴타운|신도시|단지|집|안|내|전체|전역|남부|북부|동부|서부|등|도서관|복지관|센터|병원|학교|공원|일자리|거주자|소재|시내|서"
)
_LIVING = (
    r"(?:쪽|근처|부근|지역|동네)?(?:에서|에는|에다|에|서)?(?:만|도)?\s*(?:지금|현재|쭉|계속|오래|혼자|\d+년\s?(?:째|동안|넘게)?)?\s*"
    r"(?:살(?:아|고|며|지|던|거|구|았|어|면|죠|기)|사는|사시|사세|사라|삽니|산다|거주|주민|이사|전입|출신)"
)
_FROM = (
    r"(?:서\s?(?:왔|올라|내려|나고|났|태어|자라|자랐|컸|농사|장사|일[하했할]|다[니녔닙]|출퇴근|시집)"
    r"|에서\s?(?:왔|올라|내려|나고|태어|자라|자랐|시집))"
)
_AFTER = {
    Trust.RARE: re.compile(rf"{_LIVING}|{_FROM}|역(?![가-힣])|역(?:에서|쪽|근처|앞|인근)"),
    Trust.CAREFUL: re.compile(
        rf"{_LIVING}|{_FROM}|(?:역(?!시|할|량)|쪽|근처|인근|부근|일대|주변|동네|시장|사거리|오거리|삼거리|뉴타운|아파트|주민센터|지역|터미널|구청|시청|군청)"
        r"|에서\s?(?:가까|멀|출퇴근|일하|일할|다니|왔|오)|까지\s?(?:가|다닐|출퇴근)|\s(?:시니어클럽|새일센터|일자리센터|고용센터|복지관)|\s(?:쪽|근처|인근|부근|주변|지역|동네|시장)"
    ),
}
_BEFORE = re.compile(
    r"(?:(?:사는|사시는|살고\s?있는)\s?(?:곳|데|동네)|(?:^|[\s,.])(?:우리\s?)?집|주소|주소지|거주지|거주|근무지|동네|지역)(?:은|는|이|가|도)?[\s:]*$"
)
_WHOLE = re.compile(r"[\s,.]*(?:(?:저는|저|나는|전|난|네|예|음|어|지금은?|현재는?|여기는?)[\s,.]+)*$")
_PERSON = re.compile(r"\s?(?:씨|님|여사|선생|아저씨|아줌마|할머니|엄마)(?:[가-힣]|$|\s)")
_NOT_PLACE = {
    "경기도": re.compile(r"\s*(?:안\s?좋|안좋|어렵|어려|나쁘|나빠|별로|침체|불황|좋지|좋아|힘들|죽)"),
    "부산": re.compile(r"스럽|하게|을\s?떨|떨"),
    "대구": re.compile(r"탕|포"),
    "강원": re.compile(r"랜드"),
}
_NUMBERED = re.compile(r"\s?제?\d{1,2}(?:[·.,~]\d{1,2})*\s?(?:가동|동|가)(?!에\s?해당)")
_SHORT_NUMBERED = re.compile(r"([목묵번창길항])\s?제?\d{1,2}\s?동")
_SPLIT_NOT = re.compile(
    r"구(?:인|직|해|하|함|경|입|할)|시(?:간|작|험|급|에|에서)|동(?:네|안|생|료|호|행)|군데|역(?:시|할)"
)
_OUTSIDE_DONG = re.compile(r"([가-힣]{1,4}?)(?:제?\d{1,2})?(동|읍|면|리)")
_JOINED = re.compile(r"\s*(?:이나|나|이랑|랑|과|와|하고|,|·|/|또는|아니면|에서|부터)\s*")
_TYPED_GU = re.compile(r"([가-힣]{2,3}구)")


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    values: tuple[str, ...]
    alone: str | None
    trust: Trust


def find_districts(text: str) -> list[Span]:
    """Places of living or working, in order, adjacent parts as one ("서울 양천구 목동").

    The value is the official name as far as it was said ("서울특별시 양천구", "경기도 고양시", a lone "서울특별시");
    None where the name fits several places and Seoul is none of them ("동구", "고성", "충청도").
    """
    text = unicodedata.normalize("NFC", text)
    book = atlas()
    found = list(_scan(text, book))
    kept = _promote(text, found)
    provinces = [f.alone for f in kept if f.alone and " " not in f.alone]
    return [Span("district", f.start, f.end, text[f.start : f.end], _settle(f, provinces)) for f in kept]


def _settle(found: _Found, provinces: list[str]) -> str | None:
    """A name of many places is settled by the only province named elsewhere in the message."""
    if found.alone is None and len(set(provinces)) == 1:
        fits = [v for v in found.values if v.startswith(provinces[0] + " ")]
        return fits[0] if fits else None
    return found.alone


def _scan(text: str, book: Atlas) -> Iterator[_Found]:
    at = 0
    while at < len(text):
        found = _chain(text, at, book) if text[at].isalnum() else None
        if found is None:
            at += 1
            continue
        yield found
        at = found.end


def _chain(text: str, at: int, book: Atlas) -> _Found | None:
    """The longest place that starts here: a first name and the narrower ones that follow it."""
    for first in _names_at(text, at, book):
        longer = _extend(text, first, book)
        if longer is not first and _fits(text, longer, chained=True):
            return longer
        if _fits(text, first, chained=False):
            return first
    return _typed(text, at, book)


def _names_at(text: str, at: int, book: Atlas) -> Iterator[_Found]:
    """Names that stand at `at`, longest first, one space inside allowed ("양천 구")."""
    middle = not starts_word(text, at)
    short = None if middle else _SHORT_NUMBERED.match(text, at)
    if short:
        yield _found(at, short.end(), book.names[short[1] + "동"], Trust.CLEAR)
    for end, spaced in reversed(_stretches(text, at, book.longest)):
        name = text[at:end].replace(" ", "").casefold()
        place = book.names.get(name)
        if place is None or (middle and not _stands_inside(name, text[at - 1])):
            continue
        if spaced and (len(name) < 3 or _SPLIT_NOT.match(text, text.rindex(" ", at, end) + 1)):
            continue
        number = _NUMBERED.match(text, end) if name in book.numbered else None
        if number:
            yield _found(at, number.end(), place, Trust.CLEAR)
        yield _found(at, end, place, place.trust)


def _found(start: int, end: int, place: Place, trust: Trust) -> _Found:
    return _Found(start, end, tuple(place.values), place.alone, trust)


def _stretches(text: str, at: int, longest: int) -> list[tuple[int, bool]]:
    """Ends of the candidate names from `at`, shortest first, with whether a space lies inside."""
    out: list[tuple[int, bool]] = []
    size, spaced, end = 0, False, at
    while end < len(text) and size < longest:
        char = text[end]
        if char == " " and size >= 2 and not spaced:
            spaced = True
        elif char.isalnum():
            size += 1
            if size > 1:
                out.append((end + 1, spaced))
        else:
            break
        end += 1
    return out


def _stands_inside(name: str, before: str) -> bool:
    """Whether a name may start within a word, where people leave out spaces ("저는양천구사는데")."""
    if len(name) < 3 or name[-1] not in "구시군동":
        return False
    return before in "는은이가도서에고데만를을금재저제로요" or (name[-1] == "구" and not before.isascii())


def _extend(text: str, first: _Found, book: Atlas) -> _Found:
    """`first` with the narrower names that follow: "경기" "성남시" "분당구", "부산" "대연동"."""
    now = first
    while True:
        at = now.end
        while at < len(text) and text[at] in " ,":
            at += 1
        narrower = _narrower(text, at, now, book)
        if narrower is None or at - now.end > 2:
            return now
        now = narrower


def _narrower(text: str, at: int, left: _Found, book: Atlas) -> _Found | None:
    for right in _names_at(text, at, book) if starts_word(text, at) else _names_joined(text, at, book):
        pairs = [r for v in left.values for r in right.values if r == v or r.startswith(v + " ")]
        wide = left.alone is not None and " " not in left.alone
        vague = wide and right.trust == Trust.RARE and not _context(text, right)
        if pairs and not vague and text[right.start : right.end] != text[left.start : left.end]:
            return _Found(left.start, right.end, tuple(pairs), pairs[0], Trust.CLEAR)
    return _outside_dong(text, at, left, book)


def _names_joined(text: str, at: int, book: Atlas) -> Iterator[_Found]:
    """Names that follow a place without a space ("서울양천구")."""
    for end, spaced in reversed(_stretches(text, at, book.longest)):
        place = None if spaced else book.names.get(text[at:end].casefold())
        if place is not None:
            yield _found(at, end, place, place.trust)


def _outside_dong(text: str, at: int, left: _Found, book: Atlas) -> _Found | None:
    """A legal dong outside Seoul behind its province ("부산 대연동": the 구 follows) or city (the city stays)."""
    match = _OUTSIDE_DONG.match(text, at)
    if not match or left.alone is None or not ends_well(word_rest(text, match.end()), _NOUNS):
        return None
    province = left.alone.split()[0]
    values = book.dongs.get(province, {}).get(match[1] + match[2], [])
    inside = [v for v in values if v == left.alone or v.startswith(left.alone + " ")]
    if not inside:
        return None
    alone = inside[0] if " " not in left.alone and len(inside) == 1 else left.alone
    return _Found(left.start, match.end(), (alone,), alone, Trust.CLEAR)


def _fits(text: str, found: _Found, *, chained: bool) -> bool:
    """Whether the words around let the name be a place."""
    name = text[found.start : found.end]
    if not _ends(text, found.end, name):
        return False
    unfit = _NOT_PLACE.get(name)
    if (unfit and unfit.match(text, found.end)) or (name[-1] not in "구시군도동" and _PERSON.match(text, found.end)):
        return False
    return chained or found.trust == Trust.CLEAR or _context(text, found)


def _ends(text: str, end: int, name: str) -> bool:
    rest = word_rest(text, end)
    if len(name.replace(" ", "")) > 2 and name[-1] == "구" and " " not in name:
        return True
    if end < len(text) and text[end].isascii() and text[end].isalpha():
        return False
    return ends_well(rest, _NOUNS)


def _context(text: str, found: _Found) -> bool:
    if found.trust == Trust.CLEAR or _AFTER[found.trust].match(text, found.end) or _BEFORE.search(text, 0, found.start):
        return True
    if found.trust == Trust.RARE:
        return False
    rest = word_rest(text, found.end)
    alone = not text[found.end + len(rest) :].strip(" .,!~?ㅎㅋㅠ^")
    return alone and _WHOLE.match(text[: found.start]) is not None


def _typed(text: str, at: int, book: Atlas) -> _Found | None:
    """A Seoul 구 with one wrong letter, the 구 itself right: "은펑구"."""
    match = _TYPED_GU.match(text, at)
    if not match or not starts_word(text, at) or not ends_well(word_rest(text, match.end()), _NOUNS):
        return None
    near = [gu for gu in book.gus if len(gu) > 2 and within_one(gu, match[1])]
    if len(near) != 1:
        return None
    value = f"서울특별시 {near[0]}"
    return _Found(at, match.end(), (value,), value, Trust.CLEAR)


def _promote(text: str, found: list[_Found]) -> list[_Found]:
    """`found` with the doubtful names that a list ties to a sure one ("강남이나 신사")."""
    book = atlas()
    kept = list(found)
    for sure in found:
        match = _JOINED.match(text, sure.end)
        if not match:
            continue
        for other in _names_at(text, match.end(), book):
            taken = any(k.start < other.end and other.start < k.end for k in kept)
            if other.trust == Trust.CAREFUL and not taken and _ends(text, other.end, text[other.start : other.end]):
                kept.append(other)
                break
    return sorted(kept, key=lambda f: f.start)
