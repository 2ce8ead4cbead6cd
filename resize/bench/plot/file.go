package plot

import "os"

// CheckWritable returns an error if a file cannot be written. Commands that measure for
// minutes call it first. It creates the file if there is none, and does nothing if name is "".
func CheckWritable(name string) error {
	if name == "" {
		return nil
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	return file.Close()
}
