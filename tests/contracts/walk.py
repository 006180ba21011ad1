"""Walks every operation, compares what it answers with what it declares, and remembers what it could not provoke."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.contracts.provoke import Answer, World, answers
from tests.contracts.schema import Contract, Operation

JSON = "application/json"
# docs/api and api.md: which codes stand for which status.
CODES = {
    400: {"invalid", "not_offered", "too_soon", "too_far", "outside_hours", "own_lesson", "not_served"},
    401: {"not_signed_in"},
    403: {"not_allowed", "second_factor_required"},
    404: {"not_found"},
    409: {"time_taken", "you_are_busy", "already_started", "not_cancellable", "conflict"},
    412: {"stale"},
    413: {"too_large"},
    415: {"wrong_type"},
    428: {"version_required"},
    429: {"too_often"},
    503: {"busy", "no_answer"},  # the latter of what operators ask
}
HEADERS = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}
NO_CONTENT = 204


@dataclass
class Walk:
    """What a walk found."""

    operations: int = 0
    compared: int = 0
    violations: list[str] = field(default_factory=list)
    unprovoked: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """For whoever reads it: the number of violations last."""
        return [
            *(f"unprovoked: {name}" for name in self.unprovoked),
            *(f"violation: {violation}" for violation in self.violations),
            f"{self.operations} operations, {self.compared} answers compared",
            f"{len(self.violations)} violations",
        ]


def walk(world: World, *, only: Callable[[Operation], bool] = lambda operation: True) -> Walk:
    """Ask every operation (or only some) all that can be asked, and judge each answer."""
    contract, found = Contract(), Walk()
    for operation in filter(only, contract.operations):
        found.operations += 1
        faults = _examples(contract, operation)
        seen = set()
        for answer in answers(world, operation):
            found.compared += 1
            seen.add(answer.status_code)
            faults += [f"{answer.status_code} {fault}" for fault in _judge(contract, operation, answer)]
        found.violations += [f"{operation.name} {fault}" for fault in dict.fromkeys(faults)]
        found.unprovoked += [f"{operation.name} {status}" for status in sorted(set(operation.statuses) - seen)]
    return found


def _examples(contract: Contract, operation: Operation) -> list[str]:
    """What is wrong with the worked examples of an operation; none at all is wrong, too."""
    faults = []
    good = [status for status in operation.statuses if status < 400]
    for status in (None, *good):
        content, label = operation.content(status), "request" if status is None else str(status)
        if content is None:
            continue
        if not (examples := operation.examples(status)):
            faults.append(f"{label} has no worked example")
        for example in examples:
            faults += [f"{label} example {fault}" for fault in contract.faults(example, content)]
        if status is not None:
            faults += [f"{label} may lack {name}" for name in contract.optional(content)]
    return faults


def _judge(contract: Contract, operation: Operation, answer: Answer) -> list[str]:
    """What is wrong with an answer."""
    status = answer.status_code
    if status not in operation.statuses:
        return [f"is not declared: {answer.content[:200]!r}"]
    content = operation.content(status)
    if content is None:
        return [] if status == NO_CONTENT and not answer.content else ["has content and none is declared"]
    if answer.get("Content-Type") != JSON:
        return [f"is of type {answer.get('Content-Type')}"]
    body = answer.json()
    faults = list(contract.faults(body, content))
    if status >= 400 and not faults:
        faults = _judge_error(answer, body["error"])
    return faults


def _judge_error(answer: Answer, error: dict[str, object]) -> list[str]:
    """What is wrong with an error beyond its shape."""
    status = answer.status_code
    faults = []
    if error["code"] not in CODES.get(status, ()):
        faults.append(f"has the code {error['code']}")
    if error["request_id"] != answer["X-Request-ID"]:
        faults.append("has another request's number")
    if (error["code"] == "time_taken") != ("nearest_times" in error):
        faults.append(f"{error['code']} and nearest_times do not go together")
    if (error["code"] == "invalid") != ("fields" in error):
        faults.append(f"{error['code']} and fields do not go together")
    if (header := HEADERS.get(status)) and header not in answer.headers:
        faults.append(f"lacks {header}")
    return faults
