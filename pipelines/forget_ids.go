package pipelines

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"lastro/transform/duckdb"
)

// maskedText is what the mask hash makes of a text: 32 hexadecimal digits of HMAC-SHA256. A test holds it to what is read.
func maskedText(key Secret, text string) string {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	_, _ = mac.Write([]byte(text)) // a hash takes everything
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// mapLine is a row of account_map.
type mapLine struct{ source, sourceID, accountID string }

// idsOf gives the ids that an account has in each source: those that the map of the last build says, or where one source has
// all accounts the id itself in all of them.
func (j *job) idsOf(ctx context.Context, account string) (map[string][]string, error) {
	lines, mapped, err := j.mapLines(ctx, account)
	if err != nil {
		return nil, err
	}
	ids := map[string][]string{}
	if !mapped {
		for _, source := range j.config.Sources {
			ids[source.Name] = []string{account}
		}
		return ids, nil
	}
	if len(lines) == 0 {
		if source, id, ok := strings.Cut(account, ":"); ok && id != "" && slices.ContainsFunc(j.config.Sources, func(s Source) bool { return s.Name == source }) {
			return map[string][]string{source: {id}}, nil
		}
		return nil, errNoAccount
	}
	unified := lines[0].accountID
	var sources []string
	for _, line := range lines {
		sources = append(sources, line.source)
	}
	for _, line := range lines {
		if line.accountID != unified {
			return nil, errSeveralAccounts(sources)
		}
		if !slices.Contains(ids[line.source], line.sourceID) {
			ids[line.source] = append(ids[line.source], line.sourceID)
		}
	}
	for source := range ids {
		slices.Sort(ids[source])
	}
	return ids, nil
}

// mapLines gives the rows of account_map that are of an account: of that id, or else of the account that <source>:<id> or an
// id of a source is. mapped is false where there is no map: one source has all accounts, or nothing was built.
func (j *job) mapLines(ctx context.Context, account string) (lines []mapLine, mapped bool, err error) {
	build, err := j.builds.latest()
	if err != nil || build == nil {
		return nil, false, err
	}
	if !slices.ContainsFunc(build.Tables, func(t Table) bool { return t.Name == "account_map" && t.Rows > 0 }) {
		return nil, false, nil
	}
	engine, err := duckdb.Open(ctx, duckdb.Options{Path: build.file, ReadOnly: true, TempDir: j.tempDir()})
	if err != nil {
		return nil, false, err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	name := text(account)
	for _, names := range []string{
		"account_id = " + name,
		"concat(source, ':', source_account_id) = " + name,
		"source_account_id = " + name,
	} {
		err := eachRow(ctx, engine, "select source, source_account_id, account_id from account_map where account_id in (select account_id from account_map where "+
			names+") order by 1, 2, 3", func(reader array.RecordReader, i int) {
			cell := func(column int) string {
				return strings.Clone(reader.RecordBatch().Column(column).(*array.String).Value(i))
			}
			lines = append(lines, mapLine{cell(0), cell(1), cell(2)})
		})
		if err != nil || len(lines) > 0 {
			return lines, true, err
		}
	}
	return nil, true, nil
}

// leastMention is the fewest characters of an id that files are searched for, as in the lake.
const leastMention = 8

// mentions gives the files of the state beside lake, builds and receipts that hold one of the names, as the notes of a run.
func mentions(state string, names []string) ([]string, error) {
	found := []string{}
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return len(name) < leastMention && !strings.Contains(name, "@") })
	err := filepath.WalkDir(state, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains([]string{"lake", "builds", "receipts", "tmp"}, entry.Name()) && filepath.Dir(path) == state {
				return fs.SkipDir
			}
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		content = bytes.ToLower(content)
		for _, name := range names {
			if bytes.Contains(content, []byte(strings.ToLower(name))) {
				relative, err := filepath.Rel(state, path)
				found = append(found, relative)
				return err
			}
		}
		return nil
	})
	return found, err
}
