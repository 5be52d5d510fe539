/*
grain: a
*/
-- nothing
