"""`manage.py runweb`: the web process of both shapes, uvicorn with the settings that were measured to fit."""

from __future__ import annotations

import gc
import logging
import os
import signal
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand

from greenhouse.run import allocator
from greenhouse.run.embedded import end_with_parent
from greenhouse.run.messages import watch
from greenhouse.web import connections, http_protocol, server, socket_protocol
from greenhouse.web.postgresql import bound_waits

if TYPE_CHECKING:
    from argparse import ArgumentParser

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 – what stands for every address of this machine
GRACE_SECONDS = 3  # for requests under way when the server is asked to end


class Command(BaseCommand):
    help = "Serve the site on HOST and PORT. Behind a proxy, run as many of these as you like."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--with-parent", action="store_true", help="End when standard input closes.")

    def handle(self, *args: Any, **options: Any) -> None:
        allocator.keep_little()
        bound_waits()
        if options["with_parent"]:
            end_with_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
        limits = connections.Limits(
            connections=server.most_connections(settings.MAX_CONNECTIONS),
            connections_per_address=settings.MAX_CONNECTIONS_PER_ADDRESS,
        )
        config = uvicorn.Config(
            "greenhouse.asgi:application",
            host="" if options["host"] == "::" else options["host"],  # on :: alone asyncio leaves IPv4 out
            port=options["port"],
            http=http_protocol.HttpProtocol,
            ws=socket_protocol.WebSocketProtocol,
            ws_per_message_deflate=False,  # four times the processor for events of 300 bytes
            ws_max_size=4096,
            proxy_headers=False,  # `TRUSTED_PROXIES` decides whom to believe, not the server
            access_log=False,
            server_header=False,
            log_config=None,
            log_level=logging.WARNING,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        config.load()
        asgi = import_module("greenhouse.asgi")  # which is `config.load()`'s to import first: it sets Django up
        settle()
        host = settings.LOOPBACK_HOSTS[0] if options["host"] in EVERYWHERE else options["host"]
        settings.SERVED_AT.write_text(f"http://{f'[{host}]' if ':' in host else host}:{options['port']}\n")
        logging.getLogger("uvicorn.error").addFilter(server.OncePerMinute())
        watch.start()
        with suppress(KeyboardInterrupt):
            server.Server(config, limits, asgi.hot_reads.cached_answer).run()


def settle() -> None:
    """Load what answers, and leave it out of the garbage collections to come: each would look through it for 0.13 s."""
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
