package jpeg

// FormatError says that data is not a valid JPEG: corrupt or truncated.
type FormatError string

func (e FormatError) Error() string { return "jpeg: invalid: " + string(e) }

// UnsupportedError says that a JPEG uses a valid feature that is not decoded.
type UnsupportedError string

func (e UnsupportedError) Error() string { return "jpeg: unsupported: " + string(e) }

// errTruncated says that the data ends before the picture does.
const errTruncated = FormatError("truncated")
