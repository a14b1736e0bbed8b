"""The story of a play, with a check that it leads to the order as it stands."""

from gotovo.order.story import Story, story_of
from tests.support.order.cast import Play


def play_story(play: Play) -> Story:
    story = story_of(play.history, play.words)
    assert story is not None
    assert story.order == play.order
    return story
