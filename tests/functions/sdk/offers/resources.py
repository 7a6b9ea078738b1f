"""The resources that both servers have: this very file is a module of ours."""

from typing import Annotated

from gatehouse.mcp import Annotations, Completion, Icon, NotFound, ToolError, resource


@resource(
    "notes://about",
    title="About",
    mime_type="text/markdown",
    icons=[Icon("https://icons.example/notes.svg", sizes=("any",))],
    annotations=Annotations(audience=("user",), priority=0.5),
)
def about() -> str:
    """What the notes are about."""
    return "# Notes"


@resource("notes://picture", mime_type="image/png")
def picture() -> bytes:
    """A picture."""
    return b"\x89PNG"


@resource("notes://numbers", mime_type="application/json")
def numbers() -> dict[str, list[int]]:
    """Numbers."""
    return {"numbers": [1, 2]}


@resource("notes://locked", mime_type="text/plain")
def locked() -> str:
    """What cannot be read today."""
    raise ToolError("It is locked")


@resource("notes://broken", mime_type="text/plain")
def broken() -> str:
    """What fails in a way nobody expected."""
    raise RuntimeError("the database password is hunter2")


@resource("notes://people/{name}", title="A person", mime_type="text/plain")
def person(name: Annotated[str, Completion(["ann", "anton", "bea"])]) -> str:
    """What is noted of a person."""
    if name == "nobody":
        raise NotFound
    return f"{name} is here"


@resource("notes://pages/{number}", mime_type="text/plain")
def page(number: int) -> str:
    """A page by its number."""
    return f"page {number}"


@resource("notes://files/{+path}", mime_type="text/plain")
def file(path: str) -> str:
    """A file by its path."""
    return f"file {path}"


@resource("notes://search{?words,most}", mime_type="text/plain")
def search(words: str = "", most: int = 10) -> str:
    """Search the notes."""
    return f"{most} of {words}"
