package surveyweb

import "qingce/internal/web"

func (d *desk) mountCensus(s *web.Server) {}

func (d *desk) censusAPI(s *web.Server) {}
