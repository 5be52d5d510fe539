package sandbox

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sort"
	"time"
)

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// chance is a number drawn from what it is for: the same for the same seed and subject, whatever else is drawn.
func chance(seed uint64, subject ...any) uint64 {
	sum := sha256.Sum256(fmt.Append(nil, seed, fmt.Sprint(subject...)))
	return binary.BigEndian.Uint64(sum[:8])
}

// token is an id as Stripe makes them: letters and figures that say nothing.
func token(seed uint64, prefix string, length int, subject ...any) string {
	sum := sha256.Sum256(fmt.Append(nil, seed, prefix, fmt.Sprint(subject...)))
	id := []byte(prefix)
	for i := range length {
		id = append(id, letters[int(sum[i%len(sum)])%len(letters)])
	}
	return string(id)
}

// numbered gives objects numbers that grow with the moment they were made, as HubSpot does. The same moment and
// name get the same number whatever comes later.
func numbered(objects []*record) {
	sort.SliceStable(objects, func(i, j int) bool {
		if !objects[i].created.Equal(objects[j].created) {
			return objects[i].created.Before(objects[j].created)
		}
		return objects[i].name < objects[j].name
	})
	last := int64(0)
	for _, o := range objects {
		o.number = max(last+1, (o.created.Unix()-since.Unix())*16)
		last = o.number
		o.id = fmt.Sprint(o.number)
	}
}

// since is when HubSpot's numbers began to count.
var since = time.Date(2014, time.January, 1, 0, 0, 0, 0, time.UTC)
