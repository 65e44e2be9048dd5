"""The mode PARALLEL_TOOLS, for which instructor has no live test."""

from collections.abc import Iterable
from typing import Literal

import instructor
import pytest
from pydantic import BaseModel


class Weather(BaseModel):
    location: str
    units: Literal["imperial", "metric"]


class WebSearch(BaseModel):
    query: str


@pytest.fixture
def client():
    return instructor.from_provider("openai/gpt-4.1-mini", mode=instructor.Mode.PARALLEL_TOOLS)


def ask(client, response_model, prompt):
    messages = [
        {"role": "system", "content": "You must always use tools"},
        {"role": "user", "content": prompt},
    ]
    return list(client.create(response_model=response_model, messages=messages, max_retries=0))


def test_two_values_are_two_calls_of_one_tool(client):
    replies = ask(client, Iterable[Weather], "What is the weather in Toronto and Dallas?")
    assert [reply.location for reply in replies] == ["Toronto", "Dallas"]


def test_two_questions_are_calls_of_two_tools(client):
    replies = ask(client, Iterable[Weather | WebSearch], "What is the weather in Toronto, and who won the super bowl? Use a web search.")
    assert {type(reply) for reply in replies} == {Weather, WebSearch}
    assert next(reply for reply in replies if isinstance(reply, Weather)).location == "Toronto"


def test_one_question_is_one_call(client):
    replies = ask(client, Iterable[Weather | WebSearch], "What is the weather in Toronto, in metric units?")
    assert replies == [Weather(location="Toronto", units="metric")]
