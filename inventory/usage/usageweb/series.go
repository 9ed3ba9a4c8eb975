package usageweb

import "qingce/internal/web"

// mountSeries adds the endpoints of remote write and OTLP.
func (d *desk) mountSeries(*web.Server) {}
