package edge

// ReadResponse reads the response of an event as the handler does.
func ReadResponse(data []byte) (Response, error) {
	r, err := readResponse(data)
	return r.Response, err
}
