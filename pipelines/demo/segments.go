package demo

// segment is a size of customer and how such customers behave. Chances are in 10,000; those of
// changes are for one month, those of leaving for one term.
type segment struct {
	id        string
	seats     [2]int // least and most seats at the start
	terms     [3]int // weights of paying each month, quarter, year
	tiers     [3]int // weights of the tiers
	channels  [5]int // weights of the channels they come by
	leave     [3]int // chance to leave at the end of a month, quarter, year
	grow      int    // more seats
	shrink    int    // fewer seats
	adopt     int    // one more add-on
	abandon   int    // one add-on less
	upgrade   int    // the next tier up
	downgrade int    // the next tier down
	tickets   int    // a month
	discount  [2]int // a negotiated price, in percent off the list
}

var segments = []*segment{
	{
		id: "smb", seats: [2]int{3, 18}, terms: [3]int{70, 10, 20}, tiers: [3]int{60, 35, 5}, channels: [5]int{34, 30, 18, 13, 5},
		leave: [3]int{280, 640, 1800}, grow: 390, shrink: 110, adopt: 110, abandon: 45, upgrade: 75, downgrade: 22,
		tickets: 3500, discount: [2]int{0, 0},
	},
	{
		id: "mid", seats: [2]int{15, 75}, terms: [3]int{35, 15, 50}, tiers: [3]int{20, 55, 25}, channels: [5]int{25, 22, 18, 17, 18},
		leave: [3]int{150, 340, 980}, grow: 640, shrink: 130, adopt: 140, abandon: 50, upgrade: 80, downgrade: 20,
		tickets: 8000, discount: [2]int{0, 12},
	},
	{
		id: "enterprise", seats: [2]int{65, 210}, terms: [3]int{0, 15, 85}, tiers: [3]int{0, 35, 65}, channels: [5]int{15, 8, 20, 22, 35},
		leave: [3]int{80, 190, 650}, grow: 720, shrink: 150, adopt: 150, abandon: 45, upgrade: 70, downgrade: 18,
		tickets: 16000, discount: [2]int{15, 30},
	},
}

var terms = []int{1, 3, 12}

// segmentFor is the segment of an account that has grown or shrunk to a number of seats; the bounds
// lie apart, so that one does not go to and fro.
func segmentFor(now *segment, seats int) *segment {
	switch {
	case now == segments[0] && seats >= 22, now == segments[2] && seats <= 40:
		return segments[1]
	case now == segments[1] && seats >= 85:
		return segments[2]
	case now == segments[1] && seats <= 9:
		return segments[0]
	}
	return now
}
