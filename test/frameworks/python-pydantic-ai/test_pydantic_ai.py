"""The first programs of pydantic-ai's users: output modes, tools, retries, streams and limits."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pytest
from pydantic import BaseModel, Field
from pydantic_ai import (
    Agent,
    ModelHTTPError,
    ModelRetry,
    NativeOutput,
    PromptedOutput,
    RunContext,
    TextOutput,
    ToolOutput,
    UsageLimitExceeded,
    UsageLimits,
)
from pydantic_ai.messages import ToolCallPart, ToolReturnPart
from pydantic_ai.models.openai import OpenAIChatModel


class CityLocation(BaseModel):
    city: str
    country: str


class Person(BaseModel):
    name: str
    age: int = Field(ge=0, le=130)
    email: str | None = None


class Box(BaseModel):
    width: int
    height: int
    depth: int
    units: Literal["cm", "mm", "in"]


class Fruit(BaseModel):
    name: str
    color: str


class Vehicle(BaseModel):
    name: str
    wheels: int


class Profile(BaseModel):
    name: str
    dob: date | None = None
    bio: str | None = None


JOHN = "John Smith is 42 years old, and his e-mail is john@example.com."


def agent(**options):
    return Agent(OpenAIChatModel("gpt-4o"), **options)


def called(result):
    """The tools that a run called, in order, with their arguments."""
    parts = [part for message in result.all_messages() for part in message.parts]
    return [(part.tool_name, part.args_as_dict()) for part in parts if isinstance(part, ToolCallPart)]


@pytest.mark.parametrize(
    "output",
    [Person, ToolOutput(Person, name="return_person"), NativeOutput(Person), PromptedOutput(Person)],
    ids=["default", "tool", "native", "prompted"],
)
async def test_each_output_mode_reads_the_values_of_the_prompt(output):
    result = await agent(output_type=output).run(JOHN)
    assert result.output == Person(name="John Smith", age=42, email="john@example.com")


async def test_text_output_calls_its_function_with_the_text():
    def split(text: str) -> list[str]:
        return text.split()

    result = await agent(output_type=TextOutput(split)).run("Say only: hello world")
    assert result.output == ["hello", "world"]


@pytest.mark.parametrize("mode", [list, NativeOutput, PromptedOutput])
async def test_a_union_of_outputs_takes_the_kind_that_the_prompt_names(mode):
    asked = agent(output_type=mode([Fruit, Vehicle]))
    fruit = await asked.run("Which fruit is it? The fruit is a banana, and its color is yellow.")
    vehicle = await asked.run("Which vehicle is it? The vehicle is a bicycle with 2 wheels.")
    assert (type(fruit.output), type(vehicle.output)) == (Fruit, Vehicle)
    assert vehicle.output.wheels == 2


async def test_an_output_or_a_text_is_what_the_agent_allows():
    result = await agent(output_type=[Box, str], system_prompt="Extract the dimensions of the box.").run(
        "The box is 10x20x30 cm"
    )
    assert result.output == Box(width=10, height=20, depth=30, units="cm")


async def test_scalars_lists_and_enums_are_outputs():
    assert (await agent(output_type=int).run("How many? The number is 7.")).output == 7
    assert isinstance((await agent(output_type=bool).run("Is the sky blue?")).output, bool)
    assert (await agent(output_type=list[str]).run('The colors are "red", "green" and "blue".')).output == [
        "red",
        "green",
        "blue",
    ]
    assert (await agent(output_type=Literal["small", "large"]).run("It is a large one.")).output == "large"


async def test_an_agent_calls_a_tool_and_answers_with_its_result():
    helper = agent(system_prompt="Use the customer's name while replying to them.")

    @helper.tool_plain
    def get_player_name() -> str:
        """Get the player's name."""
        return "Anne"

    result = await helper.run("Hello, what is my player name?")
    assert called(result) == [("get_player_name", {})]
    assert "Anne" in result.output


@dataclass
class Places:
    seen: list


async def test_an_agent_with_two_tools_ends_with_its_output():
    weather = agent(output_type=CityLocation, deps_type=Places)

    @weather.tool
    async def find_city(context: RunContext[Places], question: str) -> str:
        """Find the city that a question is about."""
        context.deps.seen.append("city")
        return "Paris"

    @weather.tool
    async def find_country(context: RunContext[Places], city: str) -> str:
        """Find the country of a city."""
        context.deps.seen.append("country")
        return "France"

    places = Places([])
    result = await weather.run("Find the city of the Eiffel Tower, and find the country of Paris.", deps=places)
    assert isinstance(result.output, CityLocation)
    assert sorted(set(places.seen)) == ["city", "country"]
    assert len([message for message in result.all_messages() if message.kind == "response"]) <= 3


