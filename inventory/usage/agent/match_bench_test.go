package agent_test

import "testing"

// BenchmarkStrangeAgent tells what a client costs that was never seen before.
func BenchmarkStrangeAgent(b *testing.B) {
	c := crawlers()
	ua := []byte(firefox + " AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 x/123")
	b.ReportAllocs()
	for b.Loop() {
		if c.Match(ua) {
			b.Fatal("a browser is taken for a machine")
		}
	}
}
