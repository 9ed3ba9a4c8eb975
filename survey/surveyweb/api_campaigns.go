package surveyweb

import "qingce/internal/web"

func (d *desk) campaignsAPI(s *web.Server) {}
