package jobs

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"qingce/internal/store"
)

// errTaken says that the slot has its run already.
var errTaken = errors.New("the slot was run already")

// claim makes the slot this node's to run: a new row, or the row of an earlier
// run that failed or died.
func claim(tx *store.Tx, j planned, slot time.Time, node string, epoch int64) (Run, error) {
	var r Run
	err := tx.Gorm().Where("job = ? AND slot = ?", j.Name, slot).Take(&r).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		r = Run{Job: j.Name, Slot: slot, Status: Running, Node: node, Epoch: epoch, Attempt: 1, StartedAt: tx.Now()}
		err := tx.Gorm().Create(&r).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return Run{}, errTaken
		}
		return r, err
	}
	if err != nil {
		return Run{}, err
	}
	if !r.mayRetry(j.Limit, tx.Now()) {
		return Run{}, errTaken
	}
	return again(tx, r, node, epoch)
}

func again(tx *store.Tx, r Run, node string, epoch int64) (Run, error) {
	res := tx.Gorm().Model(&Run{}).Where("id = ? AND status = ? AND attempt = ?", r.ID, r.Status, r.Attempt).
		UpdateColumns(map[string]any{
			"status": Running, "node": node, "epoch": epoch, "attempt": r.Attempt + 1,
			"started_at": tx.Now(), "finished_at": nil, "note": "",
		})
	if res.Error != nil {
		return Run{}, res.Error
	}
	if res.RowsAffected == 0 {
		return Run{}, errTaken
	}
	r.Status, r.Node, r.Epoch, r.Attempt, r.StartedAt, r.FinishedAt = Running, node, epoch, r.Attempt+1, tx.Now(), nil
	return r, nil
}

// byHand begins a run outside the plan, at the slot "now".
func byHand(tx *store.Tx, name, node string) (Run, error) {
	r := Run{
		Job: name, Slot: tx.Now(), Status: Running, ByHand: true, Node: node, Attempt: 1, StartedAt: tx.Now(),
	}
	return r, tx.Gorm().Create(&r).Error
}

// finish writes how a run ended, unless another node took it over meanwhile.
func finish(tx *store.Tx, r Run) error {
	now := tx.Now()
	res := tx.Gorm().Model(&Run{}).Where("id = ? AND status = ? AND attempt = ?", r.ID, Running, r.Attempt).
		UpdateColumns(map[string]any{"status": r.Status, "finished_at": now, "note": r.Note})
	if res.Error == nil && res.RowsAffected == 0 {
		return fmt.Errorf("run %d of %s was taken over", r.ID, r.Job)
	}
	return res.Error
}

// begin marks the newest slot of a job that has never run: what was before it
// is not caught up.
func begin(tx *store.Tx, name string, slot time.Time, node string, epoch int64) error {
	var n int64
	if err := tx.Gorm().Model(&Run{}).Where("job = ? AND by_hand = ?", name, false).Limit(1).Count(&n).Error; err != nil || n > 0 {
		return err
	}
	now := tx.Now()
	return tx.Gorm().Create(&Run{
		Job: name, Slot: slot, Status: Skipped, Node: node, Epoch: epoch, Attempt: 1, StartedAt: now, FinishedAt: &now,
	}).Error
}

// newest lists the last runs of a job, the newest first.
func newest(tx *store.Tx, name string, limit int) ([]Run, error) {
	var rows []Run
	err := tx.Gorm().Where("job = ?", name).Order("slot DESC").Limit(limit).Find(&rows).Error
	return rows, err
}

// forget removes the runs that began before t, all but the newest of each job.
func forget(tx *store.Tx, t time.Time) (int64, error) {
	res := tx.Gorm().Exec("DELETE FROM job_runs WHERE started_at < ? AND EXISTS "+
		"(SELECT 1 FROM job_runs n WHERE n.job = job_runs.job AND n.slot > job_runs.slot)", t)
	return res.RowsAffected, res.Error
}