async def test_a_tool_gets_its_arguments_from_the_prompt():
    calculator = agent(system_prompt="Use the tools to calculate.")

    @calculator.tool_plain
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    result = await calculator.run("What is 17 plus 25?")
    assert called(result) == [("add", {"a": 17, "b": 25})]
    assert "42" in result.output


async def test_a_tool_that_asks_for_a_retry_is_called_again():
    helper = agent(retries=2)
    asked = []

    @helper.tool_plain
    def get_user_by_name(name: str) -> int:
        """Get a user's id from their full name."""
        asked.append(name)
        if len(asked) == 1:
            raise ModelRetry(f"No user found with name {name!r}, provide their full name")
        return 123

    result = await helper.run("Get the id of the user with the name 'John Doe'")
    assert len(asked) == 2 and asked[0] == "John Doe"
    assert "123" in result.output


async def test_an_output_validator_that_asks_for_a_retry_gets_an_output():
    tries = []
    helper = agent(output_type=Person, retries=3)

    @helper.output_validator
    def check(output: Person) -> Person:
        tries.append(output)
        if len(tries) == 1:
            raise ModelRetry("Please try again")
        return output

    assert isinstance((await helper.run(JOHN)).output, Person)
    assert len(tries) == 2


@pytest.mark.parametrize(
    "output", [str, Profile, NativeOutput(Profile), PromptedOutput(Profile)], ids=["text", "tool", "native", "prompted"]
)
async def test_a_streamed_run_ends_with_the_same_output(output):
    prompt = "My name is Ben, I was born on January 28th 1990, I like the chain the dog and the pyramid."
    whole = await agent(output_type=output).run(prompt)
    async with agent(output_type=output).run_stream(prompt) as streamed:
        if output is str:
            parts = [part async for part in streamed.stream_text(debounce_by=None)]
        else:
            parts = [part async for part in streamed.stream_output(debounce_by=None)]
    assert len(parts) > 1
    assert parts[-1] == whole.output
    if output is not str:
        assert (whole.output.name, whole.output.dob) == ("Ben", date(1990, 1, 28))


async def test_a_streamed_run_calls_tools():
    helper = agent()

    @helper.tool_plain
    def get_current_weather(city: str) -> str:
        """Get the current weather of a city."""
        return f"24 °C in {city}"

    async with helper.run_stream("What is the current weather in Oslo?") as streamed:
        answer = await streamed.get_output()
    assert called(streamed) == [("get_current_weather", {"city": "Oslo"})]
    assert "24 °C in Oslo" in answer


async def test_usage_limits_end_a_run():
    with pytest.raises(UsageLimitExceeded):
        await agent().run("Tell me about France.", usage_limits=UsageLimits(output_tokens_limit=1))
    result = await agent().run(
        "Tell me about France.", usage_limits=UsageLimits(request_limit=1, total_tokens_limit=10_000)
    )
    assert result.usage.requests == 1 and result.usage.output_tokens > 0

    looping = agent()

    @looping.tool_plain
    def get_temperature(city: str) -> int:
        """Get the temperature of a city."""
        return 20

    with pytest.raises(UsageLimitExceeded):
        await looping.run("What is the temperature in Rome?", usage_limits=UsageLimits(request_limit=1))


async def test_a_conversation_goes_on_after_a_tool_was_called():
    helper = agent()

    @helper.tool_plain
    def get_temperature(city: str) -> str:
        """Get the temperature of a city."""
        return "21 °C"

    first = await helper.run("What is the temperature in Lima?")
    second = await helper.run("Thank you!", message_history=first.all_messages())
    assert called(first) == [("get_temperature", {"city": "Lima"})]
    assert not any(isinstance(part, ToolReturnPart) for message in second.new_messages() for part in message.parts)
    assert second.output


@pytest.mark.parametrize("streams", [False, True])
async def test_with_the_default_api_of_a_model_the_error_names_the_operation_that_is_not_served(streams):
    plain = Agent("openai:gpt-4o")
    with pytest.raises(ModelHTTPError, match="Standin does not serve POST /v1/responses"):
        if streams:
            async with plain.run_stream("Hello!"):
                pass
        else:
            await plain.run("Hello!")


async def test_the_name_of_a_model_chooses_chat_completions():
    assert (await Agent("openai-chat:gpt-4o").run("Hello!")).output
