package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/jobs"
)

// keepRuns is how long the history of the jobs is kept.
const keepRuns = 180 * 24 * time.Hour

// jobTable is everything that is done by the clock.
func (r *rooms) jobTable(s Settings, serving Serving) []jobs.Job {
	table := []jobs.Job{
		{
			Name: "purge", Plan: "5 * * * *", Limit: 5 * time.Minute,
			About: "Remove sessions that are over, drafts and files that nobody came back to, and old runs of jobs.",
			Do:    r.purge,
		},
		{
			Name: "sign", Plan: "*/10 * * * *", Limit: time.Minute,
			About: "Sign the operation log, should the signer that does so every second have failed.",
			Do:    r.sign,
		},
		{
			Name: "calendar", Plan: "30 6 * * *", Limit: time.Minute,
			About: "Say when the schedule of this or the next year is missing.",
			Do:    r.watchCalendar,
		},
		{
			Name: "surveys", Plan: "1 0 * * *", Limit: 5 * time.Minute,
			About: "Close the surveys whose due day is over.",
			Do:    r.closeSurveys,
		},
	}
	table = append(table, r.usageJobs()...)
	table = append(table, r.hubJobs()...)
	table = append(table, r.overlapsJob())
	table = append(table, r.similarJob())
	table = append(table, r.sharingJob())
	table = append(table, r.reportsJob())
	table = append(table, r.rectificationJob())
	table = append(table, r.monthlyJob())
	table = append(table, jobs.Job{
		Name: "detect", Plan: "20 1 * * *", Limit: 2 * time.Hour,
		About: "Look for systems that are no longer used, by the facts of the day before.",
		Do:    r.detect,
	}, jobs.Job{
		Name: "detect-simulate", Plan: "*/2 * * * *", Limit: time.Hour,
		About: "Work out what drafts of the policy of detection would change, where somebody has asked.",
		Do:    r.detector.JobSimulate,
	})
	if s.embedded() && serving.KeepBackups > 0 {
		table = append(table, jobs.Job{
			Name: "backup", Plan: "30 2 * * *", Limit: time.Hour,
			About: "Write a backup beside the embedded database and remove the oldest ones.",
			Do: func(ctx context.Context, slot time.Time) (string, error) {
				return r.nightlyBackup(ctx, slot, s.backupDir(), serving.KeepBackups)
			},
		})
	}
	return table
}

func (r *rooms) purge(ctx context.Context, _ time.Time) (string, error) {
	sessions, err1 := r.accounts.Purge(ctx)
	drafts, err2 := r.registry.PurgeDrafts(ctx)
	files, err3 := r.importer.Purge(ctx)
	entries, err5 := r.resources.Purge(ctx)
	runs, err4 := jobs.Forget(ctx, r.db, r.db.Now().Add(-keepRuns))
	return fmt.Sprintf("sessions %d, drafts %d, files %d, runs %d", sessions, drafts, files+entries, runs), errors.Join(err1, err2, err3, err4, err5)
}

func (r *rooms) sign(ctx context.Context, _ time.Time) (string, error) {
	head, err := r.anchor.Sign(ctx, r.db)
	r.health.signer.set(err)
	return fmt.Sprintf("entries %d", head.Size), err
}

// watchCalendar finds years without a schedule. From November on the next
// year's is wanted: that is when the State Council publishes it.
func (r *rooms) watchCalendar(ctx context.Context, _ time.Time) (string, error) {
	cal, err := r.book.Load(ctx)
	if err != nil {
		return "", err
	}
	today := calendar.DateOf(r.db.Now())
	years := []int{today.Year()}
	if today.Month() >= time.November {
		years = append(years, today.Year()+1)
	}
	years = slices.DeleteFunc(years, cal.Knows)
	r.metrics.missingYears.Set(float64(len(years)))
	if len(years) == 0 {
		return "complete", nil
	}
	r.log.Warn("the working calendar is not complete: due dates in these years cannot be counted", "years", years)
	return fmt.Sprintf("missing %v", years), nil
}

func (r *rooms) closeSurveys(ctx context.Context, _ time.Time) (string, error) {
	n, err := r.surveys.CloseOverdue(ctx)
	return fmt.Sprintf("closed %d", n), err
}

// detect evaluates the day before, with all facts that have come, and brings the
// cases of the clean-up in line with what was found.
func (r *rooms) detect(ctx context.Context, slot time.Time) (string, error) {
	if _, err := r.ledger.RollUp(ctx); err != nil {
		return "", err
	}
	note, err := r.detector.JobDetect(ctx, slot)
	if err != nil {
		return note, err
	}
	f, err := r.cases.Follow(ctx, auth.System("detect"))
	return fmt.Sprintf("%s; cases opened %d, closed %d, reopened %d", note, f.Opened, f.Closed, f.Reopened), err
}

func (r *rooms) nightlyBackup(ctx context.Context, slot time.Time, dir string, keep int) (string, error) {
	name := filepath.Join(dir, "nightly-"+slot.In(calendar.Zone).Format("20060102T1504")+backupSuffix)
	m, err := r.saveBackup(ctx, name, true)
	if err != nil {
		return "", err
	}
	removed, err := rotate(dir, keep)
	return fmt.Sprintf("%s, %d rows, %d old ones removed", filepath.Base(name), m.Rows(), removed), err
}

// meters are the figures of the service itself; the web counts its own.
type meters struct {
	jobRuns      *prometheus.CounterVec
	jobDone      *prometheus.GaugeVec
	missingYears prometheus.Gauge
	logSigned    prometheus.Gauge
}

func newMeters(reg prometheus.Registerer, dataDir string) *meters {
	m := &meters{
		jobRuns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "qingce_job_runs_total", Help: "Runs of jobs on this node.",
		}, []string{"job", "status"}),
		jobDone: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "qingce_job_last_done_seconds", Help: "When a job was last done on this node, in Unix time.",
		}, []string{"job"}),
		missingYears: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "qingce_calendar_missing_years", Help: "Years that are needed soon and have no schedule.",
		}),
		logSigned: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "qingce_oplog_signed_entries", Help: "Entries of the operation log under the newest signed head.",
		}),
	}
	free := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "qingce_data_free_bytes", Help: "Space left for the data directory.",
	}, func() float64 { return freeBytes(dataDir) })
	reg.MustRegister(m.jobRuns, m.jobDone, m.missingYears, m.logSigned, free,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *meters) finished(r jobs.Run) {
	m.jobRuns.WithLabelValues(r.Job, string(r.Status)).Inc()
	if r.Status == jobs.Done && r.FinishedAt != nil {
		m.jobDone.WithLabelValues(r.Job).Set(float64(r.FinishedAt.Unix()))
	}
}
