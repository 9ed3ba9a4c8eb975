package scorecard_test

import (
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qingce/scoring/scorecard"
)

// said is a body of a script with what it is to come to.
type said struct {
	in      scorecard.Input
	line    int
	metrics map[scorecard.Metric]string
	total   string
	weight  int
	rank    string
}

var (
	metricWords = map[string]scorecard.Metric{
		"整合": scorecard.Integrated, "共享": scorecard.Shared, "协同": scorecard.Joint, "联通": scorecard.Connected, "任务": scorecard.Tasks, "实效": scorecard.Effect,
	}
	outcomeWords = map[string]scorecard.Outcome{
		"按时": scorecard.OnTime, "逾期": scorecard.Late, "逾期较久": scorecard.LateLong, "未完成": scorecard.Undone,
	}
	partWords = map[string]scorecard.Part{
		"答复": scorecard.Replies, "异议": scorecard.Objections, "被使用": scorecard.Used, "免提交": scorecard.NotCollected,
	}
	caseWords = map[string]scorecard.Deduction{
		"整改逾期": scorecard.OverdueRectification, "违规使用": scorecard.Misuse, "虚报": scorecard.FalseReport, "漏报": scorecard.Omission,
	}
)

// script reads a file of bodies and of what they are to come to.
func script(t *testing.T, name string) []said {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []said
	for n, text := range strings.Split(string(raw), "\n") {
		words := strings.Fields(text)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		switch {
		case words[0] == "单位" && len(words) > 3 && words[2] == "组":
			one := said{line: n + 1, metrics: map[scorecard.Metric]string{}}
			one.in = scorecard.Input{
				Body: words[1], Group: words[3], KeyArea: slices.Contains(words, "重点领域"), Parts: map[scorecard.Part]scorecard.Share{}, Cases: map[scorecard.Deduction]int{},
			}
			out = append(out, one)
			continue
		case words[0] == "单位" || len(out) == 0:
			err = fmt.Errorf("每段的第一行写“单位 代码 组 A”")
		case len(words)%2 == 1 && slices.Contains([]string{"任务", "实效", "扣分", "指标"}, words[0]), len(words) == 2, len(words) == 6 && words[0] == "得分":
			err = out[len(out)-1].read(words)
		default:
			err = fmt.Errorf("“%s”后面少写或多写了", words[0])
		}
		if err != nil {
			t.Fatalf("%s:%d: %v", name, n+1, err)
		}
	}
	return out
}

func (s *said) read(words []string) (err error) {
	pairs := func(do func(a, b string) error) error {
		for i := 1; i+1 < len(words); i += 2 {
			if err := do(words[i], words[i+1]); err != nil {
				return err
			}
		}
		return nil
	}
	switch words[0] {
	case "整合":
		s.in.Disposed, err = share(words[1])
	case "共享":
		if s.in.NothingToShare = words[1] == "无可共享资源"; !s.in.NothingToShare {
			s.in.Entries, err = share(words[1])
		}
	case "协同":
		s.in.Systems = 1
		s.in.Applications, err = strconv.Atoi(words[1])
	case "联通":
		s.in.Connections, err = share(words[1])
	case "任务":
		return pairs(func(id, outcome string) error {
			s.in.Tasks = append(s.in.Tasks, scorecard.Task{ID: id, Outcome: outcomeWords[outcome]})
			return known(outcomeWords, outcome)
		})
	case "实效":
		return pairs(func(part, of string) error {
			s.in.Parts[partWords[part]], err = share(of)
			return firstOf(known(partWords, part), err)
		})
	case "扣分":
		return pairs(func(kind, n string) error {
			s.in.Cases[caseWords[kind]], err = strconv.Atoi(n)
			return firstOf(known(caseWords, kind), err)
		})
	case "指标":
		return pairs(func(metric, want string) error {
			s.metrics[metricWords[metric]] = want
			return known(metricWords, metric)
		})
	case "得分":
		s.total, s.rank = words[1], words[5]
		s.weight, err = strconv.Atoi(words[3])
	default:
		err = fmt.Errorf("不认识“%s”", words[0])
	}
	return err
}

func share(text string) (s scorecard.Share, err error) {
	_, err = fmt.Sscanf(text, "%d/%d", &s.Num, &s.Den)
	return s, err
}

func known[T any](words map[string]T, word string) error {
	if _, ok := words[word]; !ok {
		return fmt.Errorf("不认识“%s”", word)
	}
	return nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func shown(points int64) string { return fmt.Sprintf("%d.%02d", points/100, points%100) }

// TestScripts works out the months that are written in testdata, which anybody
// can read and add to.
func TestScripts(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) < 2 {
		t.Fatalf("scripts %v, %v", names, err)
	}
	p := scorecard.DefaultPolicy()
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			all := script(t, name)
			cards := make([]scorecard.Card, len(all))
			for i := range all {
				cards[i] = p.Make(&all[i].in)
			}
			scorecard.Rank(cards)
			for _, want := range all {
				i := slices.IndexFunc(cards, func(c scorecard.Card) bool { return c.Body == want.in.Body })
				want.check(t, name, cards[i])
			}
		})
	}
}

func (s *said) check(t *testing.T, name string, c scorecard.Card) {
	t.Helper()
	rank := strconv.Itoa(c.Rank)
	if c.Rank == 0 {
		rank = "不排名"
	}
	if shown(c.Points) != s.total || c.Weight != s.weight || rank != s.rank {
		t.Errorf("%s:%d: %s: 得分 %s 权重 %d 名次 %s, want %s %d %s", name, s.line, c.Body, shown(c.Points), c.Weight, rank, s.total, s.weight, s.rank)
	}
	for _, m := range scorecard.Metrics() {
		got := ""
		if v := c.Values[m]; v != nil {
			got = shown(scorecard.Hundredths(v))
		}
		if got != s.metrics[m] {
			t.Errorf("%s:%d: %s: %s is %q, want %q", name, s.line, c.Body, m.Key(), got, s.metrics[m])
		}
	}
}

func TestRoundingIsHalfUpOnce(t *testing.T) {
	for _, one := range []struct {
		num, den int64
		want     string
	}{
		{55625, 1000, "55.63"}, {55624, 1000, "55.62"}, {2, 3, "0.67"}, {0, 1, "0.00"}, {100, 1, "100.00"}, {1, 200, "0.01"}, {1, 201, "0.00"},
	} {
		if got := shown(scorecard.Hundredths(big.NewRat(one.num, one.den))); got != one.want {
			t.Errorf("%d/%d is %s, want %s", one.num, one.den, got, one.want)
		}
	}
}
