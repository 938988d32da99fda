"""The intents and entities of the Rasa model. Their names are fixed: data, dialogue and evaluation use them.

Read by both environments, so it stays within the standard library of Python 3.10.
"""

from enum import Enum


class Intent(str, Enum):
    """What a person wants with one message."""

    GREET = "greet"
    GOODBYE = "goodbye"
    THANK = "thank"
    ASK_HELP = "ask_help"
    ASK_PROGRAM = "ask_program"
    RECOMMEND_PROGRAM = "recommend_program"
    CHECK_ELIGIBILITY = "check_eligibility"
    SEARCH_OPENINGS = "search_openings"
    SUBSCRIBE_ALERTS = "subscribe_alerts"
    SEARCH_TRAINING = "search_training"
    SEARCH_EVENTS = "search_events"
    JOIN_EVENT = "join_event"
    REGISTER_SEEKER = "register_seeker"
    OFFER_TALENT = "offer_talent"
    FIND_CENTER = "find_center"
    RESUME_HELP = "resume_help"
    BOOK_APPOINTMENT = "book_appointment"
    CHANGE_APPOINTMENT = "change_appointment"
    CANCEL_APPOINTMENT = "cancel_appointment"
    CHECK_APPOINTMENT = "check_appointment"
    REQUEST_VISIT = "request_visit"
    REQUEST_ACCOMPANIMENT = "request_accompaniment"
    TALK_TO_COUNSELOR = "talk_to_counselor"
    CHECK_STATUS = "check_status"
    UPDATE_PROFILE = "update_profile"
    PRIVACY_REQUEST = "privacy_request"
    REPORT_PROBLEM = "report_problem"
    LABOR_RIGHTS = "labor_rights"
    DISTRESS = "distress"
    AFFIRM = "affirm"
    DENY = "deny"
    INFORM = "inform"
    REPEAT_SIMPLER = "repeat_simpler"
    GO_BACK = "go_back"
    ASK_IDENTITY = "ask_identity"
    OUT_OF_SCOPE = "out_of_scope"
    FALLBACK = "nlu_fallback"
    """Not a label of the data: what is answered when the classifier is not sure."""


class EntityName(str, Enum):
    """What a message may carry besides its intent."""

    AGE = "age"
    DISTRICT = "district"
    PROGRAM = "program"
    OCCUPATION = "occupation"
    SCHEDULE = "schedule"
    CAREER_GAP = "career_gap"
    PAY = "pay"
    DATE = "date"
    TIME = "time"
    PHONE = "phone"
