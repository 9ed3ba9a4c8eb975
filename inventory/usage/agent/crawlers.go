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
		needed, whole := literalsOf(p)
		if len(needed) == 0 {
			c.unlettered = append(c.unlettered, re)
		}
		if whole {
			re = nil
		}
		for _, text := range needed {
			texts, c.suspects = append(texts, text), append(c.suspects, suspect{re})
		}
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

// literalsOf finds texts of which one stands in everything that a pattern fits,
// and whether that is all that the pattern asks for. There are none if the
// pattern fits something without any such text.
func literalsOf(pattern string) (texts []string, whole bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, false
	}
	whole = re.Op == syntax.OpLiteral && re.Flags&syntax.FoldCase == 0
	return needed(re.Simplify()), whole
}

// needed gives the texts for a part of a pattern: of parts in a row those that
// are the longest, of alternatives those of all.
func needed(re *syntax.Regexp) (texts []string) {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase == 0 {
			return []string{string(re.Rune)}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if n := needed(sub); shortest(n) > shortest(texts) {
				texts = n
			}
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			n := needed(sub)
			if len(n) == 0 {
				return nil
			}
			texts = append(texts, n...)
		}
	}
	return texts
}

// shortest is the length of the shortest text, 0 if there is none.
func shortest(texts []string) int {
	least := 0
	for _, t := range texts {
		if least == 0 || len(t) < least {
			least = len(t)
		}
	}
	return least
}
