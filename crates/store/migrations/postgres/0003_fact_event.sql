-- Which event of its stream a fact was left by (of a correction, the one corrected). What was written before did not
-- say it, so the read tables are made anew at the next start.
ALTER TABLE fact ADD COLUMN event BIGINT NOT NULL DEFAULT 0;
INSERT INTO migration (name) VALUES ('stale');
