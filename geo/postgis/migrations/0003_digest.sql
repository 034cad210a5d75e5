-- digest tells a key that comes again from one used for something else. What landed
-- before has none, and is not compared.
ALTER TABLE yiping.batch ADD COLUMN digest text NOT NULL DEFAULT '';
