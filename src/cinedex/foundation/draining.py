"""Going away: the process that was told to end lets its workers know, so that load balancers go elsewhere first."""

from pathlib import Path


class Draining:
    """A mark on the disk that all processes of a service see."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def begin(self) -> None:
        """Tell all processes that this service is about to end."""
        self._mark.parent.mkdir(parents=True, exist_ok=True)
        self._mark.touch()

    def clear(self) -> None:
        """Take the mark away, also one that a killed service left."""
        self._mark.unlink(missing_ok=True)

    def is_on(self) -> bool:
        """Say whether the service is about to end."""
        return self._mark.exists()
