"""Questions that a tool may put to the person or the client, one by one or several at once:

from gatehouse.mcp.questions import Elicit, Sample

name, poem = context.ask_all(Elicit("Who is it for?", str), Sample("Write a short poem"))
"""

from gatehouse.mcp.questions.elicitation import Answer, Elicit, ElicitURL, NotAnswered
from gatehouse.mcp.questions.question import Question
from gatehouse.mcp.questions.roots import ListRoots, Root
from gatehouse.mcp.questions.sampling import Sample, Sampled
from gatehouse.mcp.rounds import CannotAsk

__all__ = [
    "Answer",
    "CannotAsk",
    "Elicit",
    "ElicitURL",
    "ListRoots",
    "NotAnswered",
    "Question",
    "Root",
    "Sample",
    "Sampled",
]
