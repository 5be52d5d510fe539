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

-- The number of a text's first character. (In Trino: codepoint.)
create or replace macro codepoint(text_value) as unicode(text_value);

-- The two check digits of a CNPJ: each character counts as its code less that of 0, which is 0 to 9 for digits and 17 to 42 for
-- the letters of the numbers given out from July 2026 on; weights 2 to 9 from the right, modulo 11.
create or replace macro check_digit_11(weighted_sum) as case when weighted_sum % 11 < 2 then 0 else 11 - weighted_sum % 11 end;
create or replace macro cnpj_value(cnpj, place) as codepoint(substr(cnpj, place, 1)) - 48;
create or replace macro cnpj_first_digit(cnpj) as check_digit_11(
    5 * cnpj_value(cnpj, 1) + 4 * cnpj_value(cnpj, 2) + 3 * cnpj_value(cnpj, 3) + 2 * cnpj_value(cnpj, 4)
    + 9 * cnpj_value(cnpj, 5) + 8 * cnpj_value(cnpj, 6) + 7 * cnpj_value(cnpj, 7) + 6 * cnpj_value(cnpj, 8)
    + 5 * cnpj_value(cnpj, 9) + 4 * cnpj_value(cnpj, 10) + 3 * cnpj_value(cnpj, 11) + 2 * cnpj_value(cnpj, 12)
);
create or replace macro cnpj_second_digit(cnpj) as check_digit_11(
    6 * cnpj_value(cnpj, 1) + 5 * cnpj_value(cnpj, 2) + 4 * cnpj_value(cnpj, 3) + 3 * cnpj_value(cnpj, 4)
    + 2 * cnpj_value(cnpj, 5) + 9 * cnpj_value(cnpj, 6) + 8 * cnpj_value(cnpj, 7) + 7 * cnpj_value(cnpj, 8)
    + 6 * cnpj_value(cnpj, 9) + 5 * cnpj_value(cnpj, 10) + 4 * cnpj_value(cnpj, 11) + 3 * cnpj_value(cnpj, 12)
    + 2 * cnpj_value(cnpj, 13)
);
create or replace macro verified_cnpj(cnpj) as
    case
        when not regexp_matches(cnpj, '^[0-9A-Z]{12}[0-9]{2}$') or cnpj = '00000000000000' then null
        when cnpj_first_digit(cnpj) = cnpj_value(cnpj, 13) and cnpj_second_digit(cnpj) = cnpj_value(cnpj, 14) then cnpj
    end;

-- A CNPJ without its punctuation, in capitals; NULL for what is none, as a CPF or a wrong check digit.
create or replace macro cnpj_of(tax_id) as verified_cnpj(upper(regexp_replace(tax_id, '[\s./-]', '', 'g')));

-- The bare domain of what people and systems keep as one: without scheme, user, port, path, www., capitals and a dot at its end.
-- NULL for what has no dot or holds other signs than a name does; letters of other scripts and xn-- stay as they are.
create or replace macro named_domain(host) as
    case when regexp_matches(host, '^[^.\s@,;/\\]+(\.[^.\s@,;/\\]+)+$') and not regexp_matches(host, '^[0-9.]+$') then host end;
create or replace macro domain_of(address) as
    named_domain(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(lower(trim(address)), '^([a-z][a-z0-9+.-]*:)?//([^/?#@]*@)?', ''),
                    '[/?#].*$', ''
                ),
                '[.]*(:[0-9]*)?[.]*$', ''
            ),
            '^www[.](.*[.].*)$', '\1'
        )
    );

-- The domain of an e-mail address, also of one written as Ana <ana@acme.com.br>.
create or replace macro email_domain_of(email) as
    case when position('@' in email) > 0 then domain_of(regexp_extract(trim(email), '@([^@<>]*)>?$', 1)) end;

-- JSON objects as one, given from the least to the first: a name that several have keeps the value of the last one given.
-- (In Trino: map_union of maps, the first one last.)
create or replace macro json_union(objects) as
    cast(list_reduce(objects, lambda least, first: cast(json_merge_patch(least, first) as varchar)) as varchar);

-- The elements of a JSON array as a list: for `cross join unnest(json_elements(…)) as elements (element)`. A text that is no
-- array gives none. (In Trino: cast(json_extract(json_text, json_path) as array(json)).)
create or replace macro json_elements(json_text, json_path) as
    json_extract(json_text, concat(json_path, '[*]'));

-- Ten-thousandths of a currency unit in one minor unit, as payment systems count: cents in most currencies, the unit itself
-- where there are none, thousandths in five. ISK and UGX have no cents any more and are still counted in them.
create or replace macro units_of_minor(currency) as
    case
        when upper(currency) in (
            'BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'
        ) then 10000
        when upper(currency) in ('BHD', 'JOD', 'KWD', 'OMR', 'TND') then 10
        else 100
    end;

-- Minor units as ten-thousandths of a currency unit, and as an amount.
create or replace macro minor_to_units(minor_amount, currency) as
    cast(round(cast(minor_amount as decimal(28, 12)) * units_of_minor(currency), 0) as hugeint);
create or replace macro from_minor_units(minor_amount, currency) as
    from_units(minor_to_units(minor_amount, currency));

-- A text that stands for another without telling it: the same for the same. (In Trino: lower(to_hex(md5(to_utf8(text_value)))).)
create or replace macro text_digest(text_value) as md5(text_value);

-- Whether a pattern is found in a text.
create or replace macro regexp_like(text_value, pattern) as regexp_matches(text_value, pattern);
