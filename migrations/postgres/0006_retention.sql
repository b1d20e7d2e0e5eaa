-- What is removed after its time stays counted.
ALTER TABLE event_counts ADD COLUMN retired BIGINT NOT NULL DEFAULT 0;

-- Up to where the feed was removed: a follower that stands before it has missed something.
CREATE TABLE feed_cut (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    transaction_number BIGINT NOT NULL,
    number BIGINT NOT NULL
);
INSERT INTO feed_cut (id, transaction_number, number) VALUES (1, 0, 0);
