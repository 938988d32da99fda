"""The place names of Korea, read once from data/districts.json: what each may mean, how far it may be trusted alone."""

import json
import re
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "districts.json"
_MERGED = "전남광주통합특별시"
"""Gwangju and 전남 are one province since 2026-07; people go on naming the old ones, so a bare name keeps the old."""


class Trust(IntEnum):
    """How much a name says without any word around it."""

    RARE = 0  # an everyday word that also is a place: 방학, 오류, 예산
    CAREFUL = 1  # a place or something else: 신사, 군자, 구리
    CLEAR = 2


@dataclass
class Place:
    """One name: everything it may mean, best first, and what it means alone (None: more than one place, none first)."""

    values: list[str] = field(default_factory=list)
    alone: str | None = None
    trust: Trust = Trust.CLEAR


@dataclass(frozen=True)
class Atlas:
    """All names. `dongs` are the legal dongs outside Seoul, by province; `today` maps a former name to today's ones."""

    names: dict[str, Place]
    numbered: frozenset[str]
    gus: tuple[str, ...]
    dongs: dict[str, dict[str, list[str]]]
    today: dict[str, tuple[str, ...]]
    longest: int


def _trust(name: str, clear: set[str], careful: set[str], rare: set[str]) -> Trust:
    if name in rare:
        return Trust.RARE
    if name in careful or (len(name) < 3 and name not in clear):
        return Trust.CAREFUL
    return Trust.CLEAR


def _stem(name: str) -> str:
    return re.sub(r"[시군구동]$", "", name)


def _pick_alone(values: list[str]) -> str | None:
    """Seoul's first; else the only one; else unknown."""
    own = [v for v in values if not v.startswith(_MERGED + " ")]
    if own and own[0].startswith("서울특별시"):
        return own[0]
    return own[0] if len(own) == 1 else None


def _level(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for name, value in pairs:
        if len(name) > 1 and value not in out.setdefault(name, []):
            out[name].append(value)
    return out


def _levels(data: dict[str, dict[str, list[str]]]) -> list[dict[str, list[str]]]:
    """Name -> values, in the order of reading: province, full district, its stem, Seoul dong, area, dong stem."""
    provinces = [(a, v) for v, names in data["provinces"].items() for a in (v, *names)]
    provinces += [(name, "") for name in data["regions"]]
    full = [(g.split()[-1], f"{s} {g}") for s, gs in data["districts"].items() for g in gs]
    seoul = [(d, f"서울특별시 {g}") for g, ds in data["seoul"].items() for d in ds]
    areas = [(n.casefold(), v) for v, names in data["areas"].items() for n in names]
    twins = [(d, f"서울특별시 {g}") for d, gs in data["twins"].items() for g in gs]
    older = [(old.split()[-1], str(new)) for old, new in data["older"].items()]
    return [
        _level(provinces),
        _level(full + older),
        _level([(_stem(n), v) for n, v in full]),
        _level(seoul),
        _level(areas),
        _level([(_stem(n), v) for n, v in seoul]),
        _level(twins + [(_stem(n), v) for n, v in twins]),
    ]


def _merge(levels: list[dict[str, list[str]]]) -> dict[str, Place]:
    names: dict[str, Place] = {}
    for level in levels:
        for name, values in level.items():
            place = names.get(name)
            if place is None:
                place = names[name] = Place(alone=_pick_alone(values) or None)
            place.values += [v for v in values if v and v not in place.values]
    return names


@lru_cache(maxsize=1)
def atlas() -> Atlas:
    """The atlas, read on first use.

    A two-syllable name is CLEAR only where the data says so; a longer one unless the data says otherwise.
    """
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    names = _merge(_levels(data))
    clear, careful, rare = (set(data[key]) for key in ("clear", "careful", "rare"))
    for name, place in names.items():
        place.trust = _trust(name, clear, careful, rare)
    names["중구"].trust = Trust.CLEAR
    dongs: dict[str, dict[str, list[str]]] = {}
    for province, districts in data["dongs"].items():
        table = dongs.setdefault(province, {})
        for district, found in districts.items():
            for dong in found:
                table.setdefault(dong, []).append(f"{province} {district}")
    seoul = {d for ds in data["seoul"].values() for d in ds}
    return Atlas(
        names=names,
        numbered=frozenset(seoul | {_stem(d) for d in seoul}),
        gus=tuple(data["districts"]["서울특별시"]),
        dongs=dongs,
        today={old: tuple(new) for old, new in data["renamed"].items()},
        longest=max(map(len, names)),
    )


def today_names(value: str) -> tuple[str, ...]:
    """Today's official names of a district that was renamed, split or merged in 2026; the name itself otherwise.

    "인천광역시 중구" -> 제물포구 and 영종구; "광주광역시 북구" -> "전남광주통합특별시 북구".
    """
    return atlas().today.get(value, (value,))
