"""The first programs of DSPy's users: signatures with typed outputs under each adapter, ReAct, and streams."""

import os
from typing import Literal, Optional

import dspy
import litellm
import pydantic
import pytest

# Without the fallback to JSON, each adapter must understand the answer itself.
ADAPTERS = {
    "chat": dspy.ChatAdapter(use_json_adapter_fallback=False),
    "json": dspy.JSONAdapter(),
    "xml": dspy.XMLAdapter(use_json_adapter_fallback=False),
}


class Book(pydantic.BaseModel):
    title: str
    year: int
    tags: list[str] = []


class Extract(dspy.Signature):
    """Extract the people and the e-mail address from the text."""

    text: str = dspy.InputField()
    people: list[str] = dspy.OutputField(desc="all people in the text")
    email: str = dspy.OutputField(desc="the e-mail address")


class Emotion(dspy.Signature):
    """Classify the emotion."""

    sentence: str = dspy.InputField()
    sentiment: Literal["sadness", "joy", "love", "anger", "fear", "surprise"] = dspy.OutputField()


def model(**options):
    return dspy.LM(
        "openai/gpt-4o-mini", api_key="sk-test", api_base=os.environ["OPENAI_BASE_URL"], cache=False, **options
    )


@pytest.fixture(params=ADAPTERS)
def adapter(request):
    with dspy.context(lm=model(), adapter=ADAPTERS[request.param]):
        yield request.param


def test_a_question_gets_an_answer(adapter):
    answer = dspy.Predict("question -> answer")(question="What is the capital of France?").answer
    assert isinstance(answer, str) and answer and "[[" not in answer and "<" not in answer


def test_a_chain_of_thought_has_its_reasoning(adapter):
    result = dspy.ChainOfThought("question -> answer: float")(question="Two dice are tossed. What is the probability?")
    assert result.reasoning and isinstance(result.answer, float)


def test_a_literal_is_one_of_its_words(adapter):
    result = dspy.Predict(Emotion)(sentence="i started feeling a little joy and I love it")
    assert result.sentiment in ("joy", "love")


def test_an_int_a_float_and_a_bool_are_of_their_types(adapter):
    result = dspy.Predict("text -> count: int, price: float, valid: bool")(
        text="There are 3 apples at a price of 1.25 dollars."
    )
    assert (result.count, result.price) == (3, 1.25)
    assert isinstance(result.valid, bool)


def test_a_list_has_the_values_of_the_text(adapter):
    result = dspy.Predict(Extract)(text="Alice Smith wrote to Bob Jones. The address is alice@example.com.")
    assert result.people == ["Alice Smith", "Bob Jones"]
    assert result.email == "alice@example.com"


def test_a_model_of_pydantic_is_an_output(adapter):
    signature = dspy.Signature(
        {"text": (str, dspy.InputField()), "book": (Book, dspy.OutputField())}, "Extract the book."
    )
    result = dspy.Predict(signature)(text='The book with the title "Dune" appeared in the year 1965.')
    assert (result.book.title, result.book.year) == ("Dune", 1965)


def test_a_list_of_models_and_a_dict_are_outputs(adapter):
    signature = dspy.Signature(
        {
            "text": (str, dspy.InputField()),
            "books": (list[Book], dspy.OutputField()),
            "pages": (dict[str, int], dspy.OutputField()),
            "note": (Optional[str], dspy.OutputField()),
        },
        "Extract the books.",
    )
    result = dspy.Predict(signature)(text='"Dune" appeared in 1965, "Emma" appeared in 1815.')
    assert all(isinstance(book, Book) for book in result.books)
    assert isinstance(result.pages, dict) and (result.note is None or isinstance(result.note, str))


def test_examples_and_a_history_are_accepted(adapter):
    ask = dspy.Predict("question, history: dspy.History -> answer: bool")
    ask.demos = [
        dspy.Example(question="Is water wet?", answer=True),
        dspy.Example(question="Is fire cold?", answer=False),
    ]
    history = dspy.History(messages=[{"question": "Is ice warm?", "answer": False}])
    assert isinstance(ask(question="Is snow white?", history=history).answer, bool)


def test_react_calls_its_tools_and_ends(adapter):
    called = []

    def get_weather(city: str) -> str:
        """Get the weather of a city."""
        called.append(city)
        return f"The weather in {city} is sunny."

    result = dspy.ReAct("question -> answer", tools=[get_weather], max_iters=5)(
        question="What is the weather in Tokyo?"
    )
    assert called == ["Tokyo"]
    assert result.trajectory["tool_name_1"] == "finish"
    assert result.answer


def test_react_with_two_tools_gives_each_its_arguments(adapter):
    called = []

    def add(a: int, b: int) -> int:
        """Add two numbers."""
        called.append(("add", a, b))
        return a + b

    def search(query: str) -> list[str]:
        """Search Wikipedia."""
        called.append(("search", query))
        return ["Nothing."]

    result = dspy.ReAct("question -> answer: int", tools=[add, search], max_iters=6)(question="Add 17 and 25.")
    assert called[0] == ("add", 17, 25)
    assert len(called) <= 2 and isinstance(result.answer, int)


def test_native_tool_calls_come_back(adapter):
    def get_weather(city: str) -> str:
        """Get the weather of a city."""
        return "sunny"

    class Calls(dspy.Signature):
        question: str = dspy.InputField()
        tools: list[dspy.Tool] = dspy.InputField()
        outputs: dspy.ToolCalls = dspy.OutputField()

    result = dspy.Predict(Calls)(question="What is the weather in Tokyo?", tools=[dspy.Tool(get_weather)])
    assert [(call.name, call.args) for call in result.outputs.tool_calls] == [("get_weather", {"city": "Tokyo"})]


def test_several_completions_are_compared(adapter):
    result = dspy.Predict("question -> answer: int", n=3, temperature=1.0)(question="How many? The number is 7.")
    assert len(result.completions) == 3 and result.answer == 7


async def test_a_stream_has_the_field_that_was_asked_for():
    with dspy.context(lm=model(), adapter=dspy.ChatAdapter()):
        program = dspy.streamify(
            dspy.Predict("question -> answer"),
            stream_listeners=[dspy.streaming.StreamListener(signature_field_name="answer")],
        )
        parts, last = [], None
        async for part in program(question="Why is the sky blue?"):
            if isinstance(part, dspy.streaming.StreamResponse):
                parts.append(part.chunk)
            elif isinstance(part, dspy.Prediction):
                last = part
    assert len(parts) > 1 and "".join(parts).strip() == last.answer


def test_refine_takes_the_best_of_its_tries():
    with dspy.context(lm=model()):
        refined = dspy.Refine(
            module=dspy.Predict("question -> answer"), N=2, reward_fn=lambda args, pred: 1.0, threshold=1.0
        )
        assert refined(question="What is the capital of Belgium?").answer


@pytest.mark.parametrize("model", ["openai/gpt-5-pro", "openai/responses/gpt-4o"])
def test_a_model_of_another_api_gets_an_error_that_names_the_operation_that_is_not_served(model):
    with pytest.raises(litellm.NotFoundError, match="Standin does not serve POST /v1/responses"):
        litellm.completion(model=model, messages=[{"role": "user", "content": "Hello!"}])
