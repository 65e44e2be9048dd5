"""What users of the Azure classes of LangChain and Semantic Kernel do on their first day."""

import os
from typing import Annotated

import pytest
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import AzureChatOpenAI
from openai import AsyncAzureOpenAI, AuthenticationError
from pydantic import BaseModel
from semantic_kernel import Kernel
from semantic_kernel.connectors.ai import FunctionChoiceBehavior
from semantic_kernel.connectors.ai.open_ai import AzureChatCompletion, AzureChatPromptExecutionSettings
from semantic_kernel.connectors.ai.open_ai.exceptions.content_filter_ai_exception import ContentFilterAIException
from semantic_kernel.contents import ChatHistory
from semantic_kernel.functions import kernel_function

ENDPOINT = os.environ["STANDIN_URL"]
DEPLOYMENT = "gpt-4o"


class CalendarEvent(BaseModel):
    name: str
    date: str


@tool
def weather(city: Annotated[str, "The name of the city"]) -> str:
    """Useful to determine the weather in a given location."""
    return f"It is sunny in {city}."


def langchain(**options):
    return AzureChatOpenAI(azure_endpoint=ENDPOINT, azure_deployment=DEPLOYMENT, max_retries=0, **options)


def test_langchain_answers_with_usage_and_the_results_of_the_filter():
    message = langchain().invoke("How do I keep a sourdough starter alive?")
    assert message.content
    assert message.usage_metadata["total_tokens"] > 0
    assert message.response_metadata["model_name"] == "gpt-4o-2024-08-06"
    assert message.response_metadata["finish_reason"] == "stop"
    assert message.response_metadata["content_filter_results"]["hate"] == {"filtered": False, "severity": "safe"}
    assert message.response_metadata["prompt_filter_results"][0]["prompt_index"] == 0


def test_langchain_streams_the_answer():
    chunks = list(langchain(stream_usage=True).stream("Describe the sea in winter."))
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    assert len(chunks) > 3
    assert whole.content == langchain().invoke("Describe the sea in winter.").content
    assert whole.usage_metadata["output_tokens"] > 0


async def test_langchain_answers_asynchronously():
    assert (await langchain().ainvoke("Hello!")).content
    assert [chunk async for chunk in langchain().astream("Hello!")]


def test_langchain_calls_a_tool_and_reads_its_result():
    model = langchain().bind_tools([weather])
    question = HumanMessage("What is the weather in Paris?")
    called = model.invoke([question])
    assert [(call["name"], call["args"]) for call in called.tool_calls] == [("weather", {"city": "Paris"})]
    result = ToolMessage(weather.invoke(called.tool_calls[0]["args"]), tool_call_id=called.tool_calls[0]["id"])
    answer = model.invoke([question, called, result])
    assert "sunny" in answer.content
    streamed = list(model.stream([question]))
    whole = streamed[0]
    for chunk in streamed[1:]:
        whole += chunk
    assert whole.tool_calls[0]["args"] == {"city": "Paris"}


def test_langchain_returns_structured_output():
    event = langchain().with_structured_output(CalendarEvent).invoke("The Science Fair is on Friday.")
    assert isinstance(event, CalendarEvent)


def test_langchain_takes_a_token():
    model = langchain(api_key=None, azure_ad_token="token")
    assert model.invoke("Hello!").content


def test_langchain_raises_the_error_of_a_wrong_key():
    model = langchain(default_headers={"prefer": "code=invalid_api_key"})
    with pytest.raises(AuthenticationError, match="invalid subscription key or wrong API endpoint"):
        model.invoke("Hello!")


class WeatherPlugin:
    @kernel_function(description="Useful to determine the weather in a given location.")
    def weather(self, city: Annotated[str, "The name of the city"]) -> str:
        return f"It is sunny in {city}."


def semantic_kernel(**options):
    # Semantic Kernel accepts only https for its own `endpoint`.
    client = AsyncAzureOpenAI(azure_endpoint=ENDPOINT, max_retries=0, **options)
    return AzureChatCompletion(deployment_name=DEPLOYMENT, async_client=client)


def history(text):
    messages = ChatHistory()
    messages.add_user_message(text)
    return messages


async def test_semantic_kernel_answers():
    message = await semantic_kernel().get_chat_message_content(
        history("How do I keep a sourdough starter alive?"), AzureChatPromptExecutionSettings()
    )
    assert message.content
    assert message.finish_reason == "stop"
    assert message.metadata["usage"].completion_tokens > 0


async def test_semantic_kernel_streams_the_answer():
    service = semantic_kernel()
    settings = AzureChatPromptExecutionSettings()
    parts = [
        part.content
        async for part in service.get_streaming_chat_message_content(history("Describe the sea in winter."), settings)
        if part
    ]
    whole = await service.get_chat_message_content(history("Describe the sea in winter."), settings)
    assert len(parts) > 3
    assert "".join(parts) == whole.content


@pytest.mark.parametrize("streamed", [False, True])
async def test_semantic_kernel_calls_a_function_and_reads_its_result(streamed):
    kernel = Kernel()
    service = semantic_kernel()
    kernel.add_service(service)
    kernel.add_plugin(WeatherPlugin(), "tools")
    settings = AzureChatPromptExecutionSettings(function_choice_behavior=FunctionChoiceBehavior.Auto())
    question = history("What is the weather in Paris?")
    if streamed:
        parts = service.get_streaming_chat_message_content(question, settings, kernel=kernel)
        text = "".join([part.content async for part in parts if part])
    else:
        text = (await service.get_chat_message_content(question, settings, kernel=kernel)).content
    assert "sunny" in text


async def test_semantic_kernel_raises_its_exception_for_the_content_filter():
    service = semantic_kernel(default_headers={"prefer": "code=azure_content_filter"})
    with pytest.raises(ContentFilterAIException) as caught:
        await service.get_chat_message_content(history("Hello!"), AzureChatPromptExecutionSettings())
    assert caught.value.content_filter_result["hate"].filtered
    assert caught.value.content_filter_code.value == "ResponsibleAIPolicyViolation"
