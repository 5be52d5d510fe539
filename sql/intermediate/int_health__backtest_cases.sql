/*
description: >
    Every score at a complete month close that three complete months follow, whether the account was inactive at a close of these,
    and the tenth of the scores that it lies in: of all of them and of its month. Equal scores lie in one tenth.
grain: one row per account and close
key: [account_no, month_no]
*/
with last_complete as (
    select max(month_no) as month_no
    from int_closes
    where is_complete
),

scored as (
    select
        scores.account_no,
        scores.month_no,
        scores.month_start,
        scores.score,
        scores.tier
    from int_health_scores as scores
    cross join last_complete
    where scores.is_complete and scores.month_no + 3 <= last_complete.month_no
),

stayed as (
    select
        scored.account_no,
        scored.month_no,
        count(*) as closes
    from scored
    cross join unnest(sequence(1, 3, 1)) as later (months)
    inner join int_health__closes as closes
        on
            scored.account_no = closes.account_no
            and scored.month_no + later.months = closes.month_no
    group by scored.account_no, scored.month_no
),

-- scores are few: ranks come from counts
by_score as (
    select
        month_no,
        score,
        count(*) as accounts
    from scored
    where score is not null
    group by month_no, score
),

overall as (
    select
        score,
        sum(accounts) as accounts
    from by_score
    group by score
),

overall_ranks as (
    select
        score,
        sum(accounts) over (order by score rows between unbounded preceding and current row) - accounts as below,
        sum(accounts) over () as accounts
    from overall
),

month_ranks as (
    select
        month_no,
        score,
        sum(accounts) over (
            partition by month_no
            order by score
            rows between unbounded preceding and current row
        ) - accounts as below,
        sum(accounts) over (partition by month_no) as accounts
    from by_score
),

final as (
    select
        scored.account_no,
        scored.month_no,
        scored.month_start,
        scored.score,
        scored.tier,
        coalesce(stayed.closes, 0) < 3 as is_churned,
        cast(floor(10 * cast(overall_ranks.below as double) / cast(overall_ranks.accounts as double)) + 1 as integer) as decile,
        cast(floor(10 * cast(month_ranks.below as double) / cast(month_ranks.accounts as double)) + 1 as integer) as month_decile
    from scored
    left join stayed
        on
            scored.account_no = stayed.account_no
            and scored.month_no = stayed.month_no
    left join overall_ranks on scored.score = overall_ranks.score
    left join month_ranks
        on
            scored.month_no = month_ranks.month_no
            and scored.score = month_ranks.score
)

select * from final
