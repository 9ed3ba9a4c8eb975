package chart

// Bars is a ranking or a set of shares: a bar from the left for each row, in
// the order given, all from zero and on one scale.
type Bars struct {
	Head
	Bars []Bar
	// Max is the value that fills the whole width (100 for per cent); zero or
	// less than the greatest value means the greatest value.
	Max float64
}

// Bar is one row.
type Bar struct {
	Label string
	// Value is the length. NaN and Inf mean that it was not measured; less than
	// nothing is drawn as nothing, with its text.
	Value float64
	// Text stands at the end of the bar: "15/17 · 88.24 %". Empty writes the
	// number.
	Text string
	// Href leads to the rows behind the number, within the site.
	Href string
	// Missing marks a bar that counts what was not given: it is hatched, and as
	// long as its value.
	Missing bool
}

// Draw lays the bars out.
func (b Bars) Draw(width int) Drawing {
	d := newDrawing(b.Head, width)
	if len(b.Bars) == 0 {
		return d.empty()
	}
	f := b.frame(d)
	for _, bar := range b.Bars {
		f.row(d, rowHead{label: clean(bar.Label), href: local(bar.Href), text: bar.text(b.Words)}, func(y float64) (shapes []shape, length float64) {
			return bar.draw(f, y)
		})
	}
	f.close(d)
	return *d
}

// frame divides the width between labels, bars and texts.
func (b Bars) frame(d *Drawing) rowFrame {
	var labels, texts []string
	greatest := 0.0
	for _, bar := range b.Bars {
		labels, texts = append(labels, clean(bar.Label)), append(texts, bar.text(b.Words))
		if known(bar.Value) {
			greatest = max(greatest, bar.Value)
		}
	}
	return newRowFrame(d, labels, texts, max(greatest, b.Max))
}

func (b Bar) text(w Words) string {
	switch {
	case !known(b.Value):
		return clean(w.Unmeasured)
	case b.Text == "":
		return plainNumber(b.Value)
	}
	return clean(b.Text)
}

func (b Bar) draw(f rowFrame, y float64) ([]shape, float64) {
	if !known(b.Value) {
		return []shape{box{f.left, y, f.gap(), barHigh, unmeasured}}, f.gap()
	}
	length := f.length(b.Value)
	if length <= 0 {
		return nil, 0
	}
	p := paintOf(0)
	if b.Missing {
		p = pale
	}
	return []shape{box{f.left, y, length, barHigh, p}}, length
}
