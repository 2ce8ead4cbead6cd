package bucket

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"regexp"
)

// MetadataFile is the name of the file with the user metadata of a folder's
// objects.
const MetadataFile = ".metadata.json"

// Metadata maps keys to the user metadata of their objects: values by their
// names without "x-amz-meta-".
type Metadata map[string]map[string]string

// ReadMetadata reads the [MetadataFile] of a folder, such as
//
//	{"a/photo.jpg": {"focus": "0.3,0.7"}}
//
// Without that file it returns nil. It refuses what S3 does not keep as it is.
func ReadMetadata(folder *os.Root) (Metadata, error) {
	info, err := folder.Stat(MetadataFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	var data []byte
	if err == nil {
		data, err = folder.ReadFile(MetadataFile)
	}
	var m Metadata
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err == nil {
		err = m.check()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", MetadataFile, err)
	}
	return m, nil
}

// mostMetadata limits an object's metadata, names and values, in bytes. Amazon
// S3 User Guide, "Working with object metadata".
const mostMetadata = 2 << 10

var (
	// metadataName matches HTTP tokens (RFC 9110, section 5.6.2) that S3 keeps
	// as they are: in lower case.
	metadataName = regexp.MustCompile(`^[!#$%&'*+.^_|~0-9a-z` + "`" + `-]+$`)
	// metadataValue matches values that S3 does not encode.
	metadataValue = regexp.MustCompile(`^(?:[!-~](?:[ -~]*[!-~])?)?$`)
)

// check returns an error unless S3 would keep m as it is.
func (m Metadata) check() error {
	for key, values := range m {
		size := 0
		for name, value := range values {
			size += len(name) + len(value)
			switch {
			case !metadataName.MatchString(name):
				return fmt.Errorf("%q has metadata called %q: want lower-case letters, digits and hyphens", key, name)
			case !metadataValue.MatchString(value):
				return fmt.Errorf("%q of %q is %q: want printable ASCII", name, key, value)
			}
		}
		if size > mostMetadata {
			return fmt.Errorf("%q has %d bytes of metadata: want at most %d", key, size, mostMetadata)
		}
	}
	return nil
}

// setMetadata writes an object's metadata into the headers of its answer.
func (o *object) setMetadata(header http.Header) {
	for name, value := range o.metadata {
		header.Set("X-Amz-Meta-"+name, value)
	}
}
