"""The hook that lets a wheel or an sdist hold the built pages."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# The build backend does not put the root on the path.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools import pages


class PagesHook(BuildHookInterface[Any]):
    """Builds the pages before files are gathered; an editable install needs none."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for a packaged Node only when the pages must be built and no Node is there."""
        if pages.fresh() or pages.node_on_path():
            return []
        return [pages.NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the pages unless this is an editable install."""
        if version == "editable":
            return
        if pages.build() != 0:
            msg = "the pages in web/ could not be built; what npm printed above says why"
            raise RuntimeError(msg)
