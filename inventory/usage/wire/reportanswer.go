package wire

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Answer is what the sender of reports gets back, in JSON. A sender forgets
// what was accepted, and what was refused too: sent again it would be refused
// again. It sends again what got 429 or 503.
type Answer struct {
	Accepted int `json:"accepted"`
	Refused  int `json:"refused"`
	// Issues are the first of what is wrong; Unlisted counts the others.
	Issues   []AnswerIssue `json:"issues"`
	Unlisted int           `json:"unlisted,omitempty"`
	// Notes are about reports that were accepted.
	Notes []AnswerIssue `json:"notes,omitempty"`
	// Code and Message are set when the body as a whole could not be taken,
	// with what it had and what it should have.
	Code    Code   `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Got     string `json:"got,omitempty"`
	Want    string `json:"want,omitempty"`
}

// AnswerIssue is an issue as the sender reads it.
type AnswerIssue struct {
	Index   int    `json:"index"`
	System  string `json:"system,omitempty"`
	Member  string `json:"member,omitempty"`
	Code    Code   `json:"code"`
	Got     string `json:"got,omitempty"`
	Want    string `json:"want,omitempty"`
	Count   int    `json:"count"`
	Message string `json:"message"`
}

// ReadAnswer reads the answer on the side of the sender.
func ReadAnswer(body []byte) (Answer, error) {
	var a Answer
	if err := json.Unmarshal(body, &a); err != nil {
		return Answer{}, fmt.Errorf("read the answer to reports: %w", err)
	}
	return a, nil
}

// reported answers reports: 200 when at least one was accepted, or none was
// there; 422 when every one was refused.
func (r *Response) reported(t Tally, say Say) {
	a := Answer{Accepted: t.Items - t.Refused, Refused: t.Refused, Issues: answered(t.Issues, say), Unlisted: -len(t.Issues)}
	for _, n := range t.Reasons {
		a.Unlisted += n
	}
	if len(t.Notes) > 0 {
		a.Notes = answered(t.Notes, say)
	}
	status := http.StatusOK
	if a.Accepted == 0 && a.Refused > 0 {
		status = http.StatusUnprocessableEntity
	}
	r.typed(status, typeJSON, jsonOf(a))
}

func answered(issues []Issue, say Say) []AnswerIssue {
	out := make([]AnswerIssue, len(issues))
	for k, i := range issues {
		out[k] = AnswerIssue{i.Index, i.Item, i.Member, i.Code, i.Got, i.Want, i.Count, say(i)}
	}
	return out
}
