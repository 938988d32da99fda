"""The Telegram face: takes updates in, understands them, decides, and sends what was decided.

`docs/map.md` follows one message through the files of this room.
"""
