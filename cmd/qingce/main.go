// Command qingce is the whole service in one program: it serves the register,
// prepares a demonstration, and does what an administrator does at the console.
//
// main ties the rooms together and knows everything; nothing imports it. App is
// the running service as a value, which tests start in their own process. Each
// subcommand stands in a file of its own name; settings.go says what can be
// set, and jobs.go what is done by the clock.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the calendar is that of Asia/Shanghai, whatever the machine knows
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
