"""The link to a place on a public map."""

from urllib.parse import parse_qs, urlsplit

from gotovo.words.formats.map_link import map_link


def test_a_link_holds_the_whole_address_and_nothing_else() -> None:
    address = "Казань, ул. Баумана, 44 & co"
    parts = urlsplit(map_link(address))
    assert (parts.scheme, parts.netloc) == ("https", "www.openstreetmap.org")
    assert parse_qs(parts.query) == {"query": [address]}
