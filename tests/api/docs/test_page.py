"""The page of the API: whole, ours alone, and under a policy that lets nothing else in."""

import re

import pytest

from gotovo.api.docs.page import FILES
from tests.support.api.network import Api


async def test_the_page_loads_what_we_serve_and_nothing_inline(api: Api) -> None:
    page = await api.client.get("/api/docs")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert set(re.findall(r'(?:src|href)="(/api/docs/[^"]+)"', page.text)) == set(FILES)
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page.text)
    assert not re.search(r"\bstyle=|\bon\w+=|<style|<script>", page.text)


@pytest.mark.parametrize("path", FILES)
async def test_each_file_is_served_compressed_or_plain(api: Api, path: str) -> None:
    packed = await api.client.get(path, headers={"accept-encoding": "gzip"})
    plain = await api.client.get(path, headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert plain.headers["content-type"].startswith(("text/css", "text/javascript"))


async def test_the_page_is_read_and_never_written(api: Api) -> None:
    for path in ("/api/docs", *FILES):
        refused = await api.client.post(path)
        assert refused.status_code == 405
        assert refused.headers["allow"] == "GET, HEAD"
