"""A device is called by the names its owner knows, whatever else its browser says."""

import pytest

from gotovo.access.buyer.user_agent import Device, device_of

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko)"
)
_WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT}"
_ANDROID = f"Mozilla/5.0 (Linux; Android 10; K) {_WEBKIT}"


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        (f"{_ANDROID} Chrome/131.0.0.0 Mobile Safari/537.36", "Chrome", "Android"),
        (
            f"{_ANDROID} Chrome/128.0.0.0 YaBrowser/24.10 Mobile Safari/537.36",
            "Yandex Browser",
            "Android",
        ),
        (
            f"{_ANDROID} SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36",
            "Samsung Internet",
            "Android",
        ),
        (
            f"{_ANDROID} Version/4.0 Chrome/89 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14",
            "Mi Browser",
            "Android",
        ),
        (f"{_ANDROID} Chrome/131.0 Mobile Safari/537.36 OPR/86.0", "Opera", "Android"),
        (f"{_ANDROID} Chrome/131.0 Mobile Safari/537.36 EdgA/131.0", "Edge", "Android"),
        (
            "Mozilla/5.0 (Android 15; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0",
            "Firefox",
            "Android",
        ),
        (f"{_IPHONE} Version/18.1 Mobile/15E148 Safari/604.1", "Safari", "iPhone"),
        (f"{_IPHONE} CriOS/131.0 Mobile/15E148 Safari/604.1", "Chrome", "iPhone"),
        (f"{_IPHONE} FxiOS/133.0 Mobile/15E148 Safari/605.1.15", "Firefox", "iPhone"),
        (
            f"{_IPHONE} Version/18.0 YaBrowser/24.10 Mobile/15E148 Safari/604.1",
            "Yandex Browser",
            "iPhone",
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) Version/12.1 Mobile/1 Safari/604.1",
            "Safari",
            "iPad",
        ),
        (f"{_WINDOWS} Chrome/131.0.0.0 Safari/537.36", "Chrome", "Windows"),
        (f"{_WINDOWS} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge", "Windows"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15",
            "Safari",
            "Mac",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
            "Firefox",
            "Linux",
        ),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {_WEBKIT} Chrome/131.0 Safari/537.36",
            "Chrome",
            "ChromeOS",
        ),
        ("curl/8.5.0", "", ""),
        ("", "", ""),
        ("x" * 600 + " Chrome/1 Android", "", ""),
    ],
)
def test_a_device_is_named_by_its_browser_and_its_system(
    user_agent: str, browser: str, system: str
) -> None:
    assert device_of(user_agent) == Device(browser, system)
