"""PostgreSQL, Redis, Celery: what only the production shape has to stand."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import psycopg
import pytest
from websockets.sync.client import connect

from tests.running import START_SECONDS, Greenhouse
from tests.services.test_shapes import read, read_whisper

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers import RedisServer

pytestmark = pytest.mark.services


def eventually(condition: Callable[[], bool], seconds: float = START_SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def test_events_of_concurrent_transactions_arrive_complete_and_in_order(production: Greenhouse) -> None:
    production.serve("manage.py", "runweb")
    with connect(production.socket_url) as socket:
        read(socket)
        # Transactions of different length, so that without an order of commits the numbers would overtake each other.
        writers = [production.publish(25, first=100 * turn, pause=0.03 * turn) for turn in range(3)]
        seen = [read(socket, timeout=START_SECONDS) for _ in range(75)]
        assert all(writer.wait(START_SECONDS) == 0 for writer in writers)
    seqs = [event["seq"] for event in seen]
    assert seqs == sorted(set(seqs))
    assert sorted(int(event["data"]["component"]) for event in seen) == [
        100 * turn + number for turn in range(3) for number in range(25)
    ]


def test_two_web_processes_tell_their_browsers_the_same(production: Greenhouse) -> None:
    first_port = production.port
    production.serve("manage.py", "runweb")
    second = Greenhouse(production.directory, production.settings)
    try:
        second.serve("manage.py", "runweb")
        assert second.port != first_port
        with connect(production.socket_url) as one, connect(second.socket_url) as other:
            read(one), read(other)
            production.publish(10).wait(START_SECONDS)
            assert [read(one) for _ in range(10)] == [read(other) for _ in range(10)]
    finally:
        second.stop()


def test_web_processes_count_their_visitors_together(production: Greenhouse) -> None:
    production.serve("manage.py", "runweb")
    second = Greenhouse(production.directory, production.settings)
    try:
        second.serve("manage.py", "runweb")
        with connect(production.socket_url) as one:
            while read_whisper(one)["data"] != {"present": 1}:
                pass
            with connect(second.socket_url) as other:
                for socket in (one, other):
                    while read_whisper(socket) != {"event_type": "visitor_joined", "data": {"present": 2}}:
                        pass
            while read_whisper(one) != {"event_type": "visitor_left", "data": {"present": 1}}:
                pass
    finally:
        second.stop()


def test_with_redis_a_change_arrives_sooner_than_the_poll_would_bring_it(production: Greenhouse) -> None:
    production.serve("manage.py", "runweb")
    with connect(production.socket_url) as socket:
        read(socket)
        publishing = production.publish(8, pause=0.3)
        delays = []
        for _ in range(8):
            event = read(socket, timeout=START_SECONDS)
            committed = time.mktime(time.strptime(event["timestamp"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
            delays.append(time.time() - committed - float(f"0{event['timestamp'][19:-1]}") - 0.3)
        publishing.wait(START_SECONDS)
    assert sorted(delays)[len(delays) // 2] < 0.25


def test_without_redis_pages_and_pushes_go_on_and_come_back_to_it(
    production: Greenhouse, redis_server: RedisServer
) -> None:
    production.serve("manage.py", "runweb")
    with connect(production.socket_url) as socket:
        read(socket)
        redis_server.kill()
        for path in ("/", "/api/v1/garden/", "/api/v1/projects/"):
            assert production.get(path)[0] == 200
        production.publish().wait(START_SECONDS)
        committed = time.time()
        assert read(socket)["data"] == {"component": "0"}
        assert time.time() - committed < 2
        status, health = production.get("/health")
        assert (status, health["status"], health["components"]["redis"]["status"]) == (200, "degraded", "degraded")
        redis_server.start()
        assert eventually(lambda: production.get("/health")[1]["components"]["redis"]["status"] == "ok", 10)
        production.publish(first=1).wait(START_SECONDS)
        assert read(socket)["data"] == {"component": "1"}
    assert "Traceback" not in production.log


def test_health_answers_quickly_when_the_database_is_gone(production: Greenhouse) -> None:
    production.serve("manage.py", "runweb")
    name = production.settings["DATABASE_URL"].rsplit("/", 1)[1]
    with psycopg.connect(
        production.settings["DATABASE_URL"].rsplit("/", 1)[0] + "/postgres", autocommit=True
    ) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        began = time.monotonic()
        status, health = production.get("/health")
        assert time.monotonic() - began < 4
        assert (status, health["components"]["database"]["status"]) == (503, "failing")
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert eventually(lambda: production.get("/health")[0] == 200)


def test_celery_runs_the_owners_schedule(production: Greenhouse) -> None:
    with psycopg.connect(production.settings["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            "INSERT INTO garden_gardenevent (event_type, source, data, timestamp) "
            "SELECT 'system_update', 'test', '{}', now() - days * interval '1 day' FROM unnest(ARRAY[400, 0]) AS days"
        )
        connection.execute(
            "UPDATE django_celery_beat_periodictask SET last_run_at = now() - interval '3 days' "
            "WHERE task = 'garden.tasks.prune'"
        )
        production.start(sys.executable, "-m", "celery", "-A", "greenhouse", "worker", "--concurrency", "1")
        production.start(sys.executable, "-m", "celery", "-A", "greenhouse", "beat")

        def pruned() -> bool:
            row = connection.execute("SELECT count(*) FROM garden_gardenevent WHERE source = 'test'").fetchone()
            return row == (1,)

        assert eventually(pruned), production.log
