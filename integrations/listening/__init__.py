"""Listening that is reported here: what players submit as they play, and the exports of many years.

`listens.py` reads what players send, `api.py` is what they talk to.
"""
