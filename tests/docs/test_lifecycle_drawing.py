"""The pictures of the lifecycle are as old as the code."""

from docs.draw_lifecycle import PAGE, drawn
from gotovo.order.values.order import Stage


def test_the_pictures_show_what_the_code_does() -> None:
    page = PAGE.read_text("utf-8")
    assert drawn(page) == page, "draw them anew: python -m docs.draw_lifecycle"


def test_every_stage_is_in_a_picture() -> None:
    page = PAGE.read_text("utf-8")
    charts = "".join(page.split("```mermaid")[1:])
    assert [stage for stage in Stage if stage not in charts] == []
