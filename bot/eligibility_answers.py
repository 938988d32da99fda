"""Answers to one question as people give them: pure, from a text to the value that the rules understand."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bot.answer_words import answer_words
from bot.leaning import squeeze
from bot.learn import facts_in, told_by
from bot.turn import State, Turn
from bot.whose import of_writer
from bot.yes_no import of_oneself
from nlu.korean import amounts
from nlu.korean.birthdays import birth_facts
from nlu.korean.honours import plain_speech
from nlu.korean.whose import switched
from nlu.korean.yes_no import begins, denies
from nlu.labels import EntityName, Intent

SETS_RIGHT = frozenset({Intent.INFORM, Intent.UPDATE_PROFILE, Intent.FALLBACK, Intent.DENY, Intent.AFFIRM})
"""Intents with which a finished check is set right: "아 저 66살이에요"."""
DONT = "dont"
WONT = "wont"
LONGEST_ANSWER = 60
"""Characters of a message that can be an answer and nothing else."""
SHORTEST_ANSWER = 8
"""Characters up to which a yes or no is nothing but that: "네 받아요", "없으세요"."""
WORKING_NOT = {"not": ["not_working"]}
YES: Mapping[str, Any] = {
    "employment_status": WORKING_NOT,
    "nationality_status": "korean",
    "livelihood_benefit": {"one_of": ["recipient", "conditional", "conditional_deferred"]},
    "basic_pension": "receiving",
    "occupational_pension": {"one_of": ["self", "spouse"]},
    "unemployment_benefit": "receiving",
    "kua_history": {"one_of": ["active", "ended"]},
    "ltc_grade": {"not": ["none"]},
    "student_status": {"not": ["none"]},
    "certificates": ["있음"],
    "training_completed": ["있음"],
    "similar_public_program_now": "있음",
}
"""What a bare yes to the question says, where it is not simply true."""
NO: Mapping[str, Any] = {
    "employment_status": "not_working",
    "nationality_status": {"not": ["korean", "naturalized"]},
    "livelihood_benefit": "none",
    "basic_pension": {"one_of": ["none", "applied"]},
    "occupational_pension": "none",
    "unemployment_benefit": {"not": ["receiving"]},
    "kua_history": "none",
    "ltc_grade": "none",
    "student_status": "none",
    "certificates": [],
    "training_completed": [],
    "similar_public_program_now": "",
    "gov_jobs_now": 0,
    "youngest_child_age": {"min": 18},
}
"""What a bare no says, where it is not simply false."""
STRICT = frozenset({"nationality_status", "sex"})
"""Questions that "있어요" or "없어요" does not answer."""
FINER_YES: Mapping[str, Any] = {
    "livelihood_benefit": {"one_of": ["conditional", "conditional_deferred"]},
    "unemployment_benefit": "ended",
    "kua_history": "active",
    "basic_pension": "applied",
}
FINER_NO: Mapping[str, Any] = {
    "livelihood_benefit": "recipient",
    "unemployment_benefit": "none",
    "kua_history": "ended",
    "basic_pension": "none",
}
"""What yes and no say to the second, finer question about a field (`eligibility.finer_…`)."""
RECEIVED = frozenset(
    {"livelihood_benefit", "basic_pension", "occupational_pension", "unemployment_benefit", "ltc_grade", "near_poor"}
    | {"similar_public_program_now", "other_state_training_now", "training_completed", "kua_history", "certificates"}
)
"""Questions that "받아요" and "안 받아요" answer."""
OWN = frozenset({"own_income_month"})
"""Amounts that are the person's alone, and not the household's."""
COUNTED = frozenset({"employer_size", "ltc_grade", "student_status", "youngest_child_age"})
"""Questions whose words may hold a number."""
ENOUGH_DAYS = 180
"""The easier question about insured days asks for half a year (고용보험법 제40조: 180 days)."""
SIMPLE_YES: Mapping[str, Any] = {
    "ei_insured_days_18m": {"min": ENOUGH_DAYS},
    "ei_insured_days_total": {"min": ENOUGH_DAYS},
}
SIMPLE_NO: Mapping[str, Any] = {
    "ei_insured_days_18m": {"max": ENOUGH_DAYS - 1},
    "ei_insured_days_total": {"max": ENOUGH_DAYS - 1},
}


def read_answer(turn: Turn, state: State) -> dict[str, Any]:
    """The facts in an answer to the open question; {field: "dont"} or "wont" for no answer; {} if not understood.

    In somebody else's check their honours are heard as plain speech: "받고 계세요" is "받고 있어요".
    """
    field = str(state.data.get("field", ""))
    turn = replace(turn, text=plain_speech(turn.text)) if _of_other(state) else turn
    text, kind = turn.text.strip(), str(state.data.get("type", ""))
    if asks_back(text):
        return {}
    if field and (refused := refusal(text)):
        return _guessed(field, text, turn, refused)
    if field in ("birth_date", "age"):
        return _birth(turn, state)
    if field.endswith("_sido"):
        return _place(turn, field, state)
    value = _value(field, kind, text, turn, state)
    return {} if value is None else {field: value, **_since(field, value, text, turn)}


def _since(field: str, value: Any, text: str, turn: Turn) -> dict[str, Any]:
    """When something ended, told with the answer that it did: "재작년 겨울에 끝났어요"."""
    day = amounts.past_day(text, turn.at.date()) if field in ENDS and value == "ended" else None
    return {ENDS[field]: day} if day else {}


ENDS: Mapping[str, str] = {
    "kua_history": "kua_end_date",
    "unemployment_benefit": "unemployment_benefit_last_paid",
}


def _guessed(field: str, text: str, turn: Turn, refused: str) -> dict[str, Any]:
    """ "모르겠는데 대충 300쯤": a guess is an answer, where it is said to be one."""
    guess = _UNSURE.search(text)
    if refused == DONT and guess and field in READERS:
        value = READERS[field](text[guess.end() :], turn.at.date())
        if isinstance(value, int | Mapping) and not isinstance(value, bool) and value != 0:
            return {field: value}
    return {field: refused}


_UNSURE = re.compile(r"(?:모르|몰라|글쎄|헷갈|확실)\S*")


def _of_other(state: State) -> bool:
    return bool(state.data.get("who"))


def _of_other_things(turn: Turn, field: str, state: State) -> bool:
    """Whether a text tells something else, so that its 살아요 is no yes and its number no sum: "둘이 살아요"."""
    return bool(set(facts_in(turn, asked=field, other=_of_other(state))) - {field})


def turned_to(turn: Turn, state: State) -> str:
    """To whom a message turns the check: a name, SELF, or "" where it does not.

    A name that the open question has a meaning for is an answer: "남편이요" tells whose pension it is.
    """
    words, who = answer_words(), switched(turn.text, str(state.data.get("who", "")))
    means = words.value(str(state.data.get("field", "")), turn.text) is not None
    return "" if means and not words.has("turns", turn.text) else who


def set_right(turn: Turn, state: State) -> dict[str, Any]:
    """After a result: the last answer, where a no with a sum or a day sets it right: "아니 2억이요"."""
    trail: Sequence[Mapping[str, Any]] = state.data.get("trail") or ({},)
    field = str(trail[-1].get("field", ""))
    if field not in READERS or not denies(turn.text) or turn.understanding.values(EntityName.AGE):
        return {}
    rest = _NO.sub("", turn.text)
    value = READERS[field](rest, turn.at.date()) if rest != turn.text and rest.strip() else None
    return {} if value is None else {field: value}


_NO = re.compile(r"^\s*(?:아니(?:요|에요|야|다)?|아뇨|아냐)[\s,.]*(?:그게\s?아니(?:고|라)\s?)?")


def asks_back(text: str) -> bool:
    """ "왜 물어요", "아니 왜 이렇게 많이 물어봐요": about the questions, and no answer though it begins with a no."""
    words = answer_words()
    return words.has("why", text) or (words.has("enough", text) and len(squeeze(text)) > SHORTEST_ANSWER)


def answers(turn: Turn, state: State) -> bool:
    """Whether a text answers the open question, or after a result tells something new: "아 저 66살이에요"."""
    text, words = turn.text.strip(), answer_words()
    if turned_to(turn, state):
        return True
    if state.flow == "eligibility" and (words.has("why", text) or words.has("enough", text)):
        return True
    if len(text) > LONGEST_ANSWER or words.has("asks", text):
        return False
    if state.flow != "eligibility":
        known = turn.understanding.intent in SETS_RIGHT
        return bool(set_right(turn, state)) or (known and bool(facts_in(turn, about_self=True, other=_of_other(state))))
    return fits(turn, state)


def fits(turn: Turn, state: State) -> bool:
    """Whether a text that asks nothing is the answer to the question about the state's field."""
    text = turn.text.strip()
    if len(text) > LONGEST_ANSWER or answer_words().has("asks", text):
        return False
    # A yes or no in a longer text is for the classifier to tell from "있어요" said of something else.
    sure = len(squeeze(text)) <= SHORTEST_ANSWER or not _only_yes_or_no(turn, state)
    return sure and bool(read_answer(turn, state))


