"""Which names are one name to whoever reads them, however they are written."""

from __future__ import annotations

import unicodedata


def plain(name: str) -> str:
    r"""What two spellings of one name have in common: composed, and without what nobody sees.

    Upper and lower case differ: datasets have labels that differ in nothing else.

    >>> plain("cafe\u0301") == plain("caf\u00e9\u200b ")
    True
    """
    seen = "".join(each for each in name if unicodedata.category(each) != "Cf")
    return unicodedata.normalize("NFC", seen).strip()
