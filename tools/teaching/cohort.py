"""What a cohort's key decides: the parameters of every item, the same ones whenever and wherever they are drawn.

Numbers come from scrypt of the key, then HMAC-SHA256 with a counter, so they do not depend on the version of Python.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import TypeVar

T = TypeVar("T")
SHORTEST = 12
_MOST = 10_000


@lru_cache(maxsize=64)
def root(key: str) -> bytes:
    """Return 32 bytes from which all of a cohort's draws, names and salts follow.

    Parameters and salts stand in what students get, so a key could be tried against them; the function is slow (scrypt,
    RFC 7914, about a tenth of a second) to make that dear, and a short key is refused.

    Raises
    ------
    ValueError
        If the key has fewer than twelve characters.
    """
    key = key.strip()
    if len(key) < SHORTEST:
        raise ValueError(
            f"COHORT: a key has at least {SHORTEST} characters and is drawn at random. "
            f"Here is one for a new class, drawn just now: {secrets.token_hex(8)}"
        )
    return hashlib.scrypt(
        key.encode(), salt=b"promise-and-practice", n=2**15, r=8, p=1, maxmem=2**26, dklen=32
    )


def derived(key: str, what: str) -> str:
    """Return 64 hexadecimal characters that follow from a cohort's key and the name of what they are for."""
    return hmac.new(root(key), what.encode(), hashlib.sha256).hexdigest()


def slug(key: str) -> str:
    """Return a cohort's name for folders: ten characters that do not give its key away.

    Raises
    ------
    ValueError
        If the key is too short.
    """
    return derived(key, "name")[:10]


class Draw:
    """Draws parameters for one assignment of one cohort.

    Parameters
    ----------
    key
        The cohort's key.
    assignment
        The assignment's name, such as ``01-origins``.
    """

    def __init__(self, key: str, assignment: str) -> None:
        self._numbers = self._stream(root(key), assignment)

    @staticmethod
    def _stream(key: bytes, assignment: str) -> Iterator[int]:
        for number in count():
            digest = hmac.new(key, f"{assignment}:{number}".encode(), hashlib.sha256).digest()
            yield int.from_bytes(digest[:8], "big")

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to ``limit - 1``, each as likely as the others."""
        fair = 2**64 - 2**64 % limit
        return next(number for number in self._numbers if number < fair) % limit

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def choice(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.below(len(options))]

    def sample(self, options: Sequence[T], how_many: int) -> list[T]:
        """Return some of the options, none twice, in the order in which they were drawn."""
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in range(how_many)]

    def until(self, make: Callable[[], T], good: Callable[[T], bool]) -> T:
        """Draw until something is good: an answer that is not empty, tied or trivial.

        Raises
        ------
        ValueError
            If nothing good was drawn in ten thousand tries.
        """
        for _ in range(_MOST):
            if good(drawn := make()):
                return drawn
        raise ValueError(f"{good!r} refused {_MOST} draws")
