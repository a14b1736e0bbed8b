"""Addresses of receivers: kept as they are sent to, or refused with what is expected."""

import pytest

from gotovo.webhooks.targets import URL_CHARACTERS_MAX, UnfitUrl, checked_url


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("https://shop.example/hooks", "https://shop.example/hooks"),
        ("https://shop.example", "https://shop.example/"),
        ("https://SHOP.example:8443/a?b=c", "https://shop.example:8443/a?b=c"),
        ("https://пример.рф/", "https://xn--e1afmkfd.xn--p1ai/"),
        ("https://93.184.215.14/", "https://93.184.215.14/"),
        ("https://[2606:2800::1]:8443/", "https://[2606:2800::1]:8443/"),
    ],
)
def test_an_address_is_stored_as_it_is_sent_to(text: str, stored: str) -> None:
    assert checked_url(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop.example",
        "//shop.example/",
        "https://",
        "https:///path",
        "https:// shop.example/",
        "https://shop.example/a b",
        "https://shop.example/\n",
        "https://shop.example/я",
        "https://shop.example:0/",
        "https://shop.example:65536/",
        "https://shop.example:x/",
        "https://user@shop.example/",
        "https://user:word@shop.example/",
        "https://shop.example/#part",
        "https://shop_x.example/",
        "https://a..b/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "http://shop.example/",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "https://shop.example/" + "a" * URL_CHARACTERS_MAX,
    ],
)
def test_anything_else_is_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(UnfitUrl) as refused:
        checked_url(text)
    assert refused.value.expected.startswith("https://")


def test_http_is_for_networks_that_the_settings_name() -> None:
    assert checked_url("http://crm:8080/x", is_http_allowed=True) == "http://crm:8080/x"
    with pytest.raises(UnfitUrl, match="http://"):
        checked_url("ftp://crm/", is_http_allowed=True)
