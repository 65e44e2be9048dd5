"""The first metrics of deepeval's users, for models with structured outputs, with JSON mode, and with neither."""

import os

import pytest
from deepeval import evaluate
from deepeval.dataset import EvaluationDataset, Golden
from deepeval.evaluate import AsyncConfig, CacheConfig, DisplayConfig, ErrorConfig
from deepeval.metrics import (
    AnswerRelevancyMetric,
    ArgumentCorrectnessMetric,
    BiasMetric,
    ContextualPrecisionMetric,
    ContextualRecallMetric,
    ContextualRelevancyMetric,
    ConversationCompletenessMetric,
    ConversationalGEval,
    FaithfulnessMetric,
    GEval,
    HallucinationMetric,
    JsonCorrectnessMetric,
    KnowledgeRetentionMetric,
    PromptAlignmentMetric,
    RoleAdherenceMetric,
    SummarizationMetric,
    ToxicityMetric,
)
from deepeval.metrics.g_eval import Rubric
from deepeval.models import LocalModel, OpenAIModel
from deepeval.test_case import ConversationalTestCase, LLMTestCase, ToolCall, Turn
from pydantic import BaseModel

try:
    from deepeval.test_case import SingleTurnParams, TurnParams
except ImportError:
    from deepeval.test_case import LLMTestCaseParams as SingleTurnParams
    from deepeval.test_case import TurnParams

KINDS = ["structured", "json", "prompted"]


def judge(kind):
    base = os.environ["OPENAI_BASE_URL"]
    if kind == "prompted":
        return LocalModel(model="gpt-4o", api_key="sk-test", base_url=base)
    return OpenAIModel(model={"structured": "gpt-4o", "json": "gpt-4-turbo"}[kind], api_key="sk-test", base_url=base)


@pytest.fixture(params=KINDS)
def model(request):
    return judge(request.param)


REFUND = LLMTestCase(
    input="What if these shoes don't fit?",
    actual_output="We offer a 30-day full refund at no extra cost.",
    expected_output="You are eligible for a 30 day full refund at no extra cost.",
    retrieval_context=["All customers are eligible for a 30 day full refund at no extra cost."],
    context=["All customers are eligible for a 30 day full refund at no extra cost."],
)
CHAT = ConversationalTestCase(
    turns=[
        Turn(role="user", content="I'd like to order a pizza."),
        Turn(role="assistant", content="Sure, which size?"),
        Turn(role="user", content="A large one, please."),
        Turn(role="assistant", content="A large pizza is on its way."),
    ],
    chatbot_role="a waiter",
)


def check(metric, case):
    metric.measure(case, _show_indicator=False)
    assert metric.error is None
    assert isinstance(metric.score, (int, float)) and 0 <= metric.score <= 1
    assert metric.reason
    assert isinstance(metric.is_successful(), bool)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_g_eval_with_criteria_makes_its_steps(model, asynchronous):
    metric = GEval(
        name="Correctness",
        criteria="Determine if the 'actual output' is correct based on the 'expected output'.",
        evaluation_params=[SingleTurnParams.ACTUAL_OUTPUT, SingleTurnParams.EXPECTED_OUTPUT],
        model=model,
        async_mode=asynchronous,
    )
    check(metric, REFUND)
    assert len(metric.evaluation_steps) > 1


def test_g_eval_with_steps_and_a_rubric_scores_in_its_range(model):
    metric = GEval(
        name="Tone",
        evaluation_steps=["Check whether the output is polite.", "Penalize rude words."],
        rubric=[
            Rubric(score_range=(0, 4), expected_outcome="Rude."),
            Rubric(score_range=(5, 10), expected_outcome="Polite."),
        ],
        evaluation_params=[SingleTurnParams.ACTUAL_OUTPUT],
        model=model,
    )
    check(metric, REFUND)


def test_a_strict_g_eval_scores_0_or_1(model):
    metric = GEval(
        name="Strict",
        evaluation_steps=["Check the facts."],
        evaluation_params=[SingleTurnParams.ACTUAL_OUTPUT],
        model=model,
        strict_mode=True,
    )
    check(metric, REFUND)
    assert metric.score in (0, 1)


@pytest.mark.parametrize(
    "metric",
    [
        AnswerRelevancyMetric,
        FaithfulnessMetric,
        HallucinationMetric,
        BiasMetric,
        ToxicityMetric,
        ContextualPrecisionMetric,
        ContextualRecallMetric,
        ContextualRelevancyMetric,
    ],
)
def test_a_metric_has_a_score_and_a_reason(model, metric):
    check(metric(threshold=0.5, model=model), REFUND)


def test_a_summary_is_scored(model):
    case = LLMTestCase(
        input="The coverage score is the share of questions that the summary and the text both answer with yes. " * 3,
        actual_output="The coverage score is a share of questions.",
    )
    check(SummarizationMetric(threshold=0.5, n=3, model=model), case)


def test_instructions_of_a_prompt_are_judged_each(model):
    check(PromptAlignmentMetric(prompt_instructions=["Reply politely.", "Reply in English."], model=model), REFUND)


def test_the_arguments_of_tool_calls_are_judged(model):
    case = LLMTestCase(
        input="What is the weather in Rome?",
        actual_output="Sunny.",
        tools_called=[ToolCall(name="get_weather", description="Gets the weather.", input_parameters={"city": "Rome"})],
    )
    check(ArgumentCorrectnessMetric(model=model), case)


def test_wrong_json_gets_a_reason(model):
    class Answer(BaseModel):
        name: str

    metric = JsonCorrectnessMetric(expected_schema=Answer, model=model)
    metric.measure(LLMTestCase(input="Give JSON", actual_output='{"nam": 1}'), _show_indicator=False)
    assert metric.score == 0 and metric.reason


def test_a_conversation_is_judged(model):
    check(ConversationCompletenessMetric(threshold=0.5, model=model), CHAT)


# Its prompt shows an object where its schema wants a list.
def test_the_role_of_a_conversation_is_judged():
    check(RoleAdherenceMetric(threshold=0.5, model=judge("structured")), CHAT)


# Its schema is a dictionary, which strict structured outputs refuse.
@pytest.mark.parametrize("kind", ["json", "prompted"])
def test_the_knowledge_of_a_conversation_is_judged(kind):
    check(KnowledgeRetentionMetric(threshold=0.5, model=judge(kind)), CHAT)


def test_a_conversation_is_judged_with_criteria(model):
    metric = ConversationalGEval(
        name="Professionalism",
        criteria="Determine whether the assistant is professional.",
        evaluation_params=(
            [TurnParams.CONTENT, TurnParams.ROLE] if hasattr(TurnParams, "ROLE") else [TurnParams.CONTENT]
        ),
        model=model,
    )
    check(metric, CHAT)


def test_evaluate_runs_several_metrics_over_a_data_set(model):
    dataset = EvaluationDataset(goldens=[Golden(input="What is Standin?"), Golden(input="What is a mock?")])
    cases = [LLMTestCase(input=golden.input, actual_output="A server for tests.") for golden in dataset.goldens]
    result = evaluate(
        test_cases=cases,
        metrics=[AnswerRelevancyMetric(model=model), BiasMetric(model=model)],
        async_config=AsyncConfig(max_concurrent=2),
        cache_config=CacheConfig(write_cache=False),
        error_config=ErrorConfig(ignore_errors=False),
        display_config=DisplayConfig(show_indicator=False, print_results=False),
    )
    scores = [data.score for each in result.test_results for data in each.metrics_data]
    assert len(scores) == 4 and all(0 <= score <= 1 for score in scores)
