package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lastro/bench/company"
)

// cacheDir is where companies are kept and the measured processes work: BENCH_CACHE, or a folder of the user's cache.
func cacheDir(env func(string) (string, bool)) (string, error) {
	if dir, ok := env("BENCH_CACHE"); ok && dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache folder: %w; name one in BENCH_CACHE", err)
	}
	return filepath.Join(dir, "lastro-bench"), nil
}

// company gives the folder of a company's files, which it makes when the cache has none of this version and scale. what is
// childCompany, or childCustomers for the files of what its customers do.
func (b *bench) company(ctx context.Context, what string, scale float64) (dir string, err error) {
	size := strconv.FormatFloat(scale, 'f', -1, 64)
	dir = filepath.Join(b.cache, company.Version(), strings.TrimSuffix(what, "-in")+"-"+size)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return "", fmt.Errorf("make the cache of companies: %w", err)
	}
	half, err := os.MkdirTemp(filepath.Dir(dir), "half-*")
	if err != nil {
		return "", fmt.Errorf("make the cache of companies: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(half)) }()
	b.say("%s of scale %s", strings.TrimSuffix(what, "-in"), size)
	// a process of its own: a child's peak memory counts from what its parent holds when it is started
	made, err := b.start(ctx, process{args: []string{b.self, what, half, size}})
	if err != nil {
		return "", err
	}
	b.say("%s of scale %s: %.1f s", strings.TrimSuffix(what, "-in"), size, made.seconds)
	if err := os.Rename(half, dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("keep the company: %w", err)
	}
	return dir, nil
}

func writeCompany(what, dir, size string) error {
	scale, err := strconv.ParseFloat(size, 64)
	if err != nil {
		return fmt.Errorf("scale %s: %w", size, err)
	}
	if what == childCustomers {
		return company.WriteCustomers(dir, scale)
	}
	return company.Write(dir, scale)
}
