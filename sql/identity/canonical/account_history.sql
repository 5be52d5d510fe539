/*
description: >
    Versions of customers' attributes, each valid from a day until the next version. Of an account that several sources keep the
    history of, it is that of the first one in the order: two histories side by side would change the account to and fro.
grain: one row per account and day on which a version begins
key: [account_id, valid_from]
*/
with placed as (
    select
        source_account_history.*,
        places.account_id as unified_id,
        dense_rank() over (partition by places.account_id order by places.place) as history_no
    from source_account_history
    inner join int_identity__places as places
        on
            source_account_history._source = places.source
            and source_account_history.account_id = places.source_account_id
),

final as (
    select
        unified_id as account_id,
        valid_from,
        segment,
        industry,
        country,
        acquisition_channel,
        _extra,
        _source,
        _file,
        _line
    from placed
    where history_no = 1
)

select * from final
