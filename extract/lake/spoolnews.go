package lake

import (
	"context"
	"crypto/sha256"
	"errors"
	"path/filepath"
)

// mostCompared is how many quarantined records are compared: with more of them each reading is news.
const mostCompared = 100_000

// isNews tells whether a reading has brought anything that the lake does not have. One of copies alone has not, nor one
// whose broken records are those that are in quarantine already: that must not make the tables anew each night.
func (k *taking) isNews(ctx context.Context) (bool, error) {
	t, id := k.txn, k.spool.id
	if k.counts.Accepted > 0 || t.base.quarantineOf(id, k.options.Covers) != k.counts.Quarantined || k.counts.Quarantined > mostCompared {
		return true, nil
	}
	if k.counts.Quarantined == 0 {
		return false, nil
	}
	left, err := k.quarantinedBefore(ctx)
	if err != nil {
		return false, err
	}
	for i, g := range k.spool.groups {
		if g.Counts.Quarantined == 0 {
			continue
		}
		var whole spoolGroup
		if err := readJSON(filepath.Join(k.spool.dir, spoolGroupFile(i+1)), &whole); err != nil {
			return false, err
		}
		for _, record := range whole.Quarantined {
			sum := brokenSum(validText(record.Column), validText(record.Reason), validText(record.Record))
			if left[sum]--; left[sum] < 0 {
				return true, nil
			}
		}
	}
	return false, nil // as many as before, and each of them was there
}

// quarantinedBefore counts the records that are in quarantine for the covered files, by what they are.
func (k *taking) quarantinedBefore(ctx context.Context) (counts map[[sha256.Size]byte]int, err error) {
	view, err := newView(k.txn.lake.dir, k.txn.base, len(k.txn.base.Commits)-1)
	if err != nil {
		return nil, err
	}
	files := ""
	for i, file := range k.options.Covers {
		if i > 0 {
			files += ", "
		}
		files += quoteText(validText(file))
	}
	rows, err := k.conn.QueryContext(ctx, "select coalesce(column_name, ''), reason, record from ("+view.QuarantineSQL()+") where source = "+
		quoteText(k.spool.id.Source)+" and stream = "+quoteText(k.spool.id.Stream)+" and file in ("+files+")")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	counts = map[[sha256.Size]byte]int{}
	for rows.Next() {
		var column, reason, record string
		if err := rows.Scan(&column, &reason, &record); err != nil {
			return nil, err
		}
		counts[brokenSum(column, reason, record)]++
	}
	return counts, rows.Err()
}

func brokenSum(column, reason, record string) [sha256.Size]byte {
	return sha256.Sum256([]byte(column + "\x00" + reason + "\x00" + record))
}
