package zombie

import (
	"fmt"

	"qingce/internal/store"
	"qingce/inventory/zombie/detect"
)

func readWeather(tx *store.Tx, to detect.Day) ([]weatherDay, error) {
	var out []weatherDay
	err := tx.Gorm().Raw("SELECT day, working, reporting, volume, partial FROM zombie_weather WHERE day <= ? ORDER BY day", to).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read the weather: %w", err)
	}
	return out, nil
}

// countReports counts the systems that reported on days, and what they were
// asked.
func countReports(tx *store.Tx, from, to detect.Day) ([]weatherDay, error) {
	var out []weatherDay
	err := tx.Gorm().Raw(`SELECT day, count(*) AS reporting, CAST(coalesce(sum(requests), 0) AS bigint) AS volume FROM usage_day
		WHERE day BETWEEN ? AND ? AND measured <> 0 GROUP BY day ORDER BY day`, from, to).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("count reports: %w", err)
	}
	return out, nil
}

func writeWeather(tx *store.Tx, days []weatherDay) error {
	for _, d := range days {
		err := tx.Gorm().Exec(`INSERT INTO zombie_weather (day, working, reporting, volume, partial) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (day) DO NOTHING`, d.Day, d.Working, d.Reporting, d.Volume, d.Partial).Error
		if err != nil {
			return fmt.Errorf("write the weather of %v: %w", DateOf(d.Day), err)
		}
	}
	return nil
}

func clearWeather(tx *store.Tx) error {
	if err := tx.Gorm().Exec("DELETE FROM zombie_weather").Error; err != nil {
		return fmt.Errorf("forget the weather: %w", err)
	}
	return nil
}
