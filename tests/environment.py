"""A pytest plugin, loaded before Django's settings: tests know nothing of the `.env` in which an owner keeps their own.

Processes that tests start inherit it.
"""

import os

os.environ["GREENHOUSE_ENV_FILE"] = ""
