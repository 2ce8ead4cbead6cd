package edge

// ReadResponse reads the response of an event as the handler does.
func ReadResponse(data []byte) (Response, error) {
	r, err := readResponse(data)
	return r.Response, err
}

// RoomInHeaders reports whether CloudFront accepts a Cache-Control besides the headers
// of r from the function.
func RoomInHeaders(r Response) bool { return headerBytes(r.Headers)+100 <= maxHeaderBytes }
