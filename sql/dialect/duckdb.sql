-- What DuckDB and Trino write differently, each under one name that both can carry.
-- A model uses these instead of the engine's own spelling; a second engine brings a file of the same macros.

-- The date of an instant (UTC, without zone) in a time zone.
create or replace macro local_date(instant, zone) as
    cast((instant at time zone 'UTC') at time zone zone as date);

-- Whether a double that is at most a few roundings from an exact number tells that number's nearest whole: it is not too
-- large, and not so near the middle between two that those roundings could matter. Exact arithmetic of more than 18 digits
-- takes thirty times as long, so it is kept for what this refuses.
create or replace macro is_clear(approximation) as
    abs(approximation) < 1e12 and abs(abs(approximation) - floor(abs(approximation)) - 0.5) > 0.001;

-- numerator / denominator as a whole number, rounded half away from zero, exactly. The denominator is positive.
create or replace macro round_quotient(numerator, denominator) as
    case
        when is_clear(cast(numerator as double) / cast(denominator as double))
            then cast(round(cast(numerator as double) / cast(denominator as double)) as hugeint)
        when numerator < 0 then -((2 * -cast(numerator as hugeint) + denominator) // (2 * cast(denominator as hugeint)))
        else (2 * cast(numerator as hugeint) + denominator) // (2 * cast(denominator as hugeint))
    end;

-- Ten-thousandths of a currency unit, the whole numbers that exact quotients are made of, and back.
create or replace macro to_units(amount) as
    case
        when abs(amount) < 10000000000 then cast(round(cast(amount as double) * 10000) as hugeint)
        else cast(cast(amount as decimal(38, 4)) * 10000 as hugeint)
    end;
create or replace macro from_units(units) as
    cast(cast(units as decimal(34, 0)) * cast(0.0001 as decimal(4, 4)) as decimal(18, 4));

-- A money amount of at most four decimals at a rate, rounded half away from zero to four decimals, exactly.
create or replace macro at_rate(amount, rate) as
    case
        when rate = 1 then cast(amount as decimal(18, 4))
        when is_clear(cast(amount as double) * cast(rate as double) * 10000)
            then cast(round(cast(amount as double) * cast(rate as double) * 10000) / 10000 as decimal(18, 4))
        else cast(cast(amount as decimal(18, 4)) * cast(rate as decimal(24, 12)) as decimal(18, 4))
    end;

-- The number of a date's month, counted from the year 0, and the calendar months from one date to another, by their year
-- and month alone.
create or replace macro month_no(any_date) as cast(year(any_date) * 12 + month(any_date) as integer);
create or replace macro months_between(from_date, to_date) as month_no(to_date) - month_no(from_date);

-- A date moved by whole months; a day past the month's end is its last day.
create or replace macro add_months(from_date, months) as
    cast(from_date + to_months(cast(months as integer)) as date);

-- A date moved by days.
create or replace macro add_days(from_date, days) as
    cast(from_date + cast(days as integer) as date);

-- The days from one date to another.
create or replace macro days_between(from_date, to_date) as cast(to_date - from_date as integer);

-- The last day of a date's month.
create or replace macro last_day_of_month(any_date) as last_day(any_date);

-- Elements of an array as one text.
create or replace macro array_join(elements, separator) as array_to_string(elements, separator);

-- A text cut at each separator.
create or replace macro split(text_value, separator) as string_split(text_value, separator);

-- The dates or numbers from one to another, both included, a step apart: for `cross join unnest(sequence(…)) as days (day)`.
create or replace macro sequence(first_value, last_value, step) as generate_series(first_value, last_value, step);

-- One scalar of a JSON object as text.
create or replace macro json_extract_scalar(json_text, json_path) as json_extract_string(json_text, json_path);

-- Units of 10^-8 as a number of eight decimals.
create or replace macro from_small_units(units) as
    cast(cast(units as decimal(30, 0)) * cast(0.00000001 as decimal(8, 8)) as decimal(28, 8));

-- A text as words that compare: small letters without accents, one blank between words, no other signs than letters, digits,
-- * and |. (In Trino: normalize to NFD and take off \p{M}.)
create or replace macro fold_text(text_value) as
    trim(
        regexp_replace(
            lower(strip_accents(replace(replace(text_value, '''', ''), '’', ''))), '[^\p{L}\p{N}*|]+', ' ', 'g'
        )
    );
