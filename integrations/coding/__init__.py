"""Coding time: heartbeats of editors and days of WakaTime become seconds a day, project and language.

`heartbeats.py` reads what editors send, `durations.py` turns moments into time, `services.py` keeps it and hands it to
the garden, `shapes.py` says it in WakaTime's words, `api.py` is what editors talk to.
"""
