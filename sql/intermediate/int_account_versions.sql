/*
description: >
    The attributes of every account from day to day: its account_history; else the changes that successive runs saw in
    accounts; else accounts as it is. The earliest version holds before its first day too.
grain: one row per account and day on which a version begins
key: [account_id, from_day]
*/
with everyone as (
    select account_id from accounts
    union
    select account_id from int_keys
    union
    select account_id from contracts
    union
    select account_id from subscriptions
    union
    select account_id from opportunities where account_id is not null
),

-- account_history holds the four attributes of the definitions; the others are those of accounts
given as (
    select
        account_history.account_id,
        account_history.valid_from,
        account_history.segment,
        account_history.industry,
        account_history.country,
        account_history.acquisition_channel,
        accounts.owner,
        accounts.name,
        accounts.domain,
        accounts.tax_id,
        accounts._extra
    from account_history
    left join accounts on account_history.account_id = accounts.account_id
),

-- a company that keeps its own history is believed; only for other accounts do our runs tell it. The first version that
-- was seen holds from ever on; of several changes on a day the last one counts
numbered as (
    select
        account_versions.account_id,
        account_versions._first_seen,
        local_date(account_versions._first_seen, int_settings.timezone) as seen_on,
        account_versions.segment,
        account_versions.industry,
        account_versions.country,
        account_versions.acquisition_channel,
        account_versions.owner,
        account_versions.name,
        account_versions.domain,
        account_versions.tax_id,
        account_versions._extra,
        row_number() over (partition by account_versions.account_id order by account_versions._first_seen) as version_no
    from account_versions
    cross join int_settings
    where account_versions.account_id not in (select account_id from given)
),

seen as (
    select
        numbered.*,
        case when version_no = 1 then date '0001-01-01' else seen_on end as valid_from,
        row_number() over (
            partition by account_id, case when version_no = 1 then date '0001-01-01' else seen_on end
            order by _first_seen desc
        ) as position
    from numbered
),

versions as (
    select * from given
    union all
    select
        account_id,
        valid_from,
        segment,
        industry,
        country,
        acquisition_channel,
        owner,
        name,
        domain,
        tax_id,
        _extra
    from seen
    where position = 1
    union all
    select
        everyone.account_id,
        date '0001-01-01' as valid_from,
        accounts.segment,
        accounts.industry,
        accounts.country,
        accounts.acquisition_channel,
        accounts.owner,
        accounts.name,
        accounts.domain,
        accounts.tax_id,
        accounts._extra
    from everyone
    left join accounts on everyone.account_id = accounts.account_id
    where
        everyone.account_id not in (select account_id from given)
        and everyone.account_id not in (select account_id from seen)
),

final as (
    select
        account_id,
        case
            when row_number() over (partition by account_id order by valid_from) = 1 then date '0001-01-01'
            else valid_from
        end as from_day,
        coalesce(lead(valid_from) over (partition by account_id order by valid_from), date '9999-12-31') as to_day,
        segment,
        industry,
        country,
        acquisition_channel,
        owner,
        name,
        domain,
        tax_id,
        _extra
    from versions
)

select * from final
