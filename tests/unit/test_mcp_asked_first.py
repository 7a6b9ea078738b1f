"""Parameters that are asked first: how they are declared, and what a client sees of them."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import pytest

from gatehouse.mcp import AskedFirst, Context, prompt, tool
from tests.unit.mcp_server import result_of
from tests.unit.offering import asked, offer_of, server_of


def day_of(year: int, context: Context) -> date:
    context.log("info", "a date is made")
    return date(year, 2, 3)


async def mood() -> str:
    return "glad"


@tool()
def travel(
    day: Annotated[date, "When", AskedFirst(day_of)],
    how: Annotated[str, AskedFirst(mood)],
    year: int = 2027,
) -> str:
    """Travel on a day."""
    return f"{day:%d %B %Y}, {how}"


def called(name: str = "travel", **arguments: Any) -> dict[str, Any]:
    return result_of(asked(server_of(travel), "tools/call", {"name": name, "arguments": arguments}))


def test_a_parameter_has_what_its_function_found_out() -> None:
    assert called()["content"][0]["text"] == "03 February 2027, glad"
    assert called(year=1999)["content"][0]["text"] == "03 February 1999, glad"


def test_clients_see_and_send_nothing_of_it() -> None:
    (listed,) = result_of(asked(server_of(travel), "tools/list"))["tools"]
    assert set(listed["inputSchema"]["properties"]) == {"year"}
    assert "day_of" not in str(listed)

    refused = called(how="sad")
    assert refused["isError"] is True
    assert refused["content"][0]["text"].startswith("Invalid arguments: how")


def test_a_server_whose_function_takes_the_context_has_a_log() -> None:
    discovered = result_of(asked(server_of(travel), "server/discover"))
    assert "logging" in discovered["capabilities"]

    @tool()
    def quiet(how: Annotated[str, AskedFirst(mood)]) -> str:
        """Say how."""
        return how

    assert "logging" not in result_of(asked(server_of(quiet), "server/discover"))["capabilities"]


def of_another_type(day: Annotated[str, AskedFirst(day_of)], year: int) -> str:
    return day


def without_its_argument(day: Annotated[date, AskedFirst(day_of)]) -> str:
    return str(day)


def with_another_argument(day: Annotated[date, AskedFirst(day_of)], year: str) -> str:
    return f"{day}{year}"


def in_part(days: list[Annotated[date, AskedFirst(day_of)]], year: int) -> str:
    return f"{days}{year}"


def perhaps(day: Annotated[date, AskedFirst(day_of)] | None, year: int) -> str:
    return f"{day}{year}"


def asks_its_own(how: Annotated[str, AskedFirst(mood)]) -> str:
    return how


def in_turn(who: Annotated[str, AskedFirst(asks_its_own)]) -> str:
    return who


def untold(name):  # type: ignore[no-untyped-def]
    return name


def without_types(who: Annotated[str, AskedFirst(untold)], name: str) -> str:
    return who + name


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (of_another_type, "has to return what the parameter is"),
        (without_its_argument, "takes year, which the tool does not"),
        (with_another_argument, "takes year, which the tool does not"),
        (in_part, "asked first as a whole, or not at all"),
        (perhaps, "asked first as a whole, or not at all"),
        (in_turn, "is no tool, so nothing is asked first"),
        (without_types, "needs a type hint"),
    ],
)
def test_a_mistake_shows_when_the_server_starts(function: Callable[..., str], said: str) -> None:
    function.__doc__ = "Do something."
    with pytest.raises(TypeError, match=said):
        offer_of(tool()(function)).check()


def test_nothing_is_asked_before_a_prompt() -> None:
    @prompt()
    def letter(how: Annotated[str, AskedFirst(mood)]) -> str:
        """Write a letter."""
        return how

    with pytest.raises(TypeError, match="the prompt letter is no tool"):
        offer_of(letter).check()
