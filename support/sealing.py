"""Data that the database keeps and cannot read: sealed with a key that only this process has.

Every sealed text is as long as any other (a multiple of a block), so its length tells nothing.
"""

import hashlib
import hmac
import json
import secrets

from django.utils.crypto import salted_hmac

_NONCE = 16
_TAG = 32
_BLOCK = 4096  # more than the longest answer


def _keys(purpose: str) -> tuple[bytes, bytes]:
    base = salted_hmac("oja.sealing", purpose, algorithm="sha256").digest()
    return (
        hmac.digest(base, b"cipher", "sha256"),
        hmac.digest(base, b"tag", "sha256"),
    )


def _stream(key: bytes, nonce: bytes, length: int) -> bytes:
    """A key stream as long as the text (FIPS 202, SHAKE256 over key and nonce)."""
    return hashlib.shake_256(key + nonce).digest(length)


def _xor(one: bytes, other: bytes) -> bytes:
    number = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    return number.to_bytes(len(one), "big")


def seal(data: dict, purpose: str) -> bytes:
    """Seal plain data for a purpose; what is sealed for one purpose does not open for another."""
    cipher, tag = _keys(purpose)
    text = json.dumps(data, ensure_ascii=False).encode()
    text = text.ljust(-(-len(text) // _BLOCK) * _BLOCK)
    nonce = secrets.token_bytes(_NONCE)
    body = nonce + _xor(text, _stream(cipher, nonce, len(text)))
    return body + hmac.digest(tag, body, "sha256")


def unseal(sealed: bytes, purpose: str) -> dict | None:
    """The data again; None for anything that was changed or sealed with another key."""
    cipher, tag = _keys(purpose)
    sealed = bytes(sealed)
    body, mark = sealed[:-_TAG], sealed[-_TAG:]
    if len(body) <= _NONCE or not hmac.compare_digest(hmac.digest(tag, body, "sha256"), mark):
        return None
    nonce, hidden = body[:_NONCE], body[_NONCE:]
    return json.loads(_xor(hidden, _stream(cipher, nonce, len(hidden))))
