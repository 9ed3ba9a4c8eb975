package surveyweb

import "qingce/internal/web"

func (d *desk) mountCampaigns(s *web.Server) {}

func (d *desk) campaignsAPI(s *web.Server) {}
