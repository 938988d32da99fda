"""Korean values in plain text: ages, days, times, places, pay, phones, lengths of time, programs, work and its hours.

Plain functions over text and a day; nothing here knows of Rasa, of Telegram or of a database.
"""

from nlu.korean.readers import find_all, normalise, normalise_within
from nlu.korean.span import Span, Value

__all__ = ["Span", "Value", "find_all", "normalise", "normalise_within"]
