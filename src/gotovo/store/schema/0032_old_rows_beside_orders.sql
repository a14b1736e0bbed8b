-- What retention looks for beside orders is found by its age, so that a round reads nothing else.
-- The tables have a row for a few orders in a hundred: each index is made in one look at them.

-- squawk-ignore require-concurrent-index-creation
create index help_message_by_time on help_message (written_at);
-- squawk-ignore require-concurrent-index-creation
create index claim_comment_by_time on claim_comment (written_at);
-- squawk-ignore require-concurrent-index-creation
create index claim_photo_by_time on claim_photo (added_at);
-- squawk-ignore require-concurrent-index-creation
create index rating_with_words on rating (changed_at) where said <> '';
-- squawk-ignore require-concurrent-index-creation
create index track_link_living_by_time on track_link (made_at) where revoked_at is null;
