"""A pytest plugin, loaded before Django's settings: tests know nothing of the `.env` or the Redis of an owner.

Tests empty the Redis database that they are given, so they take none but that of `TEST_REDIS_URL`. Where they run side
by side (`pytest -n 2`), the second worker takes the database after it, and so on. Processes that tests start inherit
all this.
"""

import os
from urllib.parse import urlsplit

os.environ["GREENHOUSE_ENV_FILE"] = ""
os.environ.pop("REDIS_URL_FILE", None)
os.environ.pop("REDIS_URL", None)
if "TEST_REDIS_URL" in os.environ:
    url = urlsplit(os.environ["TEST_REDIS_URL"])
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    database = int(url.path.strip("/") or 0) + int(worker.removeprefix("gw"))
    os.environ["REDIS_URL"] = url._replace(path=f"/{database}").geturl()
