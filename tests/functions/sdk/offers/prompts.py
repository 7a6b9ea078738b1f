"""The prompts that both servers have: this very file is a module of ours."""

from typing import Annotated

from gatehouse.mcp import (
    Completion,
    EmbeddedResource,
    Icon,
    Image,
    Message,
    ToolError,
    prompt,
)


def _languages(typed: str, given: dict[str, str]) -> list[str]:
    known = ["python", "perl"] if given.get("style") != "short" else ["c"]
    return [each for each in known if each.startswith(typed)]


async def _words(typed: str, given: dict[str, str]) -> list[str]:
    return [f"{typed}word", *given]


@prompt(title="Review")
def review(
    code: Annotated[str, "What to review"],
    language: Annotated[str, Completion(_languages)] = "python",
    style: Annotated[str, Completion(["short", "thorough"])] = "short",
) -> str:
    """Have code reviewed."""
    return f"Review this {language}, {style}: {code}"


@prompt(icons=[Icon("data:image/png;base64,iVBORw0KGgo=")])
def show(word: Annotated[str, Completion(_words)] = "") -> list[str | Image | Message]:
    """Show a picture and what is noted."""
    noted = EmbeddedResource("notes://about", "# Notes", "text/markdown")
    return [f"Look: {word}", Image(b"\x89PNG", "image/png"), Message(noted, role="assistant")]


@prompt()
def talk(times: int = 1) -> list[str | Message]:
    """Have a talk."""
    return ["Hello", Message("Good day", role="assistant")] * times


@prompt()
def decline() -> str:
    """Decline to prompt."""
    raise ToolError("Not today")


@prompt()
def fail() -> str:
    """Fail in a way nobody expected."""
    raise RuntimeError("the database password is hunter2")
