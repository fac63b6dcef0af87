"""The part of the WebSocket protocol that the tests need: handshakes, and text messages of up to 125 bytes.

Source: https://datatracker.ietf.org/doc/html/rfc6455
"""

import base64
import hashlib
import os
from typing import BinaryIO

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE = 0x1, 0x8
_FINAL, _MASKED = 0x80, 0x80
MAX_BYTES = 125
"""Longest message whose length is in one byte."""


class ClosedError(Exception):
    """The other side, or a proxy between, has closed the connection."""


def new_key() -> str:
    """Return a key for the handshake of a client."""
    return base64.b64encode(os.urandom(16)).decode()


def accept_value(key: str) -> str:
    """Return the value with which a server accepts a key."""
    return base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest()).decode()


def send(stream: BinaryIO, text: str, *, masked: bool) -> None:
    """Send a text message. Those of clients are masked."""
    payload = text.encode()
    assert len(payload) <= MAX_BYTES
    mask = os.urandom(4) if masked else b""
    stream.write(bytes([_FINAL | _TEXT, (_MASKED if masked else 0) | len(payload)]) + mask + _apply(mask, payload))
    stream.flush()


def receive(stream: BinaryIO) -> str:
    """Return the next text message.

    Raises:
        ClosedError: the connection was closed.
    """
    first, second = _read(stream, 2)
    length = second & ~_MASKED
    assert length <= MAX_BYTES
    mask = _read(stream, 4) if second & _MASKED else b""
    payload = _apply(mask, _read(stream, length))
    if first & 0x0F == _CLOSE:
        raise ClosedError
    assert first == _FINAL | _TEXT, f"unexpected frame {first:#x}"
    return payload.decode()


def _apply(mask: bytes, payload: bytes) -> bytes:
    return bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload)) if mask else payload


def _read(stream: BinaryIO, count: int) -> bytes:
    try:
        data = stream.read(count)
    except ConnectionError as error:
        raise ClosedError from error
    if len(data) < count:
        raise ClosedError
    return data
