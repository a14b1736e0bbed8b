"""Every answer of an installation that may lose orders says so, whoever asks."""

from gotovo.api.asgi import ASGIApp, Message, Receive, Scope, Send

_SAID = (b"x-gotovo-unsafe", b"confirmed orders may be lost")


def telling_unsafe(app: ASGIApp) -> ASGIApp:
    """Return the application with a header on each of its answers; a safe one costs nothing."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], _SAID]
            await send(message)

        await app(scope, receive, send_telling)

    return answer
