package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/alecthomas/kong"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/templates"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitRefused     = 3 // also: a check found something wrong
	exitUnavailable = 4
)

// commands is the command line. Flags of a subcommand stand in its own struct.
type commands struct {
	Settings

	Serve serveCommand `cmd:"" help:"Run the service."`

	Demo      demoCommand      `cmd:"" help:"Prepare a sample city and serve it on this machine."`
	Config    configCommand    `cmd:"" help:"Show every setting, its value and where it comes from."`
	Migrate   migrateCommand   `cmd:"" help:"Bring the database to the schema of this program."`
	Import    importCommand    `cmd:"" help:"Read a workbook or text table of departments or systems."`
	Export    exportCommand    `cmd:"" help:"Write departments or systems as a workbook or text table."`
	Backup    backupCommand    `cmd:"" help:"Write the whole database to one file, also while it is in use."`
	Restore   restoreCommand   `cmd:"" help:"Read a backup into an empty database of either engine."`
	Verify    verifyCommand    `cmd:"" help:"Check the operation log against its signed heads."`
	Account   accountCommand   `cmd:"" help:"Create, list, lock and unlock accounts; give a new password."`
	Job       jobCommand       `cmd:"" help:"List what is done by the clock, or do it now."`
	Detect    detectCommand    `cmd:"" help:"Look for systems that are no longer used."`
	Programme programmeCommand `cmd:"" help:"Put the programme of a city or a year in force."`
	Agent     agentCommand     `cmd:"" help:"Follow the access logs of a system and report how much it is used."`
	Version   versionCommand   `cmd:"" help:"Show what this program is."`
}

// run is the whole program: it does what the arguments say and returns the
// exit code.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	catalog, err := messages()
	if err != nil {
		fmt.Fprintf(stderr, "qingce: message files: %v\n", err)
		return exitFailure
	}
	var line commands
	vars := newVariables(env)
	defer func() { // kong ends the program after --help
		switch e := recover().(type) {
		case nil:
		case exited:
			code = int(e)
		default:
			panic(e)
		}
	}()
	parser, err := kong.New(&line,
		kong.Name("qingce"), kong.Description(aboutProgram), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.ValueFormatter(explainFlag), kong.Resolvers(vars), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(exited(code)) }),
	)
	if err != nil {
		fmt.Fprintf(stderr, "qingce: command line: %v\n", err)
		return exitFailure
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return wrongUsage(stderr, err)
	}
	c := &console{
		Context: ctx, settings: line.Settings, vars: vars, catalog: catalog,
		p: catalog.Printer(language(line.Lang, vars)), in: stdin, out: stdout, err: stderr,
	}
	for _, name := range vars.unknown() {
		c.warn("cli.unknown_variable", "name", name)
	}
	if err := c.settings.check(); err != nil {
		return c.fail(err)
	}
	if err := parsed.Run(c, parsed); err != nil {
		return c.fail(err)
	}
	return exitOK
}

// exited carries an exit code out of kong.
type exited int

func wrongUsage(stderr io.Writer, err error) int {
	fmt.Fprintf(stderr, "qingce: %v\n", err)
	var p *kong.ParseError
	if errors.As(err, &p) && p.Context != nil && p.Context.Selected() != nil {
		fmt.Fprintf(stderr, "See: qingce %s --help\n", p.Context.Selected().Path())
	} else {
		fmt.Fprintln(stderr, "See: qingce --help")
	}
	return exitUsage
}

// console is what a subcommand knows: where to read and write, in which
// language, and the settings.
type console struct {
	context.Context
	settings Settings
	vars     *variables
	catalog  *locale.Catalog
	p        *locale.Printer
	in       io.Reader
	out, err io.Writer
}

// say prints a message as a line of its own.
func (c *console) say(key string, args ...any) { fmt.Fprintln(c.out, c.p.T(key, args...)) }

func (c *console) warn(key string, args ...any) { fmt.Fprintln(c.err, "qingce: "+c.p.T(key, args...)) }

// fail prints the error in the reader's language and chooses the exit code.
func (c *console) fail(err error) int {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Internal {
		c.printFault(f, err)
		return exitCode(f.Kind)
	}
	fmt.Fprintln(c.err, "qingce: "+err.Error())
	if errors.Is(err, store.ErrSchemaOlder) || errors.Is(err, store.ErrSchemaNewer) || errors.Is(err, store.ErrSchemaForeign) {
		return exitRefused
	}
	return exitFailure
}

func (c *console) printFault(f *fault.Error, err error) {
	fmt.Fprintln(c.err, "qingce: "+c.p.Error(f))
	for _, field := range f.Fields {
		fmt.Fprintln(c.err, "  "+strings.TrimSpace(field.Cell+" "+c.p.Field(field)))
	}
	if cause := errors.Unwrap(f); cause != nil {
		fmt.Fprintln(c.err, "  ("+cause.Error()+")")
	}
}

func exitCode(kind fault.Kind) int {
	switch kind {
	case fault.Invalid:
		return exitUsage
	case fault.Unavailable:
		return exitUnavailable
	case fault.Forbidden, fault.Conflict, fault.NotFound, fault.Unsupported, fault.TooLarge:
		return exitRefused
	}
	return exitFailure
}

// language is the one that was asked for, or the one of the terminal.
func language(asked string, vars *variables) string {
	if asked != "" {
		return asked
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := vars.all[name]; v != "" {
			if strings.HasPrefix(v, "zh") {
				return locale.Chinese
			}
			return locale.English
		}
	}
	return locale.English
}

// messages are the texts that people read.
func messages() (*locale.Catalog, error) {
	files, err := fs.Sub(templates.FS, "locale")
	if err != nil {
		return nil, err
	}
	return locale.Load(files)
}
