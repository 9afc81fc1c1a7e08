"""Schemathesis, with all its checks, on the document that the service tells of itself."""

import os
from collections.abc import Iterator
from typing import Any, Final, Self

import msgspec
import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from films import FILMS
from fuzz.peopled import PASSWORD
from fuzz.unsaid import is_right, mend

PATH: Final = "/api/v1/openapi.json"
EXAMPLES: Final = "CINEDEX_FUZZ_EXAMPLES"
"""Names how many examples there are of each call, when the tests run for long."""
SEED: Final = "CINEDEX_FUZZ_SEED"
"""Names the seed of such a run, to have it again."""

_FEW: Final = 4
# Texts made by chance name no film and are nobody's password, so that some calls would never succeed.
_KNOWN: Final = {
    "films": [film.name for film in FILMS],
    "directors": [film.director for film in FILMS],
    "passwords": [PASSWORD],
    "tags": ["*"],
}
_GIVEN: Final = {
    "query.name": "films",
    "query.q": "films",
    "query.director": "directors",
    "body.name": "films",
    "body.director": "directors",
    "body.password": "passwords",
    "body.current_password": "passwords",
    "header.If-Match": "tags",
}
_PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")


class Plan(msgspec.Struct, frozen=True):
    """How much is tried: the same few examples in each run, or many by a `seed`, and those that once failed."""

    examples: int = _FEW
    seed: int | None = None

    @classmethod
    def of_run(cls) -> Self:
        """Return what the environment asks for."""
        if not (examples := os.environ.get(EXAMPLES)):
            return cls()
        return cls(int(examples), int(os.environ.get(SEED) or int.from_bytes(os.urandom(4))))

    @property
    def is_long(self) -> bool:
        """Whether it is more than what all tests together have time for."""
        return self.seed is not None


class Outcome(msgspec.Struct):
    """What was found: each fault as a text for people, and which calls have succeeded."""

    faults: list[str] = []
    succeeded: set[str] = set()


def fuzz(app: Any, authorization: str | None, plan: Plan, *, covers_bounds: bool) -> Outcome:
    """Call all that `app` documents with what fits and what does not, alone and in sequences, under each check.

    `covers_bounds` has each bound of each field tried too, which takes most of the time.
    """
    config = _config(plan, covers_bounds=covers_bounds)
    if authorization:
        config["headers"] = {"Authorization": authorization}
    schema = schemathesis.openapi.from_asgi(PATH, app, config=SchemathesisConfig.from_dict(config))

    @schema.hook
    def filter_failure(_context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
        return not is_right(failure, case, response)

    outcome = Outcome()
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished():
                outcome.faults += _faults(event.recorder)
                outcome.succeeded.update(_succeeded(event.recorder))
            case events.NonFatalError():
                outcome.faults.append(f"{event.label}: {event.value}")
            case events.FatalError():
                raise event.exception
    return outcome


# There is no way to say this for one document.
@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _sending: dict[str, Any]) -> None:
    """Mend what is about to be sent."""
    mend(case)


def _config(plan: Plan, *, covers_bounds: bool) -> dict[str, Any]:
    config: dict[str, Any] = {
        "generation": {
            "max-examples": plan.examples,
            "deterministic": not plan.is_long,
            "database": ".hypothesis/fuzz" if plan.is_long else "none",
        },
        "dictionaries": {name: {"values": values} for name, values in _KNOWN.items()},
        "parameters": {field: {"dictionary": name, "probability": 0.5} for field, name in _GIVEN.items()},
        "checks": {"enabled": True},
        "phases": {phase: {"enabled": phase != "coverage" or covers_bounds} for phase in _PHASES},
        # Tokens of the tests are no secrets, and a fault is to be read.
        "output": {"sanitization": {"enabled": False}},
    }
    return config | ({"seed": plan.seed} if plan.is_long else {})


def _faults(recorder: ScenarioRecorder) -> Iterator[str]:
    for case_id, checks in recorder.checks.items():
        answer = recorder.interactions[case_id].response if case_id in recorder.interactions else None
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                told = f"{answer.status_code} {answer.content!r}" if answer else "no answer"
                yield f"{check.name}: {failure.title}\n{failure.message}\n{check.failure_info.code_sample}\n-> {told}"


def _succeeded(recorder: ScenarioRecorder) -> Iterator[str]:
    for case_id, node in recorder.cases.items():
        interaction = recorder.interactions.get(case_id)
        if interaction and interaction.response and interaction.response.status_code < 300:
            yield node.value.operation.label
