"""A Bot API server on loopback that behaves as Telegram does, and a web chat in front of it.

The very same bot can be tried in a browser without an account and without a network, and the tests talk to it over
HTTP as the bot talks to Telegram. It never reaches outside this computer and refuses to start beside a real token.
"""
