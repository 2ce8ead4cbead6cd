package edge

// The JSON methods of the types in event.go: all alike, because encoding/json
// cannot keep unknown members by itself.

// UnmarshalJSON decodes a JSON object and keeps what it does not know.
func (e *Event) UnmarshalJSON(data []byte) (err error) {
	type fields Event
	e.Unknown, err = decodeKeeping(data, (*fields)(e))
	return err
}

// MarshalJSON encodes the fields and what was kept.
func (e Event) MarshalJSON() ([]byte, error) {
	type fields Event
	return encodeKeeping(fields(e), e.Unknown)
}

// UnmarshalJSON decodes a JSON object and keeps what it does not know.
func (r *Record) UnmarshalJSON(data []byte) (err error) {
	type fields Record
	r.Unknown, err = decodeKeeping(data, (*fields)(r))
	return err
}

// MarshalJSON encodes the fields and what was kept.
func (r Record) MarshalJSON() ([]byte, error) {
	type fields Record
	return encodeKeeping(fields(r), r.Unknown)
}

// UnmarshalJSON decodes a JSON object and keeps what it does not know.
func (c *CF) UnmarshalJSON(data []byte) (err error) {
	type fields CF
	c.Unknown, err = decodeKeeping(data, (*fields)(c))
	return err
}

// MarshalJSON encodes the fields and what was kept.
func (c CF) MarshalJSON() ([]byte, error) {
	type fields CF
	return encodeKeeping(fields(c), c.Unknown)
}

// UnmarshalJSON decodes a JSON object and keeps what it does not know.
func (e *EventConfig) UnmarshalJSON(data []byte) (err error) {
	type fields EventConfig
	e.Unknown, err = decodeKeeping(data, (*fields)(e))
	return err
}

// MarshalJSON encodes the fields and what was kept.
func (e EventConfig) MarshalJSON() ([]byte, error) {
	type fields EventConfig
	return encodeKeeping(fields(e), e.Unknown)
}

// UnmarshalJSON decodes a JSON object and keeps what it does not know.
func (r *Request) UnmarshalJSON(data []byte) (err error) {
	type fields Request
	r.Unknown, err = decodeKeeping(data, (*fields)(r))
	return err
}

// MarshalJSON encodes the fields and what was kept.
func (r Request) MarshalJSON() ([]byte, error) {
	type fields Request
	return encodeKeeping(fields(r), r.Unknown)
}

// UnmarshalJSON decodes a JSON object and keeps what it does not know.
func (o *Origin) UnmarshalJSON(data []byte) (err error) {
	type fields Origin
	o.Unknown, err = decodeKeeping(data, (*fields)(o))
	return err
}

// MarshalJSON encodes the fields and what was kept.
func (o Origin) MarshalJSON() ([]byte, error) {
	type fields Origin
	return encodeKeeping(fields(o), o.Unknown)
}

// UnmarshalJSON decodes a JSON object and keeps what it does not know.
func (s *S3Origin) UnmarshalJSON(data []byte) (err error) {
	type fields S3Origin
	s.Unknown, err = decodeKeeping(data, (*fields)(s))
	return err
}

// MarshalJSON encodes the fields and what was kept.
func (s S3Origin) MarshalJSON() ([]byte, error) {
	type fields S3Origin
	return encodeKeeping(fields(s), s.Unknown)
}

// UnmarshalJSON decodes a JSON object and keeps what it does not know.
func (c *CustomOrigin) UnmarshalJSON(data []byte) (err error) {
	type fields CustomOrigin
	c.Unknown, err = decodeKeeping(data, (*fields)(c))
	return err
}

// MarshalJSON encodes the fields and what was kept.
func (c CustomOrigin) MarshalJSON() ([]byte, error) {
	type fields CustomOrigin
	return encodeKeeping(fields(c), c.Unknown)
}

// UnmarshalJSON decodes a JSON object and keeps what it does not know.
func (r *Response) UnmarshalJSON(data []byte) (err error) {
	type fields Response
	r.Unknown, err = decodeKeeping(data, (*fields)(r))
	return err
}

// MarshalJSON encodes the fields and what was kept.
func (r Response) MarshalJSON() ([]byte, error) {
	type fields Response
	return encodeKeeping(fields(r), r.Unknown)
}

// UnmarshalJSON decodes a JSON object and keeps what it does not know.
func (h *Header) UnmarshalJSON(data []byte) (err error) {
	type fields Header
	h.Unknown, err = decodeKeeping(data, (*fields)(h))
	return err
}

// MarshalJSON encodes the fields and what was kept.
func (h Header) MarshalJSON() ([]byte, error) {
	type fields Header
	return encodeKeeping(fields(h), h.Unknown)
}
