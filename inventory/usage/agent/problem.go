package agent

// Problem is something that is wrong with a configuration, at its place.
type Problem struct {
	// File is the name of the configuration; Line and Column count from 1, 0
	// where there is no place.
	File         string
	Line, Column int
	// Code is the key of the text that says what is wrong and how to mend it;
	// Args fill its placeholders.
	Code string
	Args map[string]any
}

// The codes of problems, beside those of FormatError.
const (
	problemSyntax    = "agent.problem.syntax"
	problemEmpty     = "agent.problem.empty"
	problemMapping   = "agent.problem.mapping"
	problemList      = "agent.problem.list"
	problemText      = "agent.problem.text"
	problemWhole     = "agent.problem.whole"
	problemYesNo     = "agent.problem.yes_no"
	problemUnknown   = "agent.problem.unknown"
	problemTwice     = "agent.problem.twice"
	problemMissing   = "agent.problem.missing"
	problemServer    = "agent.problem.server"
	problemInterval  = "agent.problem.interval"
	problemZone      = "agent.problem.zone"
	problemAddress   = "agent.problem.address"
	problemPattern   = "agent.problem.pattern"
	problemFile      = "agent.problem.file"
	problemPath      = "agent.problem.path"
	problemMethod    = "agent.problem.method"
	problemStatus    = "agent.problem.status"
	problemToken     = "agent.problem.token"
	problemTwoTokens = "agent.problem.two_tokens"
	problemNothing   = "agent.problem.nothing"
	problemSource    = "agent.problem.source"
	problemLogTwice  = "agent.problem.log_twice"
	problemField     = "agent.problem.field"
)

// ProblemCodes lists all codes that a Problem may have.
func ProblemCodes() []string {
	return []string{
		problemSyntax, problemEmpty, problemMapping, problemList, problemText, problemWhole, problemYesNo, problemUnknown,
		problemTwice, problemMissing, problemServer, problemInterval, problemZone, problemAddress,
		problemPattern, problemFile, problemPath, problemMethod, problemStatus, problemToken, problemTwoTokens, problemNothing,
		problemSource, problemLogTwice, problemField,
		formatAdjacent, formatNoTime, formatNoRequest, formatVariable, formatDirective, formatUnknown, formatUser,
	}
}

// The codes of a FormatError.
const (
	formatAdjacent  = "agent.format.adjacent"
	formatNoTime    = "agent.format.no_time"
	formatNoRequest = "agent.format.no_request"
	formatVariable  = "agent.format.variable"
	formatDirective = "agent.format.directive"
	formatUnknown   = "agent.format.unknown"
	formatUser      = "agent.format.user"
)
