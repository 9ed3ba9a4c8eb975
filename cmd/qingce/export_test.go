package main

import (
	"context"

	"qingce/inventory/hub"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring/funding"
	"qingce/scoring/monthly"
)

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

// Months is where the service that runs closes months.
func (a *App) Months() *monthly.Desk { return a.rooms.months }

// Funding is where it works out the money.
func (a *App) Funding() *funding.Desk { return a.rooms.funding }

// Hub is where it counts connections.
func (a *App) Hub() *hub.Hub { return a.rooms.hub }

// Cases are its cases of systems that are not used.
func (a *App) Cases() *cleanup.Desk { return a.rooms.cases }
