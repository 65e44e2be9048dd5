"""What ChatOpenAI says when it calls the Responses API, and the setting that makes it use chat completions."""

import pytest
from langchain_openai import ChatOpenAI
from openai import NotFoundError


@pytest.mark.parametrize(
    "options",
    [
        {"model": "gpt-5.4-pro"},
        {"model": "gpt-4o", "use_responses_api": True},
        {"model": "gpt-4o", "reasoning": {"effort": "low"}},
    ],
    ids=str,
)
@pytest.mark.parametrize("streams", [False, True])
async def test_the_error_names_the_operation_that_is_not_served(options, streams):
    model = ChatOpenAI(**options)
    with pytest.raises(NotFoundError, match="Standin does not serve POST /v1/responses"):
        if streams:
            async for _ in model.astream("Hello!"):
                pass
        else:
            await model.ainvoke("Hello!")


def test_an_option_chooses_chat_completions():
    assert ChatOpenAI(model="gpt-4o", use_responses_api=False).invoke("Hello!").content
