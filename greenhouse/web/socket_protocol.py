"""The protocol of sockets: every frame that comes is counted, and one that goes to all of them is made once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import ProtocolError
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from garden.live.consumers import AT_ONCE, MESSAGES, POLICY, TOO_MANY_MESSAGES, MessageRate
from greenhouse.web.connections import BoundedConnection
from visitors.consumers import STEP_MESSAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from websockets.http11 import Request

FRAMES = {"/ws/journey-tracking": STEP_MESSAGES}  # that a socket may send in ten seconds; `MESSAGES` elsewhere
MOST_AT_ONCE = 64 * 1024  # bytes: as much again as asyncio lets wait before it calls a line not free
FRAMES_KEPT = 64  # of the newest events, for sockets that are a little behind


@lru_cache(FRAMES_KEPT)
def text_frame(text: str) -> bytes:
    """A whole message as it goes to every socket: what a server sends is not masked."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


class CountedFrames(ServerProtocol):
    """Counts every frame, also pings, pongs and parts of messages, which the application never sees."""

    def __init__(self, rate: MessageRate, **options: Any) -> None:
        super().__init__(**options)
        self._rate = rate

    def recv_frame(self, frame: Frame) -> None:
        if frame.opcode is not Opcode.CLOSE and self._rate.exceeded():
            self.fail(POLICY, TOO_MANY_MESSAGES)  # drops the rest of what was received unread
            self.parser_exc = ProtocolError(TOO_MANY_MESSAGES)
        else:
            super().recv_frame(frame)


class WebSocketProtocol(BoundedConnection, WebSocketsSansIOProtocol):
    """Sockets whose frames are counted: over the limit they are closed with 1008."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rate = MessageRate(self.loop.time)
        self.conn: ServerProtocol = CountedFrames(self._rate, max_size=self.config.ws_max_size, logger=self.logger)

    def handle_connect(self, event: Request) -> None:
        path, _, _query = event.path.partition("?")
        self._rate.allow(FRAMES.get(path.rstrip("/"), MESSAGES))
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][AT_ONCE] = {"send": self.send_at_once}

    async def send(self, message: Any) -> None:
        text = message.get("text")
        if text is None or not self.send_at_once([text]):
            await super().send(message)

    def send_at_once(self, texts: Sequence[str]) -> bool:
        """Send whole messages without waiting. False, and none is sent, where the line is not free or not open.

        Neither are several that are more than `MOST_AT_ONCE`: whoever does not read would have all of them wait here.
        """
        if not self.writable.is_set() or self.close_sent or self.disconnected or self.conn.state is not OPEN:
            return False
        frames = b"".join(map(text_frame, texts))
        if len(frames) > MOST_AT_ONCE and len(texts) > 1:
            return False
        self.transport.write(frames)
        return True

    def data_received(self, data: bytes) -> None:
        if not self.discard(data):
            super().data_received(data)

    def handle_parser_exception(self) -> None:
        """Say why and linger; uvicorn would close at once, and what the client is sending would undo the reason."""
        close = self.conn.close_sent
        if close is None:  # a frame before the handshake was answered
            self.transport.abort()
            return
        self.shared.refuse(f"socket closed with {int(close.code)}")
        self.queue.put_nowait({"type": "websocket.disconnect", "code": close.code, "reason": close.reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.linger()
        self.close_timer = self._linger_timer  # while it is set, the end of the application closes nothing
