"""The first programs of the Agents SDK's users, with its model class for chat completions."""

import json
from dataclasses import dataclass
from typing import Literal

import pytest
from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrailTripwireTriggered,
    MaxTurnsExceeded,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OutputGuardrailTripwireTriggered,
    RunContextWrapper,
    Runner,
    SQLiteSession,
    function_tool,
    handoff,
    input_guardrail,
    output_guardrail,
    set_tracing_disabled,
)
from agents.items import HandoffOutputItem, ToolCallItem, ToolCallOutputItem
from openai import AsyncOpenAI, NotFoundError
from pydantic import BaseModel

set_tracing_disabled(True)


class CalendarEvent(BaseModel):
    name: str
    date: str
    participants: list[str]


class Homework(BaseModel):
    is_homework: bool
    reasoning: str


@function_tool
def get_weather(city: str) -> str:
    """Get the weather of a city."""
    return f"The weather in {city} is sunny."


def agent(**options):
    model = OpenAIChatCompletionsModel(model="gpt-4o", openai_client=AsyncOpenAI())
    return Agent(**{"name": "Assistant", "instructions": "You are a helpful assistant", "model": model} | options)


def calls(result):
    """The tools that a run called, in order, with their arguments."""
    return [
        (item.raw_item.name, json.loads(item.raw_item.arguments))
        for item in result.new_items
        if isinstance(item, ToolCallItem)
    ]


async def test_an_agent_answers():
    result = await Runner.run(agent(), "Write a haiku about recursion in programming.")
    assert isinstance(result.final_output, str) and result.final_output
    assert result.context_wrapper.usage.requests == 1


async def test_an_agent_calls_its_tool_and_answers_with_the_result():
    result = await Runner.run(agent(tools=[get_weather]), "What's the weather in Tokyo?")
    assert calls(result) == [("get_weather", {"city": "Tokyo"})]
    assert "The weather in Tokyo is sunny." in result.final_output


async def test_two_places_are_two_calls():
    result = await Runner.run(agent(tools=[get_weather]), "What's the weather in Tokyo and in Paris?")
    assert calls(result) == [("get_weather", {"city": "Tokyo"}), ("get_weather", {"city": "Paris"})]
    assert "Tokyo is sunny" in result.final_output and "Paris is sunny" in result.final_output


async def test_of_several_tools_the_agent_calls_the_one_that_the_message_asks_for():
    @function_tool
    def send_email(to: str, subject: str) -> str:
        """Send an e-mail."""
        return f"Sent to {to}."

    @function_tool
    def multiply(a: float, b: float) -> float:
        """Multiply two numbers."""
        return a * b

    helper = agent(tools=[get_weather, send_email, multiply])
    product = await Runner.run(helper, "Multiply 6.5 by 4")
    assert [name for name, _ in calls(product)] == ["multiply"] and "26" in product.final_output
    mail = await Runner.run(helper, "Send an e-mail to ann@example.com with the subject 'Lunch'")
    assert calls(mail) == [("send_email", {"to": "ann@example.com", "subject": "Lunch"})]
    plain = await Runner.run(helper, "Thank you, goodbye!")
    assert calls(plain) == []


async def test_an_output_type_gets_the_values_of_the_message():
    result = await Runner.run(
        agent(name="Calendar extractor", instructions="Extract calendar events from text", output_type=CalendarEvent),
        "Alice and Bob are going to a science fair on 2026-05-14.",
    )
    assert isinstance(result.final_output, CalendarEvent)
    assert result.final_output.date == "2026-05-14"
    assert result.final_output.participants == ["Alice", "Bob"]


async def test_an_agent_with_tools_and_an_output_type_ends_with_the_output():
    @dataclass
    class Report:
        city: str
        summary: str

    result = await Runner.run(agent(tools=[get_weather], output_type=Report), "What is the weather in Oslo?")
    assert calls(result) == [("get_weather", {"city": "Oslo"})]
    assert isinstance(result.final_output, Report) and result.final_output.city == "Oslo"


async def test_a_triage_agent_hands_over_to_the_agent_of_the_language():
    spanish = agent(name="Spanish agent", instructions="You only speak Spanish.", handoff_description="Speaks Spanish")
    french = agent(name="French agent", instructions="You only speak French.", handoff_description="Speaks French")
    triage = agent(
        name="Triage agent",
        instructions="Handoff to the appropriate agent based on the language of the request.",
        handoffs=[spanish, french],
    )
    result = await Runner.run(triage, "I want to speak with the Spanish agent.")
    assert result.last_agent.name == "Spanish agent"
    assert len([item for item in result.new_items if isinstance(item, HandoffOutputItem)]) == 1


