-- What expired and was never settled, for the report of what the house bears: few rows of a table that is large.
CREATE INDEX expired_holds ON holds (ended_at) WHERE state = 'expired';
