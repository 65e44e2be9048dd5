"""Tests the official Python SDK against the server at OPENAI_BASE_URL."""

import asyncio
import json
import os
import sys
import time
import unittest
import urllib.request

import openai
from openai import AsyncAzureOpenAI, AsyncOpenAI, AzureOpenAI, OpenAI
from pydantic import BaseModel

base = os.environ["OPENAI_BASE_URL"]
mock_base = base.rsplit("/v1", 1)[0] + "/_mock"
hello = [{"role": "user", "content": "Hello!"}]
greeting = "Hello! How can I help you today?"
weather_tool = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}


class CalendarEvent(BaseModel):
    name: str
    date: str
    participants: list[str]


def call_mock(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(mock_base + path, data, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def add_fixture(*replies, text, **more):
    """Adds a fixture for messages with a text. It returns the replies one after another."""
    call_mock("POST", "/fixtures", {"match": {"lastUser": text}, "reply": list(replies), **more})


def user(text):
    return [{"role": "user", "content": text}]


class OpenAITest(unittest.TestCase):
    def setUp(self):
        # Each test has its own key, which is also its session.
        self.key = f"sk-{self._testMethodName}"
        self.client = OpenAI(base_url=base, api_key=self.key, max_retries=0, timeout=20)
        self.addCleanup(self.client.close)
        self.addCleanup(call_mock, "DELETE", "/fixtures")

    def create_and_fail(self, kind, **request):
        with self.assertRaises(kind) as caught:
            self.client.chat.completions.create(**{"model": "gpt-4o", "messages": hello, **request})
        return caught.exception

    def last_exchange_is(self, member):
        """Waits until a member of the last exchange is true. The journal gets the exchange when the server's socket closes."""
        for _ in range(100):
            exchanges = call_mock("GET", "/requests")["requests"]
            if exchanges and exchanges[-1].get(member):
                return True
            time.sleep(0.05)
        return False

    def test_create_returns_a_completion(self):
        completion = self.client.chat.completions.create(model="gpt-4o", messages=hello)
        self.assertEqual(completion.object, "chat.completion")
        self.assertRegex(completion.id, r"^chatcmpl-\w{29}$")
        self.assertEqual(completion.choices[0].message.content, greeting)
        self.assertEqual(completion.choices[0].finish_reason, "stop")
        usage = completion.usage
        self.assertEqual(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)
        self.assertRegex(completion._request_id, r"^req_")

    def test_with_raw_response_shows_the_headers(self):
        raw = self.client.chat.completions.with_raw_response.create(model="gpt-4o", messages=hello)
        self.assertEqual(raw.headers["openai-version"], "2020-10-01")
        self.assertEqual(raw.headers["content-type"], "application/json")
        self.assertEqual(raw.parse().choices[0].message.content, greeting)

    def test_n_is_the_number_of_choices(self):
        completion = self.client.chat.completions.create(model="gpt-4o", messages=user("Tell me a story."), n=3)
        self.assertEqual([choice.index for choice in completion.choices], [0, 1, 2])

    def test_stream_joins_to_the_completion(self):
        chunks = list(self.client.chat.completions.create(model="gpt-4o", messages=hello, stream=True))
        self.assertEqual(chunks[0].choices[0].delta.role, "assistant")
        self.assertEqual("".join(chunk.choices[0].delta.content or "" for chunk in chunks), greeting)
        self.assertEqual(chunks[-1].choices[0].finish_reason, "stop")
        self.assertEqual(len({chunk.id for chunk in chunks}), 1)
        self.assertTrue(all(chunk.usage is None for chunk in chunks))

    def test_include_usage_ends_the_stream_with_the_same_usage(self):
        completion = self.client.chat.completions.create(model="gpt-4o", messages=hello)
        chunks = list(
            self.client.chat.completions.create(
                model="gpt-4o", messages=hello, stream=True, stream_options={"include_usage": True}
            )
        )
        self.assertEqual(chunks[-1].choices, [])
        self.assertEqual(chunks[-1].usage, completion.usage)

    def test_stream_helper_ends_with_the_final_completion(self):
        with self.client.chat.completions.stream(model="gpt-4o", messages=hello) as stream:
            kinds = [event.type for event in stream]
            final = stream.get_final_completion()
        self.assertIn("content.delta", kinds)
        self.assertIn("content.done", kinds)
        self.assertEqual(final.choices[0].message.content, greeting)

    def test_a_tool_is_called_and_its_result_gets_a_reply(self):
        messages = user("What is the weather in Paris?")
        first = self.client.chat.completions.create(model="gpt-4o", messages=messages, tools=[weather_tool])
        self.assertEqual(first.choices[0].finish_reason, "tool_calls")
        call = first.choices[0].message.tool_calls[0]
        self.assertEqual((call.function.name, json.loads(call.function.arguments)), ("get_weather", {"city": "Paris"}))
        messages += [first.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "21"}]
        second = self.client.chat.completions.create(model="gpt-4o", messages=messages, tools=[weather_tool])
        self.assertEqual(second.choices[0].message.content, "It is 21 °C in Paris.")

    def test_streamed_tool_calls_join_by_index(self):
        add_fixture(
            {
                "toolCalls": [
                    {"name": "get_weather", "arguments": {"city": "Oslo"}},
                    {"name": "get_weather", "arguments": {"city": "Rome"}},
                ]
            },
            text="two cities",
        )
        calls = {}
        for chunk in self.client.chat.completions.create(
            model="gpt-4o", messages=user("two cities"), tools=[weather_tool], stream=True
        ):
            for part in chunk.choices[0].delta.tool_calls or []:
                call = calls.setdefault(part.index, {"id": part.id, "name": part.function.name, "arguments": ""})
                call["arguments"] += part.function.arguments or ""
            finish = chunk.choices[0].finish_reason
        self.assertEqual(finish, "tool_calls")
        self.assertEqual([json.loads(calls[i]["arguments"]) for i in (0, 1)], [{"city": "Oslo"}, {"city": "Rome"}])
        self.assertEqual({call["name"] for call in calls.values()}, {"get_weather"})
        self.assertNotEqual(calls[0]["id"], calls[1]["id"])

    def test_parse_returns_a_pydantic_model_without_a_fixture(self):
        completion = self.client.chat.completions.parse(
            model="gpt-4o-2024-08-06",
            messages=user("Alice and Bob go to a science fair on Friday."),
            response_format=CalendarEvent,
        )
        self.assertIsInstance(completion.choices[0].message.parsed, CalendarEvent)

    def test_parse_returns_the_fixture_as_a_pydantic_model(self):
        fair = {"name": "science fair", "date": "Friday", "participants": ["Alice", "Bob"]}
        add_fixture({"json": fair}, text="science fair")
        completion = self.client.chat.completions.parse(
            model="gpt-4o", messages=user("the science fair"), response_format=CalendarEvent
        )
        self.assertEqual(completion.choices[0].message.parsed, CalendarEvent(**fair))

    def test_parse_of_a_refusal_and_of_a_truncated_reply(self):
        add_fixture({"refusal": "I can't help with that."}, text="refuse")
        message = self.client.chat.completions.parse(
            model="gpt-4o", messages=user("refuse"), response_format=CalendarEvent
        ).choices[0].message
        self.assertEqual((message.parsed, message.refusal), (None, "I can't help with that."))
        add_fixture({"text": '{"name": "sci', "finishReason": "length"}, text="cut")
        with self.assertRaises(openai.LengthFinishReasonError):
            self.client.chat.completions.parse(model="gpt-4o", messages=user("cut"), response_format=CalendarEvent)

    def test_a_wrong_request_is_a_bad_request_error(self):
        error = self.create_and_fail(openai.BadRequestError, temperature=3)
        self.assertEqual((error.status_code, error.type, error.param), (400, "invalid_request_error", "temperature"))
        self.assertEqual(error.code, "decimal_above_max_value")
        self.assertRegex(error.request_id, r"^req_")
        self.assertIn("temperature", error.message)

    def test_keys_select_errors_of_every_class(self):
        table = [
            ("sk-invalid", openai.AuthenticationError, 401, "invalid_api_key"),
            ("sk-forbidden", openai.PermissionDeniedError, 403, None),
            ("sk-no-model", openai.NotFoundError, 404, "model_not_found"),
            ("sk-exhausted", openai.RateLimitError, 429, "insufficient_quota"),
            ("sk-rate-limited", openai.RateLimitError, 429, "rate_limit_exceeded"),
            ("sk-error", openai.InternalServerError, 500, None),
            ("sk-overloaded", openai.InternalServerError, 503, None),
        ]
        for key, kind, status, code in table:
            with self.subTest(key):
                self.client.api_key = key
                error = self.create_and_fail(kind)
                self.assertEqual(error.status_code, status)
                self.assertIsInstance(error.type, str)
                self.assertRegex(error.request_id, r"^req_")
                if code:
                    self.assertEqual(error.code, code)

    def test_every_class_of_error_has_its_members(self):
        table = [
            (400, openai.BadRequestError, "decimal_above_max_value", "invalid_request_error", "temperature", {"temperature": 3}),
            (408, openai.APIStatusError, "request_timeout", "invalid_request_error", None, {}),
            (409, openai.ConflictError, "conflict", "invalid_request_error", None, {}),
            (422, openai.UnprocessableEntityError, "unprocessable_entity", "invalid_request_error", None, {}),
            (502, openai.InternalServerError, None, "server_error", None, {}),
            (504, openai.InternalServerError, None, "server_error", None, {}),
        ]
        for status, kind, code, type_, param, body in table:
            with self.subTest(status):
                error = self.create_and_fail(kind, extra_headers={} if body else {"x-mock-fault": f"status={status}"}, extra_body=body)
                self.assertEqual(
                    (error.status_code, error.code, error.type, error.param), (status, code, type_, param)
                )
                self.assertRegex(error.request_id, r"^req_")

    def test_an_error_in_a_stream_is_an_api_error_without_status(self):
        stream = self.client.chat.completions.create(
            model="gpt-4o", messages=hello, stream=True, extra_headers={"x-mock-fault": "error; after=2"}
        )
        contents = []
        with self.assertRaises(openai.APIError) as caught:
            for chunk in stream:
                contents.append(chunk.choices[0].delta.content)
        self.assertEqual(contents, ["", "Hello", "!"])
        self.assertNotIsInstance(caught.exception, openai.APIStatusError)
        self.assertEqual(caught.exception.type, "server_error")

    def test_retries_obey_the_headers(self):
        def tries(headers):
            call_mock("DELETE", "/requests")
            add_fixture({"error": "server_error", "headers": headers}, {"text": "again"}, text="obey")
            started = time.monotonic()
            try:
                self.client.with_options(max_retries=1).chat.completions.create(model="gpt-4o", messages=user("obey"))
            except openai.InternalServerError:
                pass
            waited = time.monotonic() - started
            call_mock("DELETE", "/fixtures")
            return len(call_mock("GET", "/requests")["requests"]), waited

        self.assertEqual(tries({"x-should-retry": "false"})[0], 1)
        count, waited = tries({"retry-after-ms": "900"})
        self.assertEqual(count, 2)
        self.assertGreaterEqual(waited, 0.9)

    def test_stored_completions_are_paged_read_changed_and_deleted(self):
        stored = [
            self.client.chat.completions.create(
                model="gpt-4o", messages=user(f"Keep {count}."), store=True, metadata={"suite": "python", "count": str(count)}
            ).id
            for count in range(5)
        ]
        page = self.client.chat.completions.list(limit=2, order="asc", metadata={"suite": "python"})
        self.assertEqual([item.id for item in page.data], stored[:2])
        self.assertTrue(page.has_next_page())
        self.assertEqual([item.id for item in page], stored)
        [third] = self.client.chat.completions.list(metadata={"count": "2"}).data
        self.assertEqual(third.id, stored[2])
        self.assertEqual(self.client.chat.completions.retrieve(third.id).metadata, {"suite": "python", "count": "2"})
        messages = self.client.chat.completions.messages.list(third.id).data
        self.assertEqual([(each.role, each.content) for each in messages], [("user", "Keep 2.")])
        changed = self.client.chat.completions.update(third.id, metadata={"kept": "yes"})
        self.assertEqual(changed.metadata, {"kept": "yes"})
        self.assertTrue(self.client.chat.completions.delete(third.id).deleted)
        with self.assertRaises(openai.NotFoundError) as caught:
            self.client.chat.completions.retrieve(third.id)
        self.assertEqual((caught.exception.code, caught.exception.param), ("not_found", "completion_id"))

    def test_pydantic_tools_are_parsed_and_a_loop_of_calls_ends(self):
        class Lookup(BaseModel):
            city: str

        messages = user("Use the lookup for Paris.")
        tools = [openai.pydantic_function_tool(Lookup)]
        turns = 0
        while turns < 5:
            message = self.client.chat.completions.parse(model="gpt-4o", messages=messages, tools=tools).choices[0].message
            turns += 1
            if not message.tool_calls:
                break
            messages.append(message)
            for call in message.tool_calls:
                self.assertIsInstance(call.function.parsed_arguments, Lookup)
                messages.append({"role": "tool", "tool_call_id": call.id, "content": "It is sunny there."})
        self.assertEqual(turns, 2)
        self.assertTrue(message.content)

    def test_logprobs_n_and_seed(self):
        ask = {"model": "gpt-4o", "messages": user("Name a river."), "logprobs": True, "top_logprobs": 3, "n": 2, "seed": 7}
        first = self.client.chat.completions.create(**ask)
        for choice in first.choices:
            tokens = choice.logprobs.content
            self.assertEqual("".join(token.token for token in tokens), choice.message.content)
            for token in tokens:
                falling = [top.logprob for top in token.top_logprobs]
                self.assertEqual(falling, sorted(falling, reverse=True))
        second = self.client.chat.completions.create(**ask)
        self.assertEqual([c.message.content for c in first.choices], [c.message.content for c in second.choices])

    def test_prefer_selects_an_error_without_a_fixture(self):
        error = self.create_and_fail(openai.RateLimitError, extra_headers={"Prefer": "code=429"})
        self.assertEqual(error.status_code, 429)

    def test_retries_continue_until_the_sequence_succeeds(self):
        add_fixture({"error": "server_error"}, {"error": "rate_limit_exceeded"}, {"text": "Third time lucky."}, text="retry me")
        client = self.client.with_options(max_retries=2)
        raw = client.chat.completions.with_raw_response.create(model="gpt-4o", messages=user("retry me"))
        self.assertEqual(raw.parse().choices[0].message.content, "Third time lucky.")
        self.assertEqual(raw.retries_taken, 2)
        exchanges = call_mock("GET", "/requests")["requests"][-3:]
        self.assertEqual([exchange["status"] for exchange in exchanges], [500, 429, 200])

    def test_retries_end_with_the_last_error(self):
        add_fixture({"error": "server_error"}, text="never")
        call_mock("DELETE", "/requests")
        with self.assertRaises(openai.InternalServerError):
            self.client.with_options(max_retries=1).chat.completions.create(model="gpt-4o", messages=user("never"))
        self.assertEqual(len(call_mock("GET", "/requests")["requests"]), 2)

    def test_the_server_works_after_a_stream_is_closed_early(self):
        call_mock("DELETE", "/requests")
        stream = self.client.chat.completions.create(
            model="gpt-4o",
            messages=user("Tell me a long story."),
            stream=True,
            extra_headers={"x-mock-timing": "firstTokenMs=0, interTokenMs=50"},
        )
        next(iter(stream))
        stream.close()
        self.assertTrue(self.last_exchange_is("aborted"), "the server did not notice")
        completion = self.client.chat.completions.create(model="gpt-4o", messages=hello)
        self.assertEqual(completion.choices[0].message.content, greeting)

    def test_a_timeout_of_the_client_is_raised(self):
        with self.assertRaises(openai.APITimeoutError):
            self.client.with_options(timeout=0.2).chat.completions.create(
                model="gpt-4o", messages=hello, extra_headers={"x-mock-timing": "firstTokenMs=5000"}
            )

    def test_models_are_listed_and_retrieved(self):
        models = list(self.client.models.list())
        self.assertIn("gpt-4o", [model.id for model in models])
        self.assertEqual(self.client.models.retrieve("gpt-4o").object, "model")
        with self.assertRaises(openai.NotFoundError) as caught:
            self.client.models.retrieve("no-such-model")
        self.assertEqual(caught.exception.code, "model_not_found")

    def test_the_base_url_may_lack_v1(self):
        client = OpenAI(base_url=base.rsplit("/v1", 1)[0], api_key=self.key, max_retries=0)
        self.addCleanup(client.close)
        completion = client.chat.completions.create(model="gpt-4o", messages=hello)
        self.assertEqual(completion.choices[0].message.content, greeting)

    def test_the_async_client_creates_and_streams_side_by_side(self):
        async def ask():
            async with AsyncOpenAI(base_url=base, api_key=self.key, max_retries=0) as client:

                async def streamed():
                    chunks = await client.chat.completions.create(model="gpt-4o", messages=hello, stream=True)
                    return "".join([chunk.choices[0].delta.content or "" async for chunk in chunks])

                async def created():
                    completion = await client.chat.completions.create(model="gpt-4o", messages=hello)
                    return completion.choices[0].message.content

                return await asyncio.gather(*[streamed() for _ in range(10)], *[created() for _ in range(10)])

        self.assertEqual(set(asyncio.run(ask())), {greeting})

    def azure(self, **options):
        client = AzureOpenAI(
            azure_endpoint=base.rsplit("/v1", 1)[0],
            api_key=self.key,
            api_version="2024-10-21",
            max_retries=0,
            timeout=20,
            **options,
        )
        self.addCleanup(client.close)
        return client

    def test_azure_creates_and_streams_with_the_results_of_its_filter(self):
        client = self.azure()
        completion = client.chat.completions.create(model="gpt-4o", messages=hello)
        self.assertEqual(completion.choices[0].message.content, greeting)
        self.assertEqual(completion.model, "gpt-4o-2024-08-06")
        self.assertFalse(completion.choices[0].content_filter_results["hate"]["filtered"])
        self.assertEqual(completion.prompt_filter_results[0]["content_filter_results"]["violence"]["severity"], "safe")
        first, *chunks = client.chat.completions.create(model="gpt-4o", messages=hello, stream=True)
        self.assertEqual((first.choices, first.prompt_filter_results[0]["prompt_index"]), ([], 0))
        self.assertEqual("".join(chunk.choices[0].delta.content or "" for chunk in chunks), greeting)
        with client.chat.completions.stream(model="gpt-4o", messages=hello) as stream:
            self.assertEqual(stream.get_final_completion().choices[0].message.content, greeting)

    def test_azure_has_the_model_of_the_deployment(self):
        completion = self.azure(azure_deployment="gpt-4.1").chat.completions.create(model="any", messages=hello)
        self.assertRegex(completion.model, r"^gpt-4\.1-20")

    def test_azure_calls_a_tool_and_parses_an_answer(self):
        client = self.azure()
        messages = user("What is the weather in Paris?")
        first = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[weather_tool])
        call = first.choices[0].message.tool_calls[0]
        self.assertEqual((call.function.name, json.loads(call.function.arguments)), ("get_weather", {"city": "Paris"}))
        messages += [first.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "21"}]
        second = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[weather_tool])
        self.assertEqual(second.choices[0].message.content, "It is 21 °C in Paris.")
        with client.chat.completions.stream(model="gpt-4o", messages=messages[:1], tools=[weather_tool]) as stream:
            self.assertEqual(stream.get_final_completion().choices[0].finish_reason, "tool_calls")
        parsed = client.chat.completions.parse(
            model="gpt-4o", messages=user("Alice and Bob meet on Friday."), response_format=CalendarEvent
        )
        self.assertIsInstance(parsed.choices[0].message.parsed, CalendarEvent)

    def test_azure_errors(self):
        client = self.azure()
        add_fixture({"error": "azure_content_filter"}, text="bad words")
        with self.assertRaises(openai.BadRequestError) as caught:
            client.chat.completions.create(model="gpt-4o", messages=user("bad words"))
        self.assertEqual(caught.exception.code, "content_filter")
        self.assertEqual(caught.exception.body["innererror"]["code"], "ResponsibleAIPolicyViolation")
        with self.assertRaises(openai.AuthenticationError) as caught:
            client.with_options(default_headers={"prefer": "code=invalid_api_key"}).chat.completions.create(
                model="gpt-4o", messages=hello
            )
        self.assertEqual(caught.exception.code, "401")
        with self.assertRaises(openai.NotFoundError) as caught:
            client.with_options(default_headers={"prefer": "code=model_not_found"}).chat.completions.create(
                model="gpt-4o", messages=hello
            )
        self.assertEqual(caught.exception.code, "DeploymentNotFound")

    def test_the_async_azure_client_takes_a_token(self):
        async def ask():
            async with AsyncAzureOpenAI(
                azure_endpoint=base.rsplit("/v1", 1)[0], azure_ad_token=self.key, api_version="2024-10-21", max_retries=0
            ) as client:
                completion = await client.chat.completions.create(model="gpt-4o", messages=hello)
                return completion.choices[0].message.content

        self.assertEqual(asyncio.run(ask()), greeting)


