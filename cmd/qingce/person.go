package main

import (
	"os/user"
	"time"

	"qingce/internal/auth"
)

// person is who acts at the console: the user of the machine.
func (c *console) person(what string) auth.Principal {
	name := c.vars.all["SUDO_USER"]
	if u, err := user.Current(); name == "" && err == nil {
		name = u.Username
	}
	if name == "" {
		name = "unknown"
	}
	return auth.Command(name, what)
}

// open connects to a current database and gives the rooms over it. The caller
// calls the function it returns when it is done.
func (c *console) open() (*rooms, func(), error) {
	db, err := openCurrent(c, c.settings, time.Now)
	if err != nil {
		return nil, nil, err
	}
	log := c.settings.newLog(c.err, false)
	r := newRooms(db, c.settings, c.catalog, log)
	return r, func() {
		r.importer.Stop()
		_ = db.Close() // everything is committed or given up
	}, nil
}
