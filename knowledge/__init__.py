"""What we know: programs, lines, centers and yearly tables as dated, sourced facts, and what follows from them.

Every value is asked "as of" a day; what has no value for that day is not known. Nothing here knows Telegram or SQL.
"""
