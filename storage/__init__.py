"""Tables and their named queries. Functions take a session and at most flush; only doors open transactions.

`database.py` opens transactions, `migrations/` holds the history, `personal_data.py` exports and erases people.
"""
