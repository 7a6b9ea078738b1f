"""Where the official SDK answers otherwise, and the clause by which our answer stands.

Each has a request that shows it, and what tells it from every other. The clauses are of the
specification's pages; where they name no version, of 2026-07-28.
"""

from typing import Final

from tests.functions.sdk.differences import (
    of_eras,
    of_http,
    of_json,
    of_messages,
    of_offers,
    of_progress,
    of_tools,
)
from tests.functions.sdk.differences.difference import Difference

DIFFERENCES: Final[dict[str, Difference]] = {
    **of_http.DIFFERENCES,
    **of_json.DIFFERENCES,
    **of_messages.DIFFERENCES,
    **of_eras.DIFFERENCES,
    **of_progress.DIFFERENCES,
    **of_offers.DIFFERENCES,
    **of_tools.DIFFERENCES,
}
