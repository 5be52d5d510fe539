package pipelines

import (
	"context"
	"time"

	"lastro/extract/lake"
)

// Vacuum removes from the lake what --as-known needs only for days before keep ago. The versions of accounts stay: account
// history is made of them.
func Vacuum(ctx context.Context, config *Config, options Options, keep time.Duration, dryRun bool) (lake.VacuumReport, error) {
	var report lake.VacuumReport
	_, err := do(ctx, config, options, func(ctx context.Context, j *job) (err error) {
		limit, err := memoryLimit(ctx, config, 0)
		if err != nil {
			return err
		}
		report, err = j.lake.Vacuum(ctx, lake.VacuumOptions{
			Before: j.options.Now().Add(-keep), DryRun: dryRun, MemoryLimit: limit,
			KeepVersions: func(id lake.StreamID) bool { return id.Stream == "accounts" },
		})
		return err
	})
	return report, err
}