class TestTexts(unittest.TestCase):
    """Embeddings, moderations and legacy completions."""

    client = OpenAI(max_retries=0)

    def test_embeddings_are_the_same_as_float_and_as_base64(self):
        model = "text-embedding-3-small"
        batch = self.client.embeddings.create(model=model, input=["hello world", "Guten Tag"])
        self.assertEqual([len(each.embedding) for each in batch.data], [1536, 1536])
        number = self.client.embeddings.create(model=model, input="hello world", encoding_format="float")
        self.assertEqual(number.data[0].embedding, list(batch.data[0].embedding))
        short = self.client.embeddings.create(model=model, input=[[15339, 1917]], dimensions=8)
        self.assertEqual(len(short.data[0].embedding), 8)
        self.assertAlmostEqual(sum(value * value for value in short.data[0].embedding), 1, places=2)

    def test_moderations(self):
        results = self.client.moderations.create(input=["Have a great day!", "I will kill him"]).results
        self.assertEqual([each.flagged for each in results], [False, True])
        self.assertTrue(results[1].categories.violence)

    def test_legacy_completions(self):
        request = {"model": "gpt-3.5-turbo-instruct", "prompt": "Reply with exactly: all systems go"}
        self.assertEqual(self.client.completions.create(**request).choices[0].text, "all systems go")
        chunks = self.client.completions.create(**request, stream=True)
        self.assertEqual("".join(each.choices[0].text for each in chunks), "all systems go")


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=2).result
    failed = len({str(test) for test, _ in result.failures + result.errors})
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(failed > 0)
