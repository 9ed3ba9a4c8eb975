package agent_test

import (
	"encoding/csv"
	"os"
	"testing"

	"qingce/inventory/usage/agent"
)

func judge(t *testing.T, rules agent.Rules) *agent.Judge {
	t.Helper()
	j, err := agent.NewJudge(crawlers(), rules, false, true)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// Every example of the table is found, though no pattern is tried on most of
// them.
func TestEveryCrawlerOfTheTableIsFound(t *testing.T) {
	file, err := os.Open("crawlers.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	missed := 0
	for _, row := range rows[1:] {
		if row[2] != "" && !crawlers().Match([]byte(row[2])) {
			missed++
			t.Errorf("%s does not find %q", row[0], row[2])
		}
	}
	if len(rows) < 1400 {
		t.Errorf("only %d rows", len(rows))
	}
}

// What people in Chinese administrations use is not taken for a machine.
func TestBrowsersArePeople(t *testing.T) {
	for _, ua := range []string{
		firefox,
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.91",
		"Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
		"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; SLCC2; .NET CLR 2.0.50727)",
		"Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/50.0.2661.102 Safari/537.36 SE 2.X MetaSr 1.0",
		"Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/63.0.3239.132 Safari/537.36 QIHU 360SE",
		"Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.108 Safari/537.36 QIHU 360EE",
		"Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/53.0.2785.104 Safari/537.36 Core/1.53.4882.400 QQBrowser/9.7.13059.400",
		"Mozilla/5.0 (Linux; U; Android 8.1.0; zh-cn; BLA-AL00) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/57.0.2987.132 MQQBrowser/8.9 Mobile Safari/537.36",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 11_1 like Mac OS X) AppleWebKit/604.3.5 (KHTML, like Gecko) Mobile/15B93 MicroMessenger/6.5.22 NetType/WIFI Language/zh_CN",
		"Mozilla/5.0 (Linux; Android 10; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/78 Mobile Safari/537.36 AliApp(DingTalk/5.1.5) com.alibaba.android.rimet",
		"Mozilla/5.0 (Linux; U; Android 7.0; zh-CN) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/40.0.2214.89 UCBrowser/11.6.4.950 Mobile Safari/537.36",
		"Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/63 Mobile Safari/537.36 baiduboxapp/11.10.0.12 (Baidu; P1 9)",
		"Mozilla/5.0 (X11; Linux aarch64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/81.0.4044.138 Safari/537.36 UOS",
		"Mozilla/5.0 (X11; Linux x86_64; rv:78.0) Gecko/20100101 Firefox/78.0 Kylin",
		"Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/45.0.2454.101 Safari/537.36 LBBROWSER",
		"Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Maxthon/4.4.8.1000 Chrome/30.0.1599.101 Safari/537.36",
	} {
		if k := judge(t, agent.Rules{}).Judge(&agent.Record{Agent: []byte(ua), Addr: []byte("10.1.1.1"), Path: []byte("/")}); k != agent.Person {
			t.Errorf("%s is taken for a machine", ua)
		}
	}
}

func TestRules(t *testing.T) {
	rules := agent.Rules{
		Health:   []string{"/healthz", "/actuator/*"},
		People:   agent.Who{Agents: []string{"FrontDesk"}, Addresses: []string{"10.9.9.9"}},
		Machines: agent.Who{Agents: []string{"Internal-Monitor", "/^Probe-[0-9]+$/"}, Addresses: []string{"10.9.0.0/16", "2001:db8::/32"}, Paths: []string{"/feed/**"}},
	}
	for _, c := range []struct {
		name, addr, path, ua string
		want                 agent.Kind
	}{
		{"a browser", "10.1.1.1", "/", firefox, agent.Person},
		{"no name", "10.1.1.1", "/", "", agent.Machine},
		{"a tool", "10.1.1.1", "/", "curl/7.61.1", agent.Machine},
		{"a library in Go", "10.1.1.1", "/", "Go-http-client/1.1", agent.Machine},
		{"the monitoring of the house", "10.1.1.1", "/", "internal-monitor 2", agent.Machine},
		{"by expression", "10.1.1.1", "/", "Probe-7", agent.Machine},
		{"not by expression", "10.1.1.1", "/", "Probe-7 (Mozilla)", agent.Person},
		{"a browser that is called like a tool", "10.1.1.1", "/", "curl FrontDesk", agent.Person},
		{"a network of machines", "10.9.1.1", "/", firefox, agent.Machine},
		{"a person in it", "10.9.9.9", "/", firefox, agent.Person},
		{"IPv6", "2001:db8::7", "/", firefox, agent.Machine},
		{"IPv4 within IPv6", "::ffff:10.9.1.1", "/", firefox, agent.Machine},
		{"no address", "unknown", "/", firefox, agent.Person},
		{"a health check by a browser", "10.9.9.9", "/healthz", firefox, agent.Health},
		{"below", "10.1.1.1", "/actuator/info", firefox, agent.Health},
		{"two below", "10.1.1.1", "/actuator/info/x", firefox, agent.Person},
		{"a path of machines", "10.1.1.1", "/feed/a/b.xml", firefox, agent.Machine},
		{"robots.txt", "10.1.1.1", "/robots.txt", firefox, agent.Machine},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := judge(t, rules)
			r := &agent.Record{Addr: []byte(c.addr), Path: []byte(c.path), Agent: []byte(c.ua)}
			for range 2 { // the second time from memory
				if got := j.Judge(r); got != c.want {
					t.Errorf("kind %d, want %d", got, c.want)
				}
			}
		})
	}
}
