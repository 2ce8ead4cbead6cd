package s3origin

// plan says how an object is fetched in parts.
type plan struct {
	first    int64 // bytes that the first request asks for
	rest     int64 // most bytes that each later request asks for
	parallel int   // most requests at a time
	ahead    int64 // read-ahead in bytes: a part starts once the reader is this close
}

var defaultPlan = plan{first: 4 << 20, rest: 4 << 20, parallel: 4, ahead: 1 << 20}

// split returns the parts of an object of total bytes: first, which has been
// asked for, and others of about equal size.
func (p plan) split(first span, total int64) []*part {
	parts := []*part{newPart(first)}
	rest := total - first.end
	count := (rest + p.rest - 1) / p.rest
	for i := range count {
		parts = append(parts, newPart(span{first.end + i*rest/count, first.end + (i+1)*rest/count}))
	}
	return parts
}
