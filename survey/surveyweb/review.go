package surveyweb

import "qingce/internal/web"

func (d *desk) mountReview(s *web.Server) {
	d.mountCoverage(s)
}

func (d *desk) reviewAPI(s *web.Server) {}
