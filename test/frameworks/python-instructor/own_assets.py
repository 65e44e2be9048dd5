"""A plugin of pytest: instructor's tests of pictures, sounds and documents read the files of their archive, and not those of the web."""

from pathlib import Path

import instructor.v2.core.multimodal as multimodal
import instructor.v2.providers.openai.multimodal as openai_multimodal
from instructor.v2.core.remote import RemoteContent

TYPES = {".wav": "audio/wav", ".jpg": "image/jpeg", ".pdf": "application/pdf"}


def fetch(url, **_options):
    file = Path("tests/assets", url.rsplit("/", 1)[-1])
    return RemoteContent(content=file.read_bytes(), content_type=TYPES[file.suffix], url=url)


for module in (multimodal, openai_multimodal):
    module.fetch_remote_content = fetch
multimodal.probe_remote_content_type = lambda url, **options: fetch(url).content_type
