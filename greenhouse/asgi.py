"""The door: sockets to the hub, hot reads and static files to memory, hot writes to the writer, the rest to Django."""

from __future__ import annotations

import asyncio
import logging
import os
import uuid
from typing import TYPE_CHECKING, cast

import django
import structlog
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greenhouse.settings")
django.setup(set_prefix=False)  # which the imports below need

from garden.live.consumers import garden_socket  # noqa: E402
from garden.live.hub import hub  # noqa: E402
from greenhouse.console.runs_socket import runs_socket  # noqa: E402
from greenhouse.hot_routes import HOT_ROUTES  # noqa: E402
from greenhouse.web.body_limits import LimitBodies  # noqa: E402
from greenhouse.web.handler import Handler  # noqa: E402
from greenhouse.web.hot import HotReads  # noqa: E402
from greenhouse.web.hot_static import HotStatic  # noqa: E402
from greenhouse.web.hot_writes import HotWrites  # noqa: E402
from visitors.addresses import address_of_scope  # noqa: E402
from visitors.consent.bearer import COOKIE  # noqa: E402
from visitors.consent.selectors import categories_of  # noqa: E402
from visitors.consumers import journey_socket  # noqa: E402
from visitors.intake.writer import writer  # noqa: E402
from visitors.privacy import network  # noqa: E402

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, LifespanScope, WebSocketScope

    from greenhouse.web.body_limits import HTTPApplication

SOCKETS = {
    "/ws/garden": garden_socket,
    "/ws/journey-tracking": journey_socket(categories_of, cookie=COOKIE),
    "/ws/runs": runs_socket,
}

# uvicorn writes a traceback for text that is not UTF-8; it closes the socket with 1007, and that is enough.
logging.getLogger("uvicorn.error").addFilter(lambda record: "Invalid UTF-8 sequence" not in record.getMessage())


async def sockets(scope: WebSocketScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Lead a socket to its application, with the network of the client rather than the address of a proxy of ours."""
    structlog.contextvars.bind_contextvars(request_id=str(uuid.uuid4()))  # each socket runs in a task of its own
    application = SOCKETS.get(scope["path"].rstrip("/"))
    if application is None:
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    await application({**scope, "client": (network(address_of_scope(scope)), 0)}, receive, send)


async def lifespan(scope: LifespanScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Follow the outbox from the start, and store what waits at the end.

    Servers without this protocol (Daphne) start hub and writer with their first use.
    """
    while True:
        if (await receive())["type"] == "lifespan.startup":
            hub.start()
            writer.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            hub.stop()
            await asyncio.to_thread(writer.stop)
            await send({"type": "lifespan.shutdown.complete"})
            return


hot_reads = HotReads(LimitBodies(HotWrites(cast("HTTPApplication", Handler()))), HOT_ROUTES)
application = ProtocolTypeRouter(
    {
        "http": HotStatic(hot_reads),
        "websocket": sockets,
        "lifespan": lifespan,
    }
)
