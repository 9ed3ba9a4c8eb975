package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

const (
	browserAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Safari/537.36"
	crawlerAgent = "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"
)

// webLog is the log of a web server.
type webLog struct {
	t    *testing.T
	path string
	at   time.Time
	n    int
}

// write appends requests of people and half as many of a crawler.
func (l *webLog) write(people int) {
	l.t.Helper()
	f, err := os.OpenFile(l.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		l.t.Fatal(err)
	}
	defer f.Close()
	line := func(client, agent string) {
		fmt.Fprintf(f, "%s - - [%s] \"GET /work/%d HTTP/1.1\" 200 512 \"-\" %q\n", client, l.at.Format("02/Jan/2006:15:04:05 -0700"), l.n, agent)
	}
	for range people {
		l.n++
		line(fmt.Sprintf("10.3.0.%d", l.n%5+1), browserAgent)
		if l.n%2 == 0 {
			line("220.181.108.75", crawlerAgent)
		}
	}
}

// TestTheAgentReportsToTheService runs both as programs: the agent is killed and
// begun again, the log is rotated, the service is away for a while, and in the
// end the service knows of every request once.
func TestTheAgentReportsToTheService(t *testing.T) {
	emptyHomes(t, func(t *testing.T, h home) {
		h.must(t, "migrate", "up")
		to := h.watch(t)
		service := h.spawn(t, "serve", "--listen", "127.0.0.1:0")
		address := service.url(t)
		hour := time.Now().Add(-3 * time.Hour).Truncate(time.Hour)
		log := &webLog{t: t, path: filepath.Join(h.dir, "access.log"), at: hour.Add(5 * time.Minute)}
		config := agentConfig(t, h, to, address, log.path)

		log.write(40)
		agent := h.spawn(t, "agent", "--config", config)
		h.counted(t, to, hour, 40)

		agent.signal(syscall.SIGKILL)
		<-agent.ended
		log.write(30)
		if err := os.Rename(log.path, log.path+".1"); err != nil {
			t.Fatal(err)
		}
		log.write(20)
		h.spawn(t, "agent", "--config", config)
		h.counted(t, to, hour, 90)

		service.signal(syscall.SIGTERM)
		if code := service.code(t); code != 0 {
			t.Fatalf("exit %d: %s", code, service.err.String())
		}
		log.write(10)
		h.spawn(t, "serve", "--listen", address[len("http://"):])
		h.counted(t, to, hour, 100)
	})
}

// agentConfig writes the configuration of an agent.
func agentConfig(t *testing.T, h home, to watched, address, log string) string {
	t.Helper()
	token, config := filepath.Join(h.dir, "agent.token"), filepath.Join(h.dir, "agent.yaml")
	text := fmt.Sprintf("server: %s\ntoken_file: %s\nstate_dir: %s\nsource: web-1\ninterval: 5s\nsystems:\n  - system: %s\n    logs:\n      - path: %s\n",
		address, token, filepath.Join(h.dir, "agent"), to.system, log)
	for name, body := range map[string]string{token: to.token, config: text} {
		if err := os.WriteFile(name, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config
}

// counted waits until the service knows of so many requests of people in the
// hour, by five of them, and of half as many of the crawler.
func (h home) counted(t *testing.T, to watched, hour time.Time, people int64) {
	t.Helper()
	db := openStore(t, h.database)
	registry := inventory.NewRegistry(db, inventory.Options{})
	ledger, centre := usage.NewLedger(db, registry), auth.System("test")
	var id inventory.SystemID
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Raw("SELECT id FROM systems WHERE code = ?", to.system).Scan(&id).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	var got [4]int64
	want := [4]int64{people + people/2, people, 5, 1}
	eventually(t, fmt.Sprintf("%d requests of people", people), func() bool {
		hours, err := ledger.Hours(t.Context(), centre, id, calendar.DateOf(hour))
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range hours {
			if one.Hour == wire.HourOf(hour) {
				for i, s := range []wire.Signal{wire.Requests, wire.HumanRequests, wire.Users, wire.MachineClients} {
					got[i], _ = one.Values.Get(s)
				}
			}
		}
		return got[1] >= people
	})
	if got != want {
		t.Errorf("requests, of people, people and machines: %v, want %v", got, want)
	}
}
