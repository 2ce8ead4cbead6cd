package s3origin

// plan says in which parts an object is fetched.
type plan struct {
	first    int64 // bytes that the first request is for
	rest     int64 // bytes that each later one is for at most
	parallel int   // requests at a time
	ahead    int64 // bytes that the reader is before a part when its fetch begins
}

var defaultPlan = plan{first: 4 << 20, rest: 4 << 20, parallel: 4, ahead: 1 << 20}

// split is the parts of an object of total bytes, of which the first one has
// been asked for. The others are of about the same size.
func (p plan) split(first span, total int64) []*part {
	parts := []*part{newPart(first)}
	rest := total - first.end
	count := (rest + p.rest - 1) / p.rest
	for i := range count {
		parts = append(parts, newPart(span{first.end + i*rest/count, first.end + (i+1)*rest/count}))
	}
	return parts
}
