package resize

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// spaces are the characters that may precede a document's first.
const spaces = " \t\r\n\f"

// textFormat returns the format of data that is text, or Unknown. cut says that the
// text continues after data.
func textFormat(data []byte, cut bool) Format {
	text, ok := decodedText(data, cut)
	if !ok || text == "" {
		return pic.Unknown
	}
	text = strings.TrimLeft(text, spaces)
	switch {
	case strings.HasPrefix(text, "<"):
		return markupFormat(text)
	case (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) && isJSON(text):
		return pic.JSON
	}
	return pic.Text
}

// decodedText returns data as UTF-8 without a byte order mark, and reports whether it
// is text. Text is markup in any 8-bit encoding, UTF-8, or UTF-16 with its mark,
// without control characters that no text has.
func decodedText(data []byte, cut bool) (text string, ok bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		data = fromUTF16(binary.LittleEndian, data[2:])
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		data = fromUTF16(binary.BigEndian, data[2:])
	default:
		data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
		if cut {
			data = withoutCutRune(data)
		}
	}
	for _, b := range data {
		if b < ' ' && !isSpace(b) && b != '\b' && b != '\x1b' {
			return "", false
		}
	}
	markup := bytes.HasPrefix(bytes.TrimLeft(data, spaces), []byte("<"))
	return string(data), markup || utf8.Valid(data)
}

// fromUTF16 converts whole units of UTF-16 to UTF-8. Invalid ones become a byte that no
// UTF-8 has.
func fromUTF16(order binary.ByteOrder, data []byte) []byte {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	if n := len(units); n > 0 && units[n-1]&0xfc00 == 0xd800 {
		units = units[:n-1] // the first half of a surrogate pair that is cut off
	}
	text := []byte(string(utf16.Decode(units)))
	return bytes.ReplaceAll(text, []byte(string(utf8.RuneError)), []byte{0xff})
}

// withoutCutRune returns data without the bytes of a rune that is cut off at its end.
func withoutCutRune(data []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(data); n++ {
		if at := len(data) - n; utf8.RuneStart(data[at]) {
			if !utf8.FullRune(data[at:]) {
				return data[:at]
			}
			break
		}
	}
	return data
}

func isSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

// isJSON reports whether text is JSON or the beginning of JSON.
func isJSON(text string) bool {
	d := json.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err != nil {
			return err == io.EOF || err == io.ErrUnexpectedEOF
		}
	}
}

// htmlElements lists the elements that begin documents without a document type (WHATWG,
// MIME Sniffing, section 7.1).
var htmlElements = map[string]bool{
	"html": true, "head": true, "script": true, "iframe": true, "h1": true, "div": true, "font": true, "table": true,
	"a": true, "style": true, "title": true, "b": true, "body": true, "br": true, "p": true, "meta": true, "link": true,
}

// markupFormat returns the format of text that begins with "<".
func markupFormat(text string) Format {
	name, declared := rootElement(text)
	switch {
	case name == "svg":
		return pic.SVG
	case htmlElements[name]:
		return pic.HTML
	case name != "" || declared:
		return pic.XML
	}
	return pic.Text
}

// rootElement returns the name of a document's first element, or the one that the
// document type gives, in lower case and without its prefix; "" if there is none.
// declared reports whether the text begins with an XML declaration.
func rootElement(text string) (name string, declared bool) {
	text = strings.ToLower(text)
	declared = strings.HasPrefix(text, "<?xml")
	for {
		text = strings.TrimLeft(text, spaces)
		end := ""
		switch {
		case strings.HasPrefix(text, "<?"):
			end = "?>"
		case strings.HasPrefix(text, "<!--"):
			end = "-->"
		case strings.HasPrefix(text, "<!doctype"):
			return elementName(strings.TrimLeft(text[len("<!doctype"):], spaces)), declared
		case strings.HasPrefix(text, "<"):
			return elementName(text[1:]), declared
		default:
			return "", declared
		}
		_, after, ok := strings.Cut(text, end)
		if !ok {
			return "", declared
		}
		text = after
	}
}

// elementName returns the name that text begins with, up to a space, "/", ">" or "[",
// without its prefix; "" if there is none.
func elementName(text string) string {
	end := strings.IndexAny(text, spaces+"/>[")
	if end <= 0 {
		return ""
	}
	name := text[:end]
	if first := name[0]; (first < 'a' || first > 'z') && first != '_' && first < utf8.RuneSelf {
		return ""
	}
	return name[strings.LastIndexByte(name, ':')+1:]
}
