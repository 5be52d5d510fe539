// Command lastro turns a company's records into customer-success metrics that are backed down to the invoice.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// version is set when a release is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	done := context.AfterFunc(ctx, func() {
		fmt.Fprintln(os.Stderr, "\nlastro: stopping, what is under way is put away; a second signal ends it at once")
		stop() // the next signal has its usual effect
	})
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	done()
	stop()
	os.Exit(code)
}
