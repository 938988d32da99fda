"""Invented people for measuring and testing: whole, consistent profiles, drawn from a seed. Nobody real."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from knowledge.dates import months_after

_AGES = ((15, 29, 6), (30, 39, 16), (40, 49, 20), (50, 59, 20), (60, 64, 14), (65, 69, 12), (70, 79, 10), (80, 90, 2))
_ELSEWHERE = ("경기도", "인천광역시", "부산광역시")
_REASONS = (
    *("layoff_company", "contract_end", "retirement_age", "business_closure", "justified_voluntary", "voluntary_other"),
    *("marriage", "pregnancy", "childbirth_childcare", "family_care", "working_conditions", "illness"),
)


def people(seed: int, on: date) -> Iterator[dict[str, Any]]:
    """Profiles as JSON would bring them, one after another without end; the same for the same seed and day."""
    random = Random(seed)  # noqa: S311 - a repeatable draw, no secret
    while True:
        yield person(random, on)


def person(random: Random, on: date) -> dict[str, Any]:
    """One whole profile: nothing in it contradicts anything else."""
    age = _age(random)
    born = months_after(on, -12 * age) - timedelta(days=random.randrange(365))
    profile: dict[str, Any] = {"birth_date": born.isoformat(), "sex": _one(random, female=6, male=4)}
    profile |= _place(random)
    profile |= _work(random, age, on)
    profile |= _money(random, profile)
    profile |= _benefits(random, age, on)
    profile |= _learning(random, age)
    return profile


def _age(random: Random) -> int:
    low, high, _ = random.choices(_AGES, [share for *_, share in _AGES])[0]
    return random.randint(low, high)


def _one(random: Random, **shares: float) -> str:
    return random.choices(list(shares), list(shares.values()))[0]


def _chance(random: Random, share: float) -> bool:
    return random.random() < share


def _days_ago(random: Random, on: date, most: int) -> str:
    return (on - timedelta(days=random.randint(1, most))).isoformat()


def _place(random: Random) -> dict[str, Any]:
    living = "서울특별시" if _chance(random, 0.7) else random.choice(_ELSEWHERE)
    registered = living if _chance(random, 0.93) else random.choice(("서울특별시", *_ELSEWHERE))
    nationality = _one(random, korean=94, naturalized=1, marriage_migrant=3, permanent_resident=1, other_foreigner=1)
    return {"living_sido": living, "registered_sido": registered, "nationality_status": nationality}


def _work(random: Random, age: int, on: date) -> dict[str, Any]:
    working = {"employed": 24, "self_employed": 6, "freelance_platform": 4, "on_leave": 2, "about_to_leave": 2}
    status = _one(random, not_working=62, **working)
    hours = 0 if status in ("not_working", "on_leave") else random.choice((8, 12, 14, 15, 20, 29, 30, 40))
    insured = status in ("employed", "on_leave", "about_to_leave") and _chance(random, 0.8)
    never = status == "not_working" and _chance(random, 0.06)
    return {
        "employment_status": status,
        "weekly_work_hours": hours,
        "employment_insurance_now": insured,
        "health_insurance_workplace": insured and hours >= 15,
        "never_worked": never,
        "own_income_month": 0 if status == "not_working" else random.choice((600_000, 1_100_000, 2_300_000, 3_500_000)),
        **_business(random, status),
        **({} if status == "not_working" else {"employer_size": _one(random, under5=3, **{"5to999": 6}, large=1)}),
        **_past(random, age, on, never=never, working=status != "not_working"),
    }


def _business(random: Random, status: str) -> dict[str, Any]:
    registered = _chance(random, 0.85 if status == "self_employed" else 0.04)
    if not registered:
        return {"business_registered": False, "corporate_ceo": False, "represents_business_in_seoul": False}
    return {
        "business_registered": True,
        "business_months": random.choice((3, 11, 12, 40, 200)),
        "business_annual_sales": random.choice((20_000_000, 60_000_000, 390_000_000, 400_000_000)),
        "business_type": _one(random, shop=5, service=3, rental=1, other=1),
        "corporate_ceo": _chance(random, 0.1),
        "represents_business_in_seoul": _chance(random, 0.6),
    }


def _past(random: Random, age: int, on: date, *, never: bool, working: bool) -> dict[str, Any]:
    if never:
        return {"work_days_last_24m": 0, "work_hours_last_24m": 0, "career_years": 0, "hired_after_65": False}
    months = random.choice((1, 3, 8, 11, 12, 15, 23, 24, 36, 66, 130))
    ended = months_after(on, -months) - timedelta(days=random.randrange(28))
    days = _recent_days(random, months) if not working else random.choice((40, 99, 100, 300, 480))
    return {
        "last_job_end_date": ended.isoformat(),
        "leave_reason": random.choice(_REASONS),
        "work_days_last_24m": days,
        "work_hours_last_24m": days * random.choice((4, 8)),
        "ei_insured_days_18m": random.choice((0, 90, 179, 180, 400)),
        "ei_insured_days_total": random.choice((0, 179, 180, 900)),
        "hired_after_65": age > 65 and _chance(random, 0.5),
        "career_years": random.choice((1, 3, 10, 25)),
    }


def _recent_days(random: Random, months: int) -> int:
    return 0 if months >= 24 else random.choice([days for days in (20, 60, 99, 100, 200) if days <= 22 * (24 - months)])


def _money(random: Random, profile: dict[str, Any]) -> dict[str, Any]:
    size = random.choices((1, 2, 3, 4, 5), (30, 34, 20, 12, 4))[0]
    others = random.choice((0, 300_000, 700_000, 1_500_000, 2_800_000, 4_200_000)) * (size > 1)
    income = profile["own_income_month"] + others + random.choice((0, 0, 400_000, 900_000))
    child = _chance(random, 0.3)
    return {
        "household_size": size,
        "household_income_month": income,
        "household_assets": random.choice((10, 80, 180, 240, 330, 400, 450, 499, 520, 900)) * 1_000_000,
        "household_savings": random.choice((1, 5, 8, 20, 90)) * 1_000_000,
        **({"youngest_child_age": random.choice((2, 8, 12, 13, 15, 19))} if child and size > 1 else {}),
    }


def _benefits(random: Random, age: int, on: date) -> dict[str, Any]:
    old = age >= 65
    paid = _one(random, none=78, receiving=9, ended=13)
    history = _one(random, none=86, active=3, ended=11)
    return {
        "livelihood_benefit": _one(random, none=92, recipient=6, conditional=1, conditional_deferred=1),
        "near_poor": _chance(random, 0.06),
        "basic_pension": _one(random, receiving=65, applied=5, none=30) if old else "none",
        "occupational_pension": _one(random, none=90, self=6, spouse=4) if age >= 55 else "none",
        "unemployment_benefit": paid,
        **({"unemployment_benefit_last_paid": _days_ago(random, on, 900)} if paid == "ended" else {}),
        "direct_job_now": _chance(random, 0.07 if age >= 60 else 0.02),
        "gov_jobs_now": random.choices((0, 1, 2), (93, 6, 1))[0],
        "ltc_grade": random.choices(("none", "1", "3", "5", "cognitive"), (94, 1, 2, 2, 1))[0] if old else "none",
        "kua_history": history,
        **(_kua(random, on) if history == "ended" else {}),
    }


def _kua(random: Random, on: date) -> dict[str, Any]:
    reason = _one(random, hired_or_started_business=5, period_over=3, stopped=2)
    months: dict[str, Any] = {"work_months_after_end": random.choice((2, 5, 6, 11, 12, 20))}
    ended = _days_ago(random, on, 2200)
    return {"kua_end_date": ended, "kua_end_reason": reason, **(months if reason.startswith("hired") else {})}


def _learning(random: Random, age: int) -> dict[str, Any]:
    student = _chance(random, 0.3 if age < 25 else 0.01)
    kind = "high_3" if age < 19 else "university"
    wishes: Sequence[tuple[str, float]] = (("wants_work", 0.94), ("able_and_willing_to_work", 0.95))
    return {
        "student_status": kind if student else "none",
        **({"university_years_left": random.choice((0.5, 2, 3))} if student and kind == "university" else {}),
        "certificates": ["요양보호사"] if _chance(random, 0.4) else [],
        "training_completed": [{"name": "직업훈련"}] if _chance(random, 0.25) else [],
        "other_state_training_now": _chance(random, 0.04),
        **{name: _chance(random, share) for name, share in wishes},
    }
