"""A process begins payments at the providers of its settings, and links to them where it is met."""

from pathlib import Path

from gotovo.access.buyer_requests.pay_links import read_pay_token
from gotovo.assembly.payments.checkout import checkout_of, pay_links_of
from gotovo.assembly.runtime import open_runtime
from gotovo.payments.checkout import NO_OFFER
from gotovo.payments.providers.port import PaymentMethod
from gotovo.settings_sources import load_settings
from tests.support.web.cast import ALINA, NOW, Cast
from tests.support.web.goods import HEADPHONES

SITE = "https://orders.example.ru"


async def test_without_a_provider_nothing_is_offered_and_nothing_linked(
    tmp_path: Path, database_url: str, cast: Cast
) -> None:
    environment = {"HOME": str(tmp_path), "GOTOVO_DATA_DIR": str(tmp_path)}
    chosen = load_settings(environment | {"GOTOVO_PUBLIC_URL": SITE})
    async with open_runtime(chosen, database_url, lambda: NOW) as runtime:
        order = await cast.place(ALINA, NOW, HEADPHONES)
        assert await checkout_of(runtime).offer(order) is NO_OFFER
        assert not pay_links_of(runtime).url(order, NOW)


async def test_an_open_provider_offers_its_ways_to_pay_and_the_site_links_to_them(
    tmp_path: Path, database_url: str, cast: Cast
) -> None:
    secret = tmp_path / "yookassa"
    secret.write_text("test_secret_of_nobody")
    secret.chmod(0o600)
    environment = {
        "HOME": str(tmp_path),
        "GOTOVO_DATA_DIR": str(tmp_path),
        "GOTOVO_PUBLIC_URL": SITE,
        "GOTOVO_PAYMENT_PROVIDERS": "yookassa",
        "GOTOVO_YOOKASSA_SHOP": "100500",
        "GOTOVO_YOOKASSA_SECRET_FILE": str(secret),
    }
    chosen = load_settings(environment)
    async with open_runtime(chosen, database_url, lambda: NOW) as runtime:
        order = await cast.place(ALINA, NOW, HEADPHONES)
        offer = await checkout_of(runtime).offer(order)
        assert offer.methods == (PaymentMethod.SBP, PaymentMethod.CARD)
        url = pay_links_of(runtime).url(order, NOW)
        assert url.startswith(f"{SITE}/pay/")
        keys = runtime.keyring().tokens.newest_first
        link = read_pay_token(keys, url.rpartition("/")[2])
        assert link is not None
        assert link.number == order.number
