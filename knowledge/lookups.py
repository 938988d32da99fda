"""Word lists of the catalog for the Korean readers: what people say -> catalog id, as JSON."""

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

GENERIC = frozenset(
    (
        "강의", "강좌", "고용보험", "고용센터", "과정", "교육", "구직", "구청", "국비", "급여", "노인", "단축",
        "단축근무", "동주민센터", "멘토링", "면접", "무료교육", "박람회", "보조금", "복지", "복지관", "봉사",
        "사업", "상담", "설명회", "센터", "수급자", "수당", "수업", "시니어", "시청", "신청", "알바", "여성",
        "연금", "이력서", "인턴", "인턴쉽", "인턴십", "일", "일자리", "일자리센터", "자소서", "장려금", "제도",
        "조건", "주민센터", "중장년", "지원", "지원금", "청년", "취업", "취업센터", "카드", "컨설팅", "클래스",
        "프로그램", "행사", "훈련", "휴직",
    )
)  # fmt: skip
"""Words that name no program by themselves, whatever file lists them."""
_STATUS = {"continuing": 0, "uncertain": 1, "historic": 2, "ended": 3}


def write_lookups(facts: Path, out: Path) -> None:
    """Write occupation.json, schedule.json and program.json into `out` from a folder of facts.

    Each is {what people say: id}, sorted, the same bytes for the same facts. A word of two entries goes to the one that
    lists it among its aliases, of these to the program that goes on first; then by id. A file that would not change is
    left untouched.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name in ("occupation", "schedule"):
        terms = _plain(facts / f"{name}s.yml") or {}
        _write(out / f"{name}.json", _words((term_id, term, 0) for term_id, term in terms.items()))
    programs = [_program(path) for path in sorted((facts / "programs").glob("*.yml"))]
    words = _words((program["id"], program, _STATUS.get(program.get("status", ""), 9)) for program in programs)
    _write(out / "program.json", {word: found for word, found in words.items() if word not in GENERIC})


def _program(path: Path) -> dict[str, Any]:
    data = _plain(path)
    return data if isinstance(data, dict) else {"id": path.stem}


def _plain(path: Path) -> Any:
    # With libyaml: Python's own reader takes a second and a half for all programs.
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _words(entries: Iterable[tuple[str, dict[str, Any], int]]) -> dict[str, str]:
    best: dict[str, tuple[int, int, str]] = {}
    for entry_id, entry, rank in entries:
        listed = [str(alias) for alias in entry.get("aliases") or ()]
        named = [str(entry[key]) for key in ("name", "short") if entry.get(key)]
        for own, words in ((0, listed), (1, named)):
            for word in words:
                key = unicodedata.normalize("NFC", word).strip()
                claim = (own, rank, entry_id)
                best[key] = min(best.get(key, claim), claim)
    return {word: claim[2] for word, claim in sorted(best.items()) if word}


def _write(path: Path, words: dict[str, str]) -> None:
    text = json.dumps(words, ensure_ascii=False, indent=0) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
