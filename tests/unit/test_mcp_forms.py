"""Forms for the person: types as the schemas that clients can draw, and what comes back."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp_types import ElicitRequestFormParams
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from gatehouse.mcp.questions import Elicit, ElicitURL
from gatehouse.mcp.questions.forms import Form


class Colour(Enum):
    """What a choice may be."""

    RED = "#F00"
    GREEN = "#0F0"


class Order(BaseModel):
    """A field of every kind."""

    name: Annotated[str, Field(description="Who orders", min_length=2, pattern="[A-Z].*")]
    colour: Colour = Colour.RED
    size: Literal["S", "M"] = "M"
    only: Literal["this"] = "this"
    extras: Annotated[list[Literal["milk", "sugar"]], Field(max_length=2)] = []
    pieces: Annotated[int, Field(ge=1, lt=10)] = 1
    weight: float | None = None
    gift: bool = False
    due: date | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Plain:
    """A dataclass does as well."""

    name: str
    age: int | None = None


class Typed(TypedDict):
    """So does this."""

    name: str


def test_a_model_is_a_form_of_what_clients_can_draw() -> None:
    schema = Form(Order).schema

    assert schema["required"] == ["name"]
    assert schema["properties"] == {
        "name": {"title": "Name", "type": "string", "description": "Who orders", "minLength": 2},
        "colour": {
            "title": "Colour",
            "type": "string",
            "description": "What a choice may be.",
            "enum": ["#F00", "#0F0"],
            "default": "#F00",
        },
        "size": {"title": "Size", "type": "string", "enum": ["S", "M"], "default": "M"},
        "only": {"title": "Only", "type": "string", "enum": ["this"], "default": "this"},
        "extras": {
            "title": "Extras",
            "type": "array",
            "default": [],
            "maxItems": 2,
            "items": {"type": "string", "enum": ["milk", "sugar"]},
        },
        "pieces": {"title": "Pieces", "type": "integer", "minimum": 1, "default": 1},
        "weight": {"title": "Weight", "type": "number"},
        "gift": {"title": "Gift", "type": "boolean", "default": False},
        "due": {"title": "Due", "type": "string", "format": "date"},
        "at": {"title": "At", "type": "string", "format": "date-time"},
    }


@pytest.mark.parametrize(
    "kind",
    [None, Order, Plain, Typed, str, int, float, bool, date, Colour, Literal["a", "b"]],
    ids=str,
)
def test_the_official_sdk_takes_every_form(kind: Any) -> None:
    ElicitRequestFormParams.model_validate(Elicit("Please", kind).params)


def test_one_value_is_a_form_of_one_field() -> None:
    assert Form(bool).schema == {
        "type": "object",
        "properties": {"value": {"type": "boolean"}},
        "required": ["value"],
    }
    assert Form(bool).read({"value": True}) is True
    assert Form(Literal["a", "b"]).read({"value": "b"}) == "b"
    assert Form(list[Colour]).read({"value": ["#0F0"]}) == [Colour.GREEN]


def test_titles_of_a_choice_may_be_written_down() -> None:
    titled = {"oneOf": [{"const": "a", "title": "The first"}, {"const": "b", "title": "Other"}]}
    kind = Annotated[str, Field(json_schema_extra={**titled})]

    assert Form(kind).schema["properties"]["value"] == {"type": "string", **titled}


def test_no_type_is_a_form_without_fields() -> None:
    assert Form(None).schema == {"type": "object", "properties": {}}
    assert Form(None).read({}) is None
    assert Elicit("Sure?").read({"action": "accept"}).accepted


@pytest.mark.parametrize(
    "kind",
    [
        dict[str, str],
        list[int],
        list[str],
        list[Plain],
        Annotated[dict[str, str], "nested"],
        Literal[1, 2],
        str | int,
        Any,
        list[list[str]],
    ],
    ids=str,
)
def test_what_no_client_can_draw_is_a_mistake_of_the_tool(kind: Any) -> None:
    with pytest.raises(TypeError, match="no form can ask for"):
        Form(kind)


def test_nothing_nested_fits_into_a_form() -> None:
    class Nested(BaseModel):
        within: Plain

    with pytest.raises(TypeError, match="within"):
        Form(Nested)


def test_what_came_back_is_of_the_type() -> None:
    order = Form(Order).read({"name": "Ada", "colour": "#0F0", "due": "2031-01-02", "more": 1})

    assert order == Order(name="Ada", colour=Colour.GREEN, due=date(2031, 1, 2))
    assert Form(Plain).read({"name": "Ada"}) == Plain("Ada")
    assert Form(Typed).read({"name": "Ada"}) == {"name": "Ada"}


@pytest.mark.parametrize(
    "content",
    [
        {"name": "A"},
        {"name": "ada"},
        {"name": "Ada", "pieces": 10},
        {"name": "Ada", "pieces": 0},
        {"name": "Ada", "size": "L"},
        {"name": "Ada", "extras": ["tea"]},
        {"name": "Ada", "extras": ["milk", "milk", "milk"]},
        {"name": "Ada", "due": "tomorrow"},
        {},
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_also_where_clients_cannot_know(content: Any) -> None:
    with pytest.raises(ValueError, match=r"^(name|pieces|size|extras.*|due): ") as error:
        Form(Order).read(content)
    # what the person typed is theirs
    assert "tomorrow" not in str(error.value)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_whatever_comes_back_is_a_value_or_refused(content: Any) -> None:
    for kind in (Order, Plain, Typed, bool, None):
        for sent in (content, {"name": content, "value": content}):
            try:
                Form(kind).read(sent)
            except ValueError:
                continue


@pytest.mark.parametrize("url", ["", "/key", "javascript:alert(1)", "file:///key", "https://"])
def test_a_person_is_only_sent_to_web_pages(url: str) -> None:
    with pytest.raises(ValueError, match="absolute http or https URL"):
        ElicitURL("Your key", url)
