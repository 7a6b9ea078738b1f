"""What asks the person or the client back, as the suite's scenarios of multi round trips say it.

Copied into functions/mcp/tools/ of a stack that is run for the suite alone.
"""

from dataclasses import dataclass

from gatehouse.mcp import Context, prompt, tool
from gatehouse.mcp.questions import Elicit, ListRoots, Sample


@dataclass(frozen=True)
class Named:
    """Somebody's name."""

    name: str


@dataclass(frozen=True)
class Coloured:
    """A colour."""

    color: str


@dataclass(frozen=True)
class Confirmed:
    """A yes or no."""

    ok: bool


@dataclass(frozen=True)
class Grounded:
    """What a prompt is about."""

    context: str


@tool(name="test_input_required_result_elicitation")
def elicitation(context: Context) -> str:
    """Ask for a name."""
    return f"Hello, {context.elicit('What is your name?', Named, key='user_name').value.name}!"


@tool(name="test_input_required_result_sampling")
def sampling(context: Context) -> str:
    """Ask the client's model."""
    question = "What is the capital of France?"
    return context.sample(question, max_tokens=100, key="capital_question").text


@tool(name="test_input_required_result_list_roots")
def list_roots(context: Context) -> str:
    """Ask for the client's roots."""
    return ", ".join(root.uri for root in context.roots(key="client_roots"))


@tool(name="test_input_required_result_request_state")
def request_state(context: Context) -> str:
    """Ask, and get to see no state but a sound one."""
    context.elicit("Please confirm", Confirmed, key="confirm")
    return "state-ok"


@tool(name="test_input_required_result_multiple_inputs")
def multiple_inputs(context: Context) -> str:
    """Ask everybody at once."""
    named, greeting, roots = context.ask_all(
        Elicit("What is your name?", Named, key="user_name"),
        Sample("Generate a greeting", max_tokens=50, key="greeting"),
        ListRoots(key="client_roots"),
    )
    return f"{greeting.text} {named.value.name} {[root.uri for root in roots]}"


@tool(name="test_input_required_result_multi_round")
def multi_round(context: Context) -> str:
    """Ask one thing after the other."""
    named = context.elicit("Step 1: What is your name?", Named, key="step1").value
    coloured = context.elicit("Step 2: What is your favorite color?", Coloured, key="step2").value
    return f"{named.name} likes {coloured.color}"


@tool(name="test_input_required_result_tampered_state")
def tampered_state(context: Context) -> str:
    """Ask, with a state that must come back as it was."""
    return context.elicit("Please confirm", Confirmed, key="confirm").action


@tool(name="test_input_required_result_capabilities")
def capabilities(context: Context) -> str:
    """Ask whom the client can ask."""
    confirm, greeting = Elicit("Please confirm", Confirmed), Sample("Generate a greeting")
    return str(context.ask_all(*(each for each in (confirm, greeting) if context.can_ask(each))))


@tool(name="test_missing_capability")
def missing_capability(context: Context) -> str:
    """Ask the client's model, whether there is one or not."""
    return context.sample("Generate a greeting").text


@tool(name="test_streaming_elicitation")
def streaming_elicitation(context: Context) -> str:
    """Tell how far it is, and ask."""
    context.progress(1, 2)
    return context.elicit("Please confirm", Confirmed).action


@prompt(name="test_input_required_result_prompt")
def asking_prompt(context: Context) -> str:
    """Ask what the prompt is about."""
    grounded = context.elicit("What context should the prompt use?", Grounded, key="user_context")
    return f"Tell me about {grounded.value.context}"
