"""The standard suite of langchain-tests with ChatOpenAI, for a model of each kind, with the properties of langchain-openai's own run."""

import openai
import pytest
from langchain_openai import ChatOpenAI
from langchain_tests.integration_tests import ChatModelIntegrationTests


class Standard(ChatModelIntegrationTests):
    model_name = ""
    chat_model_class = ChatOpenAI
    model_override_value = "gpt-4.1-nano"
    supports_image_inputs = True
    supports_image_urls = True
    supports_pdf_inputs = True
    supports_json_mode = True
    supports_anthropic_inputs = True

    @property
    def chat_model_params(self):
        return {"model": self.model_name}

    @property
    def supported_usage_metadata_details(self):
        return {"invoke": ["reasoning_output", "cache_read_input"], "stream": []}

    def invoke_with_cache_read_input(self, *, stream=False):
        model = ChatOpenAI(model=self.model_name)
        prompt = "What is this text about? " + "It repeats one sentence, which says little. " * 400
        invoke(model, prompt, stream)
        return invoke(model, prompt, stream)

    def invoke_with_reasoning_output(self, *, stream=False):
        prompt = "Explain how the crisis of 2008 and the startups of the early 2010s belong together."
        return invoke(ChatOpenAI(model="gpt-5-nano", reasoning_effort="medium"), prompt, stream)


def invoke(model, prompt, stream):
    if not stream:
        return model.invoke(prompt)
    full = None
    for chunk in model.stream(prompt):
        full = chunk if full is None else full + chunk
    return full


class TestGpt4oMini(Standard):
    model_name = "gpt-4o-mini"


class Reasoning(Standard):
    @pytest.mark.xfail(reason="The service refuses stop for models that reason.", raises=openai.BadRequestError, strict=True)
    def test_stop_sequence(self, model):
        super().test_stop_sequence(model)


class TestGpt5Mini(Reasoning):
    model_name = "gpt-5-mini"


class TestO4Mini(Reasoning):
    model_name = "o4-mini"
