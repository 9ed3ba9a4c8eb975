package main

import "context"

// Run is run, for the tests.
var Run = run

// Main is main, for tests that need a process of their own.
var Main = main

// SystemFiles are the files of the sample city.
var DemoFiles = demoFiles

// DemoPassword is that of every account of the demonstration.
const DemoPassword = demoPassword

// HidePassword hides the passwords in the address of a database.
var HidePassword = hidePassword

// RunJob does a job of the service now.
func (a *App) RunJob(ctx context.Context, name string) error {
	_, err := a.jobs.Run(ctx, name)
	return err
}
