package agent

import (
	"fmt"
	"net/netip"
)

// Kind says who has made a request.
type Kind uint8

// The kinds.
const (
	Person  Kind = iota
	Machine      // a crawler, a monitoring tool, another program
	Health       // whoever it was, it only asked whether the system lives
)

// Rules tell people and machines apart, beside what is built in. Health paths
// come first, then people, then machines, then the table of crawlers.
type Rules struct {
	// Health are patterns of paths that health checks ask for. A client that
	// asks for nothing else is a machine.
	Health           []string
	People, Machines Who
}

// Who are clients known by something.
type Who struct {
	// Agents are texts found in what the client calls itself, or regular
	// expressions between slashes.
	Agents []string
	// Addresses are addresses and networks.
	Addresses []string
	// Paths are patterns of what only they ask for (machines only).
	Paths []string
}

// Judge applies rules to the requests of one log.
type Judge struct {
	crawlers         *Crawlers
	health, paths    []pathPattern
	people, machines who
	addresses        *memory[Kind]
	agents           *memory[agentVerdict]
	// silent takes a client that says nothing about itself for a machine.
	silent bool
}

type who struct {
	agents    []agentPattern
	addresses []netip.Prefix
}

// agentVerdict is what is known of a client by what it calls itself.
type agentVerdict struct {
	person, machine bool
	print           uint64
}

// remembered is how many agents and addresses a judge remembers.
const remembered = 8192

// NewJudge makes a judge. Fold ignores the case of paths, as IIS does; silent
// takes clients that call themselves nothing for machines, which makes sense
// where the log would say it.
func NewJudge(c *Crawlers, rules Rules, fold, silent bool) (*Judge, error) {
	j := &Judge{crawlers: c, addresses: newMemory[Kind](remembered), agents: newMemory[agentVerdict](remembered), silent: silent}
	for _, p := range rules.Health {
		j.health = append(j.health, newPathPattern(p, fold))
	}
	j.paths = append(j.paths, newPathPattern("/robots.txt", fold))
	for _, p := range rules.Machines.Paths {
		j.paths = append(j.paths, newPathPattern(p, fold))
	}
	var err error
	if j.people, err = newWho(rules.People); err != nil {
		return nil, err
	}
	j.machines, err = newWho(rules.Machines)
	return j, err
}

func newWho(w Who) (out who, err error) {
	for _, text := range w.Agents {
		p, err := newAgentPattern(text)
		if err != nil {
			return out, fmt.Errorf("agent %q: %w", text, err)
		}
		out.agents = append(out.agents, p)
	}
	for _, text := range w.Addresses {
		p, err := newNetwork(text)
		if err != nil {
			return out, fmt.Errorf("address %q: %w", text, err)
		}
		out.addresses = append(out.addresses, p)
	}
	return out, nil
}

// Judge says who has made a request.
func (j *Judge) Judge(r *Record) Kind {
	kind, _ := j.judge(r)
	return kind
}

// judge also gives a print of the agent, under which it is remembered.
func (j *Judge) judge(r *Record) (Kind, uint64) {
	v, ok := j.agents.get(r.Agent)
	if !ok {
		v = j.know(r.Agent)
		j.agents.put(r.Agent, v)
	}
	if len(j.health) > 0 && anyPath(j.health, r.Path) {
		return Health, v.print
	}
	if v.person {
		return Person, v.print
	}
	if len(j.people.addresses)+len(j.machines.addresses) > 0 {
		switch j.address(r.Addr) {
		case Person:
			return Person, v.print
		case Machine:
			return Machine, v.print
		}
	}
	if v.machine || j.silent && len(r.Agent) == 0 || anyPath(j.paths, r.Path) {
		return Machine, v.print
	}
	return Person, v.print
}

// know looks closely at what a client calls itself.
func (j *Judge) know(agent []byte) agentVerdict {
	v := agentVerdict{print: printOf(agent)}
	v.person = anyAgent(j.people.agents, agent)
	switch {
	case v.person, len(agent) == 0:
	default:
		v.machine = anyAgent(j.machines.agents, agent) || j.crawlers.Match(agent)
	}
	return v
}

// address says what the rules say about an address; Health stands for nothing.
func (j *Judge) address(a []byte) Kind {
	kind, ok := j.addresses.get(a)
	if ok {
		return kind
	}
	switch {
	case anyNetwork(j.people.addresses, a):
		kind = Person
	case anyNetwork(j.machines.addresses, a):
		kind = Machine
	default:
		kind = Health
	}
	j.addresses.put(a, kind)
	return kind
}
