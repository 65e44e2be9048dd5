"""A plugin of pytest: instructor's tests of all providers ask OpenAI in the mode INSTRUCTOR_MODE, and no other provider."""

import os


def pytest_sessionstart():
    import instructor
    from tests.llm import shared_config

    mode = instructor.Mode[os.environ["INSTRUCTOR_MODE"]]
    shared_config.PROVIDER_CONFIGS[:] = [("openai/gpt-4.1-mini", mode, "OPENAI_API_KEY", "openai")]
