/*
description: Owners in the shape in which our connector lands them.
grain: one row per owner
*/
select
    owner_id as id,
    email,
    first_name,
    last_name
from hubspot.owner_data
