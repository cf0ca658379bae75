"""A pytest plugin, loaded before Django's settings: tests know nothing of the `.env` in which an owner keeps their own.

Processes that tests start inherit it. Tests empty the Redis database that they are given; where they run side by side
(`pytest -n 2`), each worker takes one of its own, counted up from that of `REDIS_URL`.
"""

import os
from urllib.parse import urlsplit

os.environ["GREENHOUSE_ENV_FILE"] = ""

worker = os.environ.get("PYTEST_XDIST_WORKER", "")  # gw0, gw1…
if worker and os.environ.get("REDIS_URL"):
    url = urlsplit(os.environ["REDIS_URL"])
    database = int(url.path.strip("/") or 0) + int(worker.removeprefix("gw"))
    os.environ["REDIS_URL"] = url._replace(path=f"/{database}").geturl()