def _only_yes_or_no(turn: Turn, state: State) -> bool:
    field, kind = str(state.data.get("field", "")), str(state.data.get("type", ""))
    told = answer_words().value(field, turn.text) is not None
    return (kind in ("bool", "enum", "list") or field in YES) and not told and refusal(turn.text) == ""


def refusal(text: str) -> str:
    """ "dont" for "잘 모르겠어요", "wont" for "말하고 싶지 않아요", "" for neither."""
    words = answer_words()
    return WONT if words.has("wont", text) else DONT if words.has("dont", text) else ""


def _birth(turn: Turn, state: State) -> dict[str, Any]:
    year = (state.data.get("theirs", {}) if _of_other(state) else state.known).get("birth_year")
    facts = birth_facts(turn.text, turn.at.date(), asked=True, year=year if isinstance(year, int) else None)
    if facts:
        return facts
    ages = [v for v in turn.understanding.values(EntityName.AGE) if isinstance(v, int)]
    return {"age": ages[-1]} if ages else {}


def _place(turn: Turn, field: str, state: State) -> dict[str, Any]:
    kind = field.removesuffix("_sido")
    found = facts_in(turn, about_self=True, asked=field, other=_of_other(state))
    places = {name: value for name, value in found.items() if name.startswith(kind)}
    if places or kind == "living":
        return places
    other = _of_other_things(turn, field, state) and not begins(turn.text)
    said = None if other or _astray(field, "bool", turn.text) else of_oneself(turn)
    known = told_by(state.data.get("theirs", {}) if _of_other(state) else state.known, {})
    here = {name: known.get(f"living_{name}") for name in ("sido", "sigungu")}
    if said is None or here["sido"] is None:
        return {}
    if said:
        return {f"registered_{name}": value for name, value in here.items() if value is not None}
    # Another address may lie in the same city: nothing is known but that it is not the same.
    return {}


