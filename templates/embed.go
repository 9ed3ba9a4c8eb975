package templates

import "embed"

// FS holds all folders of this one: assets/, layout/, partials/, the pages
// and locale/.
//
//go:embed */*
var FS embed.FS
