package usageweb

import "qingce/internal/web"

func (d *desk) mountFacts(*web.Server) {}

func (d *desk) factsAPI(*web.Server) {}
