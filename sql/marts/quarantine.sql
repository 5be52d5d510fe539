/*
description: Records that broke a rule and are in no number, with the place they came from and the reason.
grain: one row per quarantined record
key: [quarantine_no]
columns:
    quarantine_no: Number of the row, in the order of source, stream, file and line
    run_id: The run that read the record
    source: Source of the record
    stream: Stream, or staging model whose row was judged
    file: File of the record
    line: Line at which the record begins
    column_name: Column that breaks the rule; NULL when it is the record as a whole
    reason: The rule that is broken and the value that breaks it
    record: The record as it was read
*/
with gathered as (
    select
        run_id,
        source,
        stream,
        file,
        line,
        column_name,
        reason,
        record
    from quarantine_records
    union all
    select
        run_context.records_run_id as run_id,
        staged_quarantine.source,
        staged_quarantine.stream,
        staged_quarantine.file,
        staged_quarantine.line,
        staged_quarantine.column_name,
        staged_quarantine.reason,
        staged_quarantine.record
    from staged_quarantine
    cross join run_context
)

select
    row_number() over (order by source, stream, file, line, column_name, reason, record) as quarantine_no,
    run_id,
    source,
    stream,
    file,
    line,
    column_name,
    reason,
    record
from gathered
