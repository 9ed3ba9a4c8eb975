package agent

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"regexp"
	"regexp/syntax"
)

//go:embed crawlers.csv
var crawlerTable []byte

// Crawlers knows what crawlers, monitoring tools and program libraries call
// themselves. It is the same for all logs and can be shared.
type Crawlers struct {
	literals   *automaton
	suspects   []suspect
	unlettered []*regexp.Regexp // patterns without a text that must be there
}

// suspect is a pattern whose literal was found: that is enough, or the pattern
// must fit as well.
type suspect struct{ fits *regexp.Regexp }

// moreCrawlers are tools that the table does not know and that call at the
// systems of administrations: probes of load balancers and of monitoring, and
// libraries.
var moreCrawlers = []string{
	`kube-probe\/`, `ELB-HealthChecker`, `GoogleHC\/`, `^HAProxy`, `Zabbix`, `^check_http`, `Nagios`, `Prometheus\/`,
	`blackbox_exporter`, `Blackbox Exporter`, `^Apache\/.*internal dummy connection`, `^okhttp\/`, `^Java\/`, `^Jakarta`, `^axios\/`, `^node-fetch`,
	`^python`, `^Python`, `^Go-http-client`, `^Dalvik\/[\d.]+$`, `^Wget`, `^libwww-perl`, `^PostmanRuntime`, `^ApacheBench`, `Apache-HttpAsyncClient`,
	`JMeter`, `^sqlmap`, `Nmap Scripting Engine`, `^masscan`, `zgrab`, `Nuclei`, `^Hutool`, `^RestTemplate`, `^ReactorNetty`,
	`YisouSpider`, `360Spider`, `Sogou web spider`, `Bytespider`, `Baiduspider`, `PetalBot`, `^WinHttp`, `AliyunSLB`, `^SLBHealthCheck`,
}

// NewCrawlers prepares the patterns. It fails only when the table that is built
// in is broken.
func NewCrawlers() (*Crawlers, error) {
	rows, err := csv.NewReader(bytes.NewReader(crawlerTable)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the table of crawlers: %w", err)
	}
	patterns := append([]string(nil), moreCrawlers...)
	for _, row := range rows[1:] {
		patterns = append(patterns, row[0])
	}
	c := new(Crawlers)
	var texts []string
	for _, p := range patterns {
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, fmt.Errorf("pattern of a crawler: %w", err)
		}
		text, whole := literalOf(p)
		switch {
		case text == "":
			c.unlettered = append(c.unlettered, re)
			continue
		case whole:
			re = nil
		}
		texts, c.suspects = append(texts, text), append(c.suspects, suspect{re})
	}
	c.literals = newAutomaton(texts)
	return c, nil
}

// Match tells whether a text is what a machine calls itself.
func (c *Crawlers) Match(agent []byte) bool {
	found := c.literals.each(agent, func(n int) bool {
		fits := c.suspects[n].fits
		return fits == nil || fits.Match(agent)
	})
	if found {
		return true
	}
	for _, re := range c.unlettered {
		if re.Match(agent) {
			return true
		}
	}
	return false
}

// literalOf finds the longest text that stands in everything that a pattern
// fits, and whether the pattern is nothing but that text.
func literalOf(pattern string) (text string, whole bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	text = longest(re.Simplify())
	return text, text != "" && regexp.QuoteMeta(text) == regexp.QuoteMeta(unescapePattern(pattern))
}

// unescapePattern is the text of a pattern that is only a text; of another it
// is something that its literal cannot be.
func unescapePattern(pattern string) string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil || re.Op != syntax.OpLiteral || re.Flags&syntax.FoldCase != 0 {
		return "\x00"
	}
	return string(re.Rune)
}

func longest(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase == 0 {
			return string(re.Rune)
		}
	case syntax.OpCapture, syntax.OpPlus:
		return longest(re.Sub[0])
	case syntax.OpConcat:
		best := ""
		for _, sub := range re.Sub {
			if s := longest(sub); len(s) > len(best) {
				best = s
			}
		}
		return best
	}
	return ""
}
