"""What a cohort's key decides: the parameters of every item, the same ones whenever and wherever they are drawn.

Numbers come from HMAC-SHA256 of the key and a counter, so they do not depend on the version of Python.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import TypeVar

T = TypeVar("T")
_MOST = 10_000


def slug(key: str) -> str:
    """Return a cohort's name for folders: ten characters that do not give its key away.

    Raises
    ------
    ValueError
        If the key has fewer than eight characters, which could be guessed.
    """
    if len(key.strip()) < 8:
        raise ValueError(
            "COHORT: a key has at least 8 characters, such as the output of: python3 -c 'import secrets; "
            "print(secrets.token_hex(8))'"
        )
    return hashlib.sha256(f"cohort name:{key.strip()}".encode()).hexdigest()[:10]


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
        self._numbers = self._stream(key.strip().encode(), assignment)

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
