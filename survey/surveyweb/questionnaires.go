package surveyweb

import (
	"strconv"

	"qingce/internal/web"
)

func (d *desk) mountQuestionnaires(s *web.Server) {}

func (d *desk) questionnairesAPI(s *web.Server) {}

func questionnairePath(code string, number int, more ...string) string {
	return joinPath(questionnairesPath, append([]string{code, strconv.Itoa(number)}, more...)...)
}
