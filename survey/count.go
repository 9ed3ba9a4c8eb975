package survey

import (
	"qingce/internal/store"
)

// count works out the numbers of a form anew.
func (d *Desk) count(tx *store.Tx, p *Paper) error {
	t, err := tallyRows(tx, p.Form.ID)
	if err != nil {
		return err
	}
	f := &p.Form
	f.RowsTotal, f.RowsDone, f.Errors, f.Warnings = t.Total, t.Done, t.Errors, t.Warnings
	if f.Zero {
		f.Needed, f.Given = 1, 0
		if f.ZeroReason != "" {
			f.Given = 1
		}
		return nil
	}
	given, needed := p.Ask.Department.Progress(factAnswers(p))
	lists, answered, err := countLists(tx, p)
	if err != nil {
		return err
	}
	f.Needed, f.Given = t.Needed+needed+lists+1, t.Given+given+answered
	if f.DeclaredCount != nil {
		f.Given++
	}
	return nil
}

// countLists counts the lists of the form and those that are answered.
func countLists(tx *store.Tx, p *Paper) (lists, answered int, err error) {
	clean, connect, err := listed(tx, p.Form.ID)
	if err != nil {
		return 0, 0, err
	}
	add := func(asked, ok bool) {
		if !asked {
			return
		}
		lists++
		if ok {
			answered++
		}
	}
	add(p.Asks("proposed"), clean != p.Form.NoneClean)
	add(p.Asks("proposed") || p.Asks("must_connect"), connect != p.Form.NoneConnect)
	add(p.Asks(DemandsQuestion), (p.Form.Answers[DemandsQuestion] != "") != p.Form.NoneDemand)
	return lists, answered, nil
}
