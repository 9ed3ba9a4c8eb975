package surveyweb

import "qingce/internal/web"

func (d *desk) questionnairesAPI(s *web.Server) {}
