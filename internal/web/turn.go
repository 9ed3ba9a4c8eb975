package web

import (
	"context"
	"net/http"
	"runtime"
	"sync"

	"github.com/gin-gonic/gin"

	"qingce/internal/fault"
)

// turns lets so many pages be worked out at a time; the others wait in the
// order in which they came (a channel serves its waiters so). Working on all at
// once would not be faster, and would make each as slow as the last.
type turns chan struct{}

// newTurns has three turns for two processors: room for a page that waits for
// the database; more would only spread the times of pages that came together.
func newTurns() turns {
	n := runtime.GOMAXPROCS(0)
	return make(turns, n+(n+1)/2)
}

func (t turns) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

const turnKey = "turn"

// turn makes a page that is shown wait for its turn, and has all that it reads
// see one state of the database. The turn ends before the answer is sent: how
// fast the other side reads is its own matter. Posted forms, programs and what
// may take long (downloads, exports) have no turn.
func (s *Server) turn(c *gin.Context) {
	if c.Request.Method != http.MethodGet || !s.inTurn[c.FullPath()] {
		return
	}
	if err := s.turns.take(c.Request.Context()); err != nil {
		s.fail(c, fault.New(fault.Unavailable, "err.canceled").Because(err))
		return
	}
	ctx, apart := s.opts.Together(c.Request.Context())
	end := sync.OnceFunc(func() {
		apart()
		<-s.turns
	})
	defer end()
	c.Set(turnKey, end)
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

// endTurn ends the turn of a request that has one.
func endTurn(c *gin.Context) {
	if end, ok := c.Value(turnKey).(func()); ok {
		end()
	}
}
