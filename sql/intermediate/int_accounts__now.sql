/*
description: >
    The accounts active at as_of with what a person who calls them wants to see: name, owner, MRR, first day, and the end of the
    next term that is not renewed yet.
grain: one row per account active at as_of
key: [account_id]
*/
with next_terms as (
    select
        int_contract_units.account_id,
        min(int_contract_units.term_end) as renewal_on
    from int_contract_units
    cross join int_settings
    where int_contract_units.term_end > int_settings.as_of and not int_contract_units.is_renewed
    group by int_contract_units.account_id
),

first_days as (
    select
        account_no,
        min(from_day) as first_active_on
    from int_account_spans__active
    group by account_no
),

final as (
    select
        closes.account_no,
        int_accounts__firsts.account_id,
        accounts.name,
        accounts.owner,
        accounts.segment,
        closes.mrr,
        closes.month_no,
        first_days.first_active_on,
        next_terms.renewal_on,
        coalesce(int_account_dimensions.set_no, 0) as set_no
    from int_health__closes as closes
    inner join int_settings on closes.close_day = int_settings.as_of
    inner join int_accounts__firsts on closes.account_no = int_accounts__firsts.account_no
    inner join first_days on closes.account_no = first_days.account_no
    left join accounts on int_accounts__firsts.account_id = accounts.account_id
    left join next_terms on int_accounts__firsts.account_id = next_terms.account_id
    left join int_account_dimensions
        on
            int_accounts__firsts.account_id = int_account_dimensions.account_id
            and int_settings.as_of >= int_account_dimensions.from_day
            and int_settings.as_of < int_account_dimensions.to_day
)

select * from final
