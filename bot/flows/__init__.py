"""One file per matter. A flow asks, calls and routes; policy, words and facts live elsewhere. Flows do not meet."""

from collections.abc import Sequence

from bot.desk import Flow
from bot.flows import (
    appointments,
    centers,
    distress,
    eligibility,
    elsewhere,
    events,
    handover,
    menu,
    notices,
    privacy,
    problems,
    profile,
    programs,
    rights,
    signups,
    start,
)

ALL: Sequence[Flow] = (
    start.FLOW,
    menu.FLOW,
    programs.FLOW,
    centers.FLOW,
    distress.FLOW,
    rights.FLOW,
    problems.FLOW,
    handover.FLOW,
    profile.FLOW,
    privacy.FLOW,
    eligibility.FLOW,
    notices.FLOW,
    appointments.FLOW,
    events.FLOW,
    signups.FLOW,
    elsewhere.FLOW,
)
"""Every flow. An intent belongs to exactly one of them."""
