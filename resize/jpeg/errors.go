package jpeg

// formatError says that data is not a valid JPEG: corrupt or truncated.
type formatError string

func (e formatError) Error() string { return "jpeg: invalid: " + string(e) }

// unsupportedError says that a JPEG uses a valid feature that is not decoded.
type unsupportedError string

func (e unsupportedError) Error() string { return "jpeg: unsupported: " + string(e) }

// errTruncated says that the data ends before the picture does.
const errTruncated = formatError("truncated")
