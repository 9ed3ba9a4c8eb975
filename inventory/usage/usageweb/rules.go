package usageweb

import "qingce/internal/web"

func (d *desk) mountRules(*web.Server) {}

func (d *desk) rulesAPI(*web.Server) {}
