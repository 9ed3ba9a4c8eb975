package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const lakesideDir = "../../scoring/programme/testdata/lakeside-2030"

// Another city is a folder of files: they are shown first, then put in force, and
// the same again changes nothing.
func TestAProgrammeIsPutInForceFromFiles(t *testing.T) {
	emptyHomes(t, func(t *testing.T, h home) {
		h.must(t, "migrate")
		shown := h.must(t, "programme", "import", lakesideDir)
		contains(t, shown, "Data of Lakeside, 2030 (湖政办〔2030〕1号), against", "  new      L-01 Set up rules for data", "  ended    P-07 ",
			"4 new, 0 changed, 129 ended, 0 as before.", "nothing was written. With --adopt it is in force from 2030-03-01.")
		again := h.must(t, "programme", "import", lakesideDir, "--adopt", "--reason", "new programme")
		contains(t, again, "4 new, 0 changed, 129 ended", "Programme lakeside-2030 is in force from 2030-03-01.")
		contains(t, h.must(t, "programme", "import", lakesideDir, "--adopt"), "in force from 2030-03-01 already; nothing changes.")
		dir := copied(t, lakesideDir)
		changed(t, filepath.Join(dir, "obligations.csv"), ",03-31,", ",04-30,")
		contains(t, h.must(t, "programme", "import", dir, "--from", "2031-01-01"), "  changed  L-02 Report of the year (due)", "0 new, 1 changed, 0 ended, 3 as before.", "from 2031-01-01")
		contains(t, h.must(t, "--lang", "zh-CN", "programme", "import", dir), "  修改 L-02 报送年度治理情况（due）", "没有写入")
	})
}

// Whoever has made mistakes reads all of them, each with its place and the mend,
// and nothing is written.
func TestAProgrammeWithMistakesIsRefused(t *testing.T) {
	h := sqliteHome(t)
	h.must(t, "migrate")
	dir := copied(t, lakesideDir)
	for _, one := range [][2]string{{"L-02,A1.2", "L-02,A9"}, {"2030-06-30", "30.6.2030"}, {"L-04,A3,municipal region", "L-04,A3,city"}} {
		changed(t, filepath.Join(dir, "obligations.csv"), one[0], one[1])
	}
	got := h.run(t, "programme", "import", dir, "--adopt")
	if got.code != 2 {
		t.Errorf("exit %d", got.code)
	}
	contains(t, got.errors, "in 3 places, and nothing was written",
		"obligations.csv:3 article There is no article A9 in articles.csv. Correct it, or add the article there.",
		"obligations.csv:4 due “30.6.2030” is no date. Of kind once, write it as 2030-05-31.",
		"obligations.csv:5 who “city” is not known. Known are: municipal region key_area",
	)
	if err := os.Remove(filepath.Join(dir, "articles.csv")); err != nil {
		t.Fatal(err)
	}
	contains(t, h.run(t, "programme", "import", dir).errors, "articles.csv The file is not there")
	for _, args := range [][]string{{"programme", "import", filepath.Join(dir, "none")}, {"programme", "import", lakesideDir, "--from", "1.3.2030"}} {
		if got := h.run(t, args...); got.code == 0 {
			t.Errorf("%v: exit 0: %s", args, got.out)
		}
	}
	contains(t, h.must(t, "programme", "import", lakesideDir), "129 ended") // still the first one
}

func copied(t *testing.T, from string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func changed(t *testing.T, file, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), from) {
		t.Fatalf("%q is not in %s", from, file)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(raw), from, to, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}
