"""What users of Haystack's OpenAIChatGenerator do on their first day."""

import json
from typing import Annotated

import pytest
from haystack import Pipeline
from haystack.components.agents import Agent
from haystack.components.builders import ChatPromptBuilder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage
from haystack.tools import Tool, Toolset, tool
from pydantic import BaseModel

MODEL = "gpt-4.1-nano"


class CalendarEvent(BaseModel):
    event_name: str
    event_date: str
    event_location: str


@tool
def weather(city: Annotated[str, "The name of the city"]) -> str:
    """Useful to determine the weather in a given location."""
    return f"It is sunny in {city}."


@tool
def add(a: Annotated[int, "The first number"], b: Annotated[int, "The second number"]) -> int:
    """Adds two numbers."""
    return a + b


def ask(prompt, **options):
    replies = OpenAIChatGenerator(model=MODEL, **options).run([ChatMessage.from_user(prompt)])["replies"]
    assert len(replies) == 1
    return replies[0]


def calls(reply):
    assert not reply.text
    assert reply.meta["finish_reason"] == "tool_calls"
    return [(call.tool_name, call.arguments) for call in reply.tool_calls]


def test_a_question_gets_a_text_with_usage():
    reply = ask("How do I keep a sourdough starter alive?")
    assert reply.text
    assert not reply.tool_calls
    assert MODEL in reply.meta["model"]
    assert reply.meta["finish_reason"] == "stop"
    usage = reply.meta["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


def test_several_replies():
    generator = OpenAIChatGenerator(model=MODEL, generation_kwargs={"n": 3, "max_completion_tokens": 8})
    replies = generator.run([ChatMessage.from_user("Describe the sea in winter.")])["replies"]
    assert len(replies) == 3
    for reply in replies:
        assert reply.text
        assert reply.meta["finish_reason"] == "length"


def test_a_stream_gives_the_text_of_the_reply():
    chunks = []
    options = {"stream_options": {"include_usage": True}}
    reply = ask("Say 'Good morning, Vienna!'", streaming_callback=chunks.append, generation_kwargs=options)
    assert reply.text.strip("'\"") == "Good morning, Vienna!"
    assert "".join(chunk.content for chunk in chunks) == reply.text
    assert len(chunks) > 1
    assert reply.meta["usage"]["completion_tokens"] > 0


async def test_an_asynchronous_stream():
    chunks = []

    async def collect(chunk):
        chunks.append(chunk)

    generator = OpenAIChatGenerator(model=MODEL, streaming_callback=collect)
    reply = (await generator.run_async([ChatMessage.from_user("What does a lighthouse keeper do?")]))["replies"][0]
    assert reply.text == "".join(chunk.content for chunk in chunks)
    assert reply.meta["finish_reason"] == "stop"


@pytest.mark.parametrize("tools", [[weather, add], Toolset([weather, add])], ids=["list", "toolset"])
def test_the_tool_that_fits_is_called(tools):
    assert calls(ask("What's the weather like in Paris?", tools=tools)) == [("weather", {"city": "Paris"})]
    assert calls(ask("Please add 17 and 25.", tools=tools)) == [("add", {"a": 17, "b": 25})]


def test_two_cities_are_two_calls_in_a_stream():
    chunks = []
    reply = ask("What's the weather like in Paris and Berlin?", tools=[weather, add], streaming_callback=chunks.append)
    assert calls(reply) == [("weather", {"city": "Paris"}), ("weather", {"city": "Berlin"})]
    assert len(chunks) > 1


def test_a_strict_tool_with_a_nested_object():
    address = {"type": "object", "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}
    create_person = Tool(
        name="create_person",
        description="Create a person record with an address",
        parameters={"type": "object", "properties": {"name": {"type": "string"}, "address": address}},
        function=lambda name, address: name,
    )
    prompt = "Create a person named John at 123 Main St, Springfield"
    expected = {"name": "John", "address": {"street": "123 Main St", "city": "Springfield"}}
    assert calls(ask(prompt, tools=[create_person], tools_strict=True)) == [("create_person", expected)]


def test_the_result_of_a_tool_gets_a_text():
    messages = [ChatMessage.from_user("What's the weather like in Rome?")]
    generator = OpenAIChatGenerator(model=MODEL, tools=[weather])
    call = generator.run(messages)["replies"][0]
    result = weather.invoke(**call.tool_call.arguments)
    assert result == "It is sunny in Rome."
    reply = generator.run([*messages, call, ChatMessage.from_tool(result, origin=call.tool_call)])["replies"][0]
    assert reply.text
    assert not reply.tool_calls


def test_an_agent_calls_its_tools_and_answers():
    agent = Agent(
        chat_generator=OpenAIChatGenerator(model=MODEL),
        tools=[weather, add],
        system_prompt="You are a helpful assistant.",
        max_agent_steps=5,
    )
    messages = agent.run([ChatMessage.from_user("What is the weather in Oslo?")])["messages"]
    assert [result.result for message in messages for result in message.tool_call_results] == ["It is sunny in Oslo."]
    assert messages[-1].text
    assert not messages[-1].tool_calls


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_a_response_format_is_filled_from_the_text(streamed):
    schema = CalendarEvent.model_json_schema() | {"additionalProperties": False}
    response_format = {"type": "json_schema", "json_schema": {"name": "CalendarEvent", "strict": True, "schema": schema}}
    callback = {"streaming_callback": lambda chunk: None} if streamed else {}
    prompt = "The marketing summit takes place on October 12th at the Hilton Hotel downtown."
    reply = ask(prompt, generation_kwargs={"response_format": response_format if streamed else CalendarEvent}, **callback)
    event = CalendarEvent.model_validate_json(reply.text)
    assert "marketing summit" in event.event_name.lower()
    assert "October 12" in event.event_date
    assert "Hilton" in event.event_location
    assert reply.meta["finish_reason"] == "stop"


def test_json_with_the_key_that_the_prompt_names():
    prompt = 'Answer in JSON: where is the Prado? Please respond with a JSON object with the key "city". For example: {"city": "Madrid"}'
    reply = ask(prompt, generation_kwargs={"response_format": {"type": "json_object"}})
    answer = json.loads(reply.text)
    assert answer.keys() == {"city"}
    assert isinstance(answer["city"], str)


def test_a_pipeline_fills_the_prompt():
    pipeline = Pipeline()
    template = [ChatMessage.from_system("Answer briefly."), ChatMessage.from_user("Respond only with the word {{ word }}.")]
    pipeline.add_component("prompt", ChatPromptBuilder(template=template, required_variables="*"))
    pipeline.add_component("model", OpenAIChatGenerator(model=MODEL))
    pipeline.connect("prompt.prompt", "model.messages")
    reply = pipeline.run({"prompt": {"word": "lantern"}})["model"]["replies"][0]
    assert reply.text == "lantern"