async def test_a_handoff_with_an_input_type_gets_an_input():
    class Escalation(BaseModel):
        reason: str

    reasons = []

    async def escalate(context: RunContextWrapper[None], data: Escalation):
        reasons.append(data.reason)

    escalation = agent(name="Escalation agent")
    triage = agent(handoffs=[handoff(agent=escalation, on_handoff=escalate, input_type=Escalation)])
    result = await Runner.run(triage, "Transfer me to the escalation agent. The reason: my refund is late.")
    assert result.last_agent.name == "Escalation agent"
    assert len(reasons) == 1 and reasons[0]


async def test_guardrails_of_input_and_output_stop_a_run():
    judge = agent(name="Guardrail check", instructions="Check if the user asks for homework.", output_type=Homework)
    verdicts = []

    @input_guardrail
    async def no_homework(context, running, text):
        verdict = (await Runner.run(judge, text)).final_output_as(Homework)
        verdicts.append(verdict)
        return GuardrailFunctionOutput(output_info=verdict, tripwire_triggered="homework" in str(text))

    @output_guardrail
    async def no_sun(context, running, output):
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered="sunny" in output)

    guarded = agent(input_guardrails=[no_homework], output_guardrails=[no_sun], tools=[get_weather])
    assert (await Runner.run(guarded, "Thank you!")).final_output
    with pytest.raises(InputGuardrailTripwireTriggered):
        await Runner.run(guarded, "Can you do my homework?")
    with pytest.raises(OutputGuardrailTripwireTriggered):
        await Runner.run(guarded, "What's the weather in Rome?")
    assert all(isinstance(verdict, Homework) for verdict in verdicts)


@pytest.mark.parametrize("choice", ["required", "get_weather", "none"])
async def test_a_tool_choice_is_kept_and_the_run_ends(choice):
    result = await Runner.run(agent(tools=[get_weather], model_settings=ModelSettings(tool_choice=choice)), "Hello!")
    assert len(calls(result)) == (0 if choice == "none" else 1)
    assert result.final_output


@pytest.mark.parametrize("behavior", ["run_llm_again", "stop_on_first_tool"])
async def test_a_streamed_run_has_deltas_items_and_the_same_end(behavior):
    helper = agent(tools=[get_weather], tool_use_behavior=behavior)
    whole = await Runner.run(helper, "What's the weather in Tokyo?")
    streamed = Runner.run_streamed(helper, "What's the weather in Tokyo?")
    text, items = "", []
    async for event in streamed.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            text += event.data.delta
        elif event.type == "run_item_stream_event":
            items.append(type(event.item))
    assert ToolCallItem in items and ToolCallOutputItem in items
    assert streamed.final_output == whole.final_output
    assert text == (whole.final_output if behavior == "run_llm_again" else "")


async def test_a_session_keeps_the_conversation():
    session = SQLiteSession("standin")
    helper = agent(tools=[get_weather])
    first = await Runner.run(helper, "What's the weather in Tokyo?", session=session)
    second = await Runner.run(helper, "Thank you!", session=session)
    third = await Runner.run(helper, "What's the weather in Cairo?", session=session)
    assert [calls(each) for each in (first, second, third)] == [
        [("get_weather", {"city": "Tokyo"})],
        [],
        [("get_weather", {"city": "Cairo"})],
    ]
    assert "Cairo" in third.final_output


async def test_an_agent_as_a_tool_answers_through_its_parent():
    translator = agent(name="Translator", instructions="Translate the user's message to Spanish")
    parent = agent(
        instructions="You are a translation agent. Use the tools given to you to translate.",
        tools=[
            translator.as_tool(
                tool_name="translate_to_spanish", tool_description="Translate the user's message to Spanish"
            )
        ],
    )
    result = await Runner.run(parent, "Translate to Spanish: 'Good morning'")
    assert [name for name, _ in calls(result)] == ["translate_to_spanish"]
    assert "Good morning" in calls(result)[0][1]["input"]
    assert result.final_output


async def test_a_limit_of_turns_ends_a_run():
    with pytest.raises(MaxTurnsExceeded):
        await Runner.run(agent(tools=[get_weather]), "What's the weather in Tokyo?", max_turns=1)


class Grade(BaseModel):
    score: Literal["pass", "needs_improvement", "fail"]
    feedback: str


async def test_a_judge_gives_one_of_the_grades():
    judge = agent(name="evaluator", instructions="You evaluate a story outline and give a score.", output_type=Grade)
    result = await Runner.run(
        judge, [{"role": "user", "content": "A cat finds a key."}, {"role": "user", "content": "Evaluate it."}]
    )
    assert result.final_output.score in ("pass", "needs_improvement", "fail")


async def test_without_the_model_class_the_error_names_the_operation_that_is_not_served():
    plain = Agent(name="Assistant")
    with pytest.raises(NotFoundError, match="Standin does not serve POST /v1/responses"):
        await Runner.run(plain, "Hello!")
    with pytest.raises(NotFoundError, match="Standin does not serve POST /v1/responses"):
        async for _ in Runner.run_streamed(plain, "Hello!").stream_events():
            pass
