package surveyweb

import "qingce/internal/web"

func (d *desk) mountForms(s *web.Server) {}

func (d *desk) formsAPI(s *web.Server) {}
