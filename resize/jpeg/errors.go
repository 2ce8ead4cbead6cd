package jpeg

// formatError is the error for data that is not a valid JPEG: corrupt or
// truncated.
type formatError string

func (e formatError) Error() string { return "jpeg: invalid: " + string(e) }

// unsupportedError is the error for a valid feature that is not decoded.
type unsupportedError string

func (e unsupportedError) Error() string { return "jpeg: unsupported: " + string(e) }

// errTruncated is the error for data that ends before the picture does.
const errTruncated = formatError("truncated")
