"""Writes openapi.json, the description of the native API that the pages' types are made from."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "openapi.json"


def document() -> str:
    """Return the description as the server gives it, in one stable spelling."""
    from linlog.server.app import openapi

    return json.dumps(openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the description."""
    PLACE.write_text(document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
