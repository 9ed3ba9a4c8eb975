package zombie

import (
	"fmt"

	"qingce/internal/store"
	"qingce/inventory"
)

func insertSimulation(tx *store.Tx, s *Simulation) error {
	if err := tx.Gorm().Create(s).Error; err != nil {
		return fmt.Errorf("insert a simulation: %w", err)
	}
	return nil
}

func updateSimulation(tx *store.Tx, s *Simulation) error {
	columns, err := store.Columns(tx.Context(), s)
	if err != nil {
		return err
	}
	delete(columns, "id")
	if err := tx.Gorm().Model(s).Where("id = ?", s.ID).UpdateColumns(columns).Error; err != nil {
		return fmt.Errorf("write simulation %d: %w", s.ID, err)
	}
	return nil
}

func simulationByID(tx *store.Tx, id int64) (Simulation, error) {
	var s Simulation
	if err := tx.Gorm().Where("id = ?", id).Take(&s).Error; err != nil {
		return s, fmt.Errorf("read simulation %d: %w", id, err)
	}
	return s, nil
}

// shownSimulations is how many simulations of a policy are shown.
const shownSimulations = 10

func simulationsOf(tx *store.Tx, version int64) ([]Simulation, error) {
	var out []Simulation
	if err := tx.Gorm().Where("policy_version = ?", version).Order("id DESC").Limit(shownSimulations).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read the simulations of policy %d: %w", version, err)
	}
	return out, nil
}

// waitingSimulation is the oldest one that nobody has done.
func waitingSimulation(tx *store.Tx) (Simulation, bool, error) {
	var out []Simulation
	if err := tx.Gorm().Where("state IN ?", []SimulationState{SimWaiting, SimRunning}).Order("id").Limit(1).Find(&out).Error; err != nil {
		return Simulation{}, false, fmt.Errorf("look for a simulation that waits: %w", err)
	}
	if len(out) == 0 {
		return Simulation{}, false, nil
	}
	out[0].Done = 0
	return out[0], true, nil
}

// nameSystems gives changes the codes and names of their systems.
func nameSystems(tx *store.Tx, changes []SimulatedChange) error {
	ids := make([]inventory.SystemID, len(changes))
	for i := range changes {
		ids[i] = changes[i].System
	}
	var rows []struct {
		ID         inventory.SystemID
		Code, Name string
	}
	if err := tx.Gorm().Raw("SELECT id, code, name FROM systems WHERE id ?", store.Among(tx, ids)).Scan(&rows).Error; err != nil {
		return fmt.Errorf("name systems: %w", err)
	}
	names := map[inventory.SystemID][2]string{}
	for _, r := range rows {
		names[r.ID] = [2]string{r.Code, r.Name}
	}
	for i := range changes {
		changes[i].Code, changes[i].Name = names[changes[i].System][0], names[changes[i].System][1]
	}
	return nil
}
