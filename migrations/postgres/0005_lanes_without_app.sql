-- Which app a lane draws on follows from the account's connections; a copy of it went stale when they changed.
ALTER TABLE lanes DROP COLUMN app;
