"""A plugin of pytest: Standin at STANDIN_URL takes the place of the service, and files made here take the place of the web's.

ChatOpenAI asks for less (no usage in streams) when it has a base URL of its own, so the SDK's own default is what changes. The tests
fetch their pictures and documents themselves, and send the bytes.
"""

import io
import os
import types

import httpx
import langchain_openai.chat_models.base as chat_models
import openai
from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>"


def use_standin(client_class):
    construct = client_class.__init__

    def __init__(self, *arguments, base_url=None, **options):
        construct(self, *arguments, base_url=base_url or os.environ["STANDIN_URL"], **options)

    client_class.__init__ = __init__


def picture(file_format):
    file = io.BytesIO()
    # Standin fetches no pictures, and takes one behind a URL to be of this size.
    Image.new("RGB", (768, 512), "teal").save(file, file_format)
    return file.getvalue()


FILES = {"png": picture("PNG"), "jpg": picture("JPEG"), "pdf": PDF}


def get(url, **_options):
    return httpx.Response(200, content=FILES[str(url).rsplit(".", 1)[-1]], request=httpx.Request("GET", url))


use_standin(openai.OpenAI)
use_standin(openai.AsyncOpenAI)
httpx.get = get
chat_models._get_ssrf_safe_client = lambda: types.SimpleNamespace(get=get)
