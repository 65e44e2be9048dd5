"""The official Python SDK against Standin: a completion, a stream, a refusal.

npx standin --fixtures examples/fixtures &  python examples/openai-python.py
"""

import os

from openai import OpenAI, RateLimitError

client = OpenAI(
    base_url=os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:4010/v1"),
    api_key=os.environ.get("OPENAI_API_KEY", "sk-test"),
)
messages = [{"role": "user", "content": "Hello!"}]

completion = client.chat.completions.create(model="gpt-4o", messages=messages)
print("completion:", completion.choices[0].message.content)

text = ""
for chunk in client.chat.completions.create(model="gpt-4o", messages=messages, stream=True):
    if chunk.choices:
        text += chunk.choices[0].delta.content or ""
print("stream:", text)

try:
    client.with_options(api_key="sk-exhausted", max_retries=0).chat.completions.create(model="gpt-4o", messages=messages)
except RateLimitError as error:
    print("refusal:", error.status_code, error.code)
