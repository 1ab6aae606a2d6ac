"""A task for a child process that needs none of the battery: a function is called some times."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CALLS, SIZE = 3, 100


@dataclass(frozen=True)
class Calls:
    """Calls a function with a size; the reports are how often it came back."""

    names: dict[str, str]
    calls: int = CALLS
    quiet: bool = False  # whether nothing is sent before the end

    def run(self, functions: dict[str, Callable], so_far: Callable[[Any], None]) -> Any:
        """How many calls came back, after each and at the end."""
        (function,) = functions.values()
        done = 0
        try:
            for done in range(1, self.calls + 1):
                function(SIZE, None)
                if not self.quiet:
                    so_far(f"{done} done")
        except KeyboardInterrupt:
            return "stopped"
        return "all done"
