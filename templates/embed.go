package templates

import "embed"

// FS holds all files of this folder: assets/, layout/, partials/, the pages
// and locale/.
//
//go:embed all:assets all:layout all:locale all:partials
var FS embed.FS