def _value(field: str, kind: str, text: str, turn: Turn, state: State) -> Any:
    other = _of_other_things(turn, field, state)
    astray = _astray(field, kind, text)
    said = None if ((other or field in STRICT) and not begins(text)) or astray else of_oneself(turn)
    if said is not None and field in state.data.get("finer", ()) and field in FINER_YES:
        return (FINER_YES if said else FINER_NO)[field]
    told = None if astray else answer_words().value(field, text)
    if told is None and field in READERS and not other:
        told = READERS[field](_words_for(field, turn, state), turn.at.date())
    return told if told is not None or said is None else _of_yes_or_no(field, kind, said, state)


def _words_for(field: str, turn: Turn, state: State) -> str:
    """The words that may tell an amount: of one's own income, only those about oneself ("남편이 300 벌어요")."""
    return (of_writer(turn) if field in OWN and not _of_other(state) else turn).text.strip()


def _astray(field: str, kind: str, text: str) -> bool:
    """Whether a text answers another kind of question: "한 이백 돼요" or "안 받아요" where one asks about work."""
    if begins(text):
        return False
    if field not in RECEIVED and answer_words().has("receives", text):
        return True
    return (
        kind in ("bool", "list", "enum")
        and field not in COUNTED
        and _SUM.search(text) is not None
        and bool(amounts.won(text))
    )


_SUM = re.compile(r"\d{2,}|\d\s?[백천만억]|(?<![가-힣])[일이삼사오육칠팔구]?[백천억](?![가-힣]*(?:수|화|병))")


def _of_yes_or_no(field: str, kind: str, said: bool, state: State) -> Any:
    """What a yes or no says to the question about a field; None where it says nothing."""
    if state.data.get("tries") and field in SIMPLE_YES:
        return (SIMPLE_YES if said else SIMPLE_NO)[field]
    return (YES if said else NO).get(field, said if kind == "bool" else None)


def _day(text: str, on: date) -> Any:
    return amounts.past_day(text, on)


def _plain(read: Callable[[str], Any]) -> Callable[[str, date], Any]:
    def reader(text: str, on: date) -> Any:
        return read(text)

    return reader


def _yearly(text: str, on: date) -> Any:
    return amounts.won(text, yearly=True)


READERS: Mapping[str, Callable[[str, date], Any]] = {
    **dict.fromkeys(
        ("own_income_month", "household_income_month", "household_assets", "household_savings"), _plain(amounts.won)
    ),
    "business_annual_sales": _yearly,
    "household_size": _plain(amounts.people),
    **dict.fromkeys(("weekly_work_hours", "reduced_weekly_hours"), _plain(amounts.hours)),
    **dict.fromkeys(
        ("work_days_last_24m", "ei_insured_days_18m", "ei_insured_days_total"), _plain(amounts.days_of_work)
    ),
    "work_hours_last_24m": _plain(amounts.hours_in_all),
    **dict.fromkeys(("business_months", "work_months_after_end"), _plain(amounts.months)),
    **dict.fromkeys(("career_years", "university_years_left"), _plain(amounts.years)),
    **dict.fromkeys(
        ("last_job_end_date", "kua_end_date", "unemployment_benefit_last_paid", "direct_job_last_end"), _day
    ),
    "youngest_child_age": _plain(amounts.child_age),
    "youngest_child_grade": _plain(amounts.grade),
    "gov_jobs_now": _plain(amounts.few),
}
