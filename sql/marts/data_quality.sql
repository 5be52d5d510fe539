/*
description: >
    What became of every record read, per stream and run, and what the models noticed in the records. Read is accepted
    plus dropped as exact copies plus quarantined.
grain: one row per run, source, stream, check and subject
key: [run_id, source, stream, check_name, subject]
columns:
    run_id: The run that read the records; for findings the last run that brought any
    source: Source of the records; empty for findings about the whole company
    stream: Stream, or staging model whose rows were judged
    check_name: "row_counts; of an API's stream reported_counts, new_field, gone_field, type_conflict and stale_stream; or the name of the finding"
    subject: What the finding is about, as an account, a currency or a field; empty for row_counts
    severity: info, warn or error
    rows_read: Records read
    rows_accepted: Records that became a new version in the lake
    rows_dropped: Exact copies of a record of the same read or of the lake
    rows_quarantined: Records that break a rule; see quarantine
    rows_concerned: Records or closes that a finding concerns; of reported_counts how many records the API said there are
    detail: The finding in words
accepted_values:
    severity: [info, warn, error]
checks:
    - name: rows_tie
      expression: rows_read = rows_accepted + rows_dropped + rows_quarantined
*/
select
    run_id,
    source,
    stream,
    'row_counts' as check_name,
    '' as subject,
    case when rows_quarantined > 0 then 'warn' else 'info' end as severity,
    rows_read,
    rows_accepted,
    rows_dropped,
    rows_quarantined,
    cast(null as bigint) as rows_concerned,
    cast(null as varchar) as detail
from stream_counts
union all
select
    run_context.records_run_id as run_id,
    staged_counts.source,
    staged_counts.stream,
    'row_counts' as check_name,
    '' as subject,
    case when staged_counts.rows_quarantined > 0 then 'warn' else 'info' end as severity,
    staged_counts.rows_read,
    staged_counts.rows_accepted,
    staged_counts.rows_dropped,
    staged_counts.rows_quarantined,
    cast(null as bigint) as rows_concerned,
    cast(null as varchar) as detail
from staged_counts
cross join run_context
union all
select
    run_id,
    source,
    stream,
    check_name,
    subject,
    severity,
    cast(null as bigint) as rows_read,
    cast(null as bigint) as rows_accepted,
    cast(null as bigint) as rows_dropped,
    cast(null as bigint) as rows_quarantined,
    rows_concerned,
    detail
from stream_notes
union all
select
    run_context.records_run_id as run_id,
    int_findings.source,
    int_findings.stream,
    int_findings.check_name,
    int_findings.subject,
    int_findings.severity,
    cast(null as bigint) as rows_read,
    cast(null as bigint) as rows_accepted,
    cast(null as bigint) as rows_dropped,
    cast(null as bigint) as rows_quarantined,
    cast(int_findings.rows_concerned as bigint) as rows_concerned,
    int_findings.detail
from int_findings
cross join run_context
