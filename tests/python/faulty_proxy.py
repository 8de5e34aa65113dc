# SPDX-License-Identifier: Apache-2.0
"""A network between a client and an object storage that has the faults it is told to have."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["delay", "500", "503", "cut request", "cut response", "lose response"]
KINDS: tuple[Kind, ...] = ("delay", "500", "503", "cut request", "cut response", "lose response")
DELAY = 0.2


@dataclass
class Request:
    """What a client asks: the method, the path with its query, how many bytes it sends; `number` counts those of one
    method since the proxy was last reset, from 1."""

    method: str
    path: str
    size: int
    number: int


@dataclass
class FaultyProxy:
    """Forwards HTTP to `upstream` on a thread of its own, one request per connection. `decide` says which fault a request
    meets, if any; `met` has those that did.

    `delay` is slow, `500` and `503` are answered without asking upstream, `cut request` hands half of the body on and
    ends, `cut response` ends in the midst of what upstream answers, `lose response` before it.
    """

    upstream: str
    decide: Callable[[Request], Kind | None] = field(default=lambda request: None)
    met: list[tuple[Kind, Request]] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)

    def __enter__(self) -> FaultyProxy:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        ).result()
        host, port = self._server.sockets[0].getsockname()
        self.address = f"{host}:{port}"
        return self

    def __exit__(self, *raised: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def reset(self, decide: Callable[[Request], Kind | None] = lambda request: None) -> None:
        """Forgets what it has seen, and decides otherwise from now on."""
        self.decide, self.met, self.seen = decide, [], []

    def nth(self, kind: Kind, method: str, number: int) -> None:
        """The n-th request of a method meets a fault from now on, and no other."""
        self.reset(lambda request: kind if (request.method, request.number) == (method, number) else None)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._forward(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # one of the two has ended
        finally:
            writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *headers = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        given = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in headers)}
        size = int(given.get("content-length", "0"))
        if given.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            head = b"".join(line for line in head.splitlines(True) if not line.lower().startswith(b"expect:"))
        body = await reader.readexactly(size)
        request = Request(method, path, size, 1 + sum(each.method == method for each in self.seen))
        self.seen.append(request)
        fault = self.decide(request)
        if fault is not None:
            self.met.append((fault, request))
        if fault in ("500", "503"):
            writer.write(f"HTTP/1.1 {fault} Fault\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            return
        if fault == "delay":
            await asyncio.sleep(DELAY)
        answer = await self._ask(
            head, body[: size // 2] if fault == "cut request" else body, whole=fault != "cut request"
        )
        if fault in ("cut request", "lose response"):
            return
        writer.write(answer[: len(answer) // 2] if fault == "cut response" else answer)
        await writer.drain()

    async def _ask(self, head: bytes, body: bytes, whole: bool) -> bytes:
        """What upstream answers until it closes the connection, as it does after every request."""
        host, _, port = self.upstream.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(head + body)
            await writer.drain()
            return await reader.read() if whole else b""
        finally:
            writer.close()
