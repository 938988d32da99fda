"""Days of the month by their old names: 초사흘, 열닷샛날, 스무날, 12월 스무이틀; written in figures."""

import re

_ONES = ("하루", "이틀", "사흘", "나흘", "닷새", "엿새", "이레", "여드레", "아흐레")
_DAYS = (
    {f"초{name}": number for number, name in enumerate(_ONES, 1)}
    | {"열흘": 10, "보름": 15, "스무": 20}
    | {f"열{name}": 10 + number for number, name in enumerate(_ONES, 1)}
    | {f"스무{name}": 20 + number for number, name in enumerate(_ONES, 1)}
)
_BEFORE_DAY = {
    "하루": "하룻",
    "이틀": "이튿",
    "사흘": "사흗",
    "나흘": "나흗",
    "닷새": "닷샛",
    "엿새": "엿샛",
    "이레": "이렛",
    "여드레": "여드렛",
    "아흐레": "아흐렛",
}
_SPELT = {
    name[: -len(one)] + spelt: day
    for name, day in _DAYS.items()
    for one, spelt in _BEFORE_DAY.items()
    if name.endswith(one)
}
_ALL = {**_DAYS, **_SPELT}
_NAMES = "|".join(sorted(_ALL, key=len, reverse=True))
_NO_LENGTH = r"(?!\s?(?:뒤|후|전|간|동안|있다|안에|이내|만에|내내))"
_DAY_OF_MONTH = re.compile(
    rf"(?:(?P<month>(?<!정)[월달]\s?)(?P<named>{_NAMES})(?:\s?날)?|(?<![가-힣])(?P<first>초\s?(?:{'|'.join(_ONES)}))(?:\s?날)?"
    rf"|(?<![가-힣])(?P<alone>{_NAMES})\s?날(?=[에은이도\s쯤로,.]|$)){_NO_LENGTH}"
)


def in_figures(text: str) -> str:
    """The text with such names in figures ("12월 20일"); a length ("열흘 뒤", "보름 안에") stays."""
    return _DAY_OF_MONTH.sub(_figures, text)


def _figures(found: "re.Match[str]") -> str:
    name = (found["named"] or found["first"] or found["alone"]).replace(" ", "")
    return f"{found['month'] or ''}{_ALL[name]}일"
