/*
description: >
    What a customer is worth over its life: simply, by the churn of the last twelve months; and, for the last complete
    month, by the shifted-beta-geometric model, in which churn falls with age because those likely to leave leave first.
grain: one row per dimension, value and complete month of the roll-forward
key: [dimension, dimension_value, month]
columns:
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value; (none) where it is missing
    month: First day of the month
    arpa: MRR per active account at the month's close; NULL without accounts
    trailing_lost_mrr: Contraction and churned MRR of the twelve months that end with this one, as far as they exist
    trailing_opening_mrr: Opening MRR of the same months, summed
    monthly_churn: trailing_lost_mrr / trailing_opening_mrr
    expected_months: 1 / monthly_churn, at most clv_max_months
    clv_simple: arpa * gross_margin * expected_months
    clv_sbg: arpa * gross_margin * the discounted months of the fitted model; for the last complete month alone
    sbg_discounted_months: Months that a new account is expected to stay, discounted by discount_rate
    sbg_alpha: First parameter of the beta distribution of churn rates
    sbg_beta: Second parameter
    sbg_log_likelihood: Log-likelihood at the two
    sbg_alpha_std_error: Standard error of sbg_alpha, from the observed information
    sbg_beta_std_error: Standard error of sbg_beta
    sbg_accounts: Accounts of survival that the model is fitted to
    sbg_events: Those of them that left
    sbg_note: Why there is no clv_sbg for the last complete month
checks:
    - {name: churn_is_not_negative, expression: monthly_churn >= 0}
    - {name: life_is_within_policy, expression: "expected_months is null or expected_months > 0"}
    - {name: no_fit_has_a_reason, expression: "clv_sbg is null or sbg_note is null"}
*/
with months as (
    select
        dimension,
        dimension_value,
        period_start as month,
        period_end,
        month_no(period_start) as month_no,
        arpa,
        contraction_mrr + churned_mrr as lost_mrr,
        opening_mrr
    from mrr_rollforward
    where grain = 'month' and is_complete
),

twelve_months as (
    select
        months.*,
        sum(lost_mrr) over (
            partition by dimension, dimension_value
            order by month_no
            range between 11 preceding and current row
        ) as trailing_lost_mrr,
        sum(opening_mrr) over (
            partition by dimension, dimension_value
            order by month_no
            range between 11 preceding and current row
        ) as trailing_opening_mrr
    from months
),

churn as (
    select
        twelve_months.*,
        cast(trailing_lost_mrr as double) / nullif(cast(trailing_opening_mrr as double), 0) as monthly_churn
    from twelve_months
),

valued as (
    select
        churn.*,
        cast(int_settings.gross_margin as double) as gross_margin,
        churn.period_end = int_settings.last_complete_month_end as is_last,
        case
            when churn.monthly_churn = 0 then cast(int_settings.clv_max_months as double)
            when churn.monthly_churn > 0 then least(1 / churn.monthly_churn, cast(int_settings.clv_max_months as double))
        end as expected_months
    from churn
    cross join int_settings
),

-- what the model could be fitted to, or why it could not
followed as (
    select
        survival_summary.dimension,
        survival_summary.dimension_value,
        survival_summary.accounts,
        survival_summary.events,
        count(survival.age_months) as ages_with_events
    from survival_summary
    left join survival
        on
            survival_summary.dimension = survival.dimension
            and survival_summary.dimension_value = survival.dimension_value
            and survival.events > 0
    group by
        survival_summary.dimension,
        survival_summary.dimension_value,
        survival_summary.accounts,
        survival_summary.events
),

fits as (
    select
        valued.dimension,
        valued.dimension_value,
        valued.month,
        followed.accounts,
        followed.events,
        int_clv__fits.alpha,
        int_clv__fits.beta,
        int_clv__fits.log_likelihood,
        int_clv__fits.alpha_std_error,
        int_clv__fits.beta_std_error,
        int_clv__fits.discounted_months,
        case
            when followed.accounts is null then 'no account of the group is followed in survival'
            when followed.accounts < 50 then concat('too few accounts to fit: ', cast(followed.accounts as varchar), ' of at least 50')
            when followed.ages_with_events < 3
                then concat('too little churn to fit: accounts left at ', cast(followed.ages_with_events as varchar), ' ages of at least 3')
            when int_clv__fits.note is not null then int_clv__fits.note
            when valued.arpa is null then 'no active account at the month''s close'
        end as note
    from valued
    left join followed
        on
            valued.dimension = followed.dimension
            and valued.dimension_value = followed.dimension_value
    left join int_clv__fits
        on
            valued.dimension = int_clv__fits.dimension
            and valued.dimension_value = int_clv__fits.dimension_value
    where valued.is_last
),

final as (
    select
        valued.dimension,
        valued.dimension_value,
        valued.month,
        valued.arpa,
        cast(valued.trailing_lost_mrr as decimal(18, 4)) as trailing_lost_mrr,
        cast(valued.trailing_opening_mrr as decimal(18, 4)) as trailing_opening_mrr,
        valued.monthly_churn,
        valued.expected_months,
        valued.arpa * valued.gross_margin * valued.expected_months as clv_simple,
        valued.arpa * valued.gross_margin * fits.discounted_months as clv_sbg,
        fits.discounted_months as sbg_discounted_months,
        fits.alpha as sbg_alpha,
        fits.beta as sbg_beta,
        fits.log_likelihood as sbg_log_likelihood,
        fits.alpha_std_error as sbg_alpha_std_error,
        fits.beta_std_error as sbg_beta_std_error,
        fits.accounts as sbg_accounts,
        fits.events as sbg_events,
        fits.note as sbg_note
    from valued
    left join fits
        on
            valued.dimension = fits.dimension
            and valued.dimension_value = fits.dimension_value
            and valued.month = fits.month
)

select * from final
