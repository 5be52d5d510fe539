package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"lastro/extract"
)

// TestResume cancels a run, or lets the API fail, at every request of a list of every kind of paging. The next run must
// go on where that one was, ask for nothing twice but the page under way, and end with every record once.
func TestResume(t *testing.T) {
	for _, p := range pagings() {
		t.Run(p.name, func(t *testing.T) {
			for _, at := range []int{1, 2, 4, 6} {
				for _, how := range []string{"cancel", "fail"} {
					w := newWorld(t, p.connector())
					w.handle("/items", p.answer(items(57)))
					if how == "cancel" {
						w.cancelAt = at
					} else {
						w.failAt = func(n int, _ *http.Request) int {
							if n == at {
								return http.StatusForbidden
							}
							return 0
						}
					}
					_, err := w.try(context.Background())
					var failed *extract.ReadError
					switch {
					case how == "cancel" && !errors.Is(err, context.Canceled):
						t.Fatalf("cancelled at %d: %v", at, err)
					case how == "fail" && (!errors.As(err, &failed) || !failed.Kept):
						t.Fatalf("failed at %d: %v", at, err)
					}
					same(t, fmt.Sprintf("%s at %d: nothing of it is visible", how, at), w.current("items", "id"))
					if _, ok := w.known().Cursor("api"); ok && how == "cancel" {
						t.Error("a cancelled run moved the cursor")
					}
					first := w.asked()
					w.cancelAt, w.failAt = 0, nil
					report := w.read()
					same(t, fmt.Sprintf("%s at %d", how, at), w.current("items", "id"), ids(57)...)
					if again := w.asked(); len(again) > 6-at+4 {
						t.Errorf("%s at %d: asked %v and then %v", how, at, first, again)
					}
					if api := streamReport(t, report, "items").API; api.Resumed != (at > 1) || !api.IsFull {
						t.Errorf("%s at %d: %+v", how, at, api)
					}
				}
			}
		})
	}
}
