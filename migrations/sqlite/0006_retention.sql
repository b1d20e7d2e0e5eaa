-- What is removed after its time stays counted.
ALTER TABLE event_counts ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;

-- Up to where the feed was removed: a follower that stands before it has missed something.
CREATE TABLE feed_cut (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    transaction_number INTEGER NOT NULL,
    number INTEGER NOT NULL
) STRICT;
INSERT INTO feed_cut (id, transaction_number, number) VALUES (1, 0, 0);
