package company

import "runtime"

// inOrder makes n parts, a few at once, and uses them one after another in their order.
func inOrder[T any](n int, produce func(i int) (T, error), use func(T) error) error {
	type part struct {
		value T
		err   error
	}
	parts := make(chan chan part, runtime.GOMAXPROCS(0)) // as many as may lie in memory
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		defer close(parts)
		for i := range n {
			made := make(chan part, 1)
			select {
			case parts <- made:
			case <-stop:
				return
			}
			go func() {
				value, err := produce(i)
				made <- part{value, err}
			}()
		}
	}()
	for made := range parts {
		p := <-made
		if p.err != nil {
			return p.err
		}
		if err := use(p.value); err != nil {
			return err
		}
	}
	return nil
}
