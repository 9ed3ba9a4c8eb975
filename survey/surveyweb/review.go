package surveyweb

import "qingce/internal/web"

func (d *desk) mountReview(s *web.Server) {}

func (d *desk) reviewAPI(s *web.Server) {}
