package usageweb

import "qingce/internal/web"

func (d *desk) mountBackfill(*web.Server) {}

func (d *desk) backfillAPI(*web.Server) {}
