package surveyweb

import "qingce/internal/web"

func (d *desk) mountQuestionnaires(s *web.Server) {}

func (d *desk) questionnairesAPI(s *web.Server) {}
