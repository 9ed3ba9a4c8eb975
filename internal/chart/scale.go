package chart

import (
	"math"
	"strconv"
)

// known tells that a value can be drawn.
func known(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// ticks are four to six round numbers that cover low to high; 0 is always
// among them.
func ticks(low, high float64) []float64 {
	low, high = min(low, 0), max(high, 0)
	if high-low < 1e-9 || !known(high-low) {
		high = low + 1
	}
	step := math.Pow(10, math.Floor(math.Log10((high-low)/4)))
	for _, f := range []float64{1, 2, 2.5, 5, 10} {
		if (high-low)/(step*f) <= 5 {
			step *= f
			break
		}
	}
	var out []float64
	for i := math.Floor(low/step + 1e-9); i <= math.Ceil(high/step-1e-9); i++ {
		out = append(out, i*step)
	}
	return out
}

// plainNumber writes a number with as few digits as it needs.
func plainNumber(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64) }
