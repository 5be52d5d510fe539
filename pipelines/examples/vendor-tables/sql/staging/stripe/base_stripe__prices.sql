/*
description: Prices in the shape in which our connector lands them. Tiers are in a table that the data does not have.
grain: one row per price
*/
select
    id,
    billing_scheme,
    tiers_mode,
    cast(null as varchar) as tiers
from stripe.price_data
