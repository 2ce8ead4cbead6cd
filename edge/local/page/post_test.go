package page

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// The page says if a file is larger than the memory. The server reads it to the
// end, because browsers send everything first.
func TestTooLargeToDrop(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	memory := bucket.NewMemory(2 << 20)
	p := &Page{Store: &Folder{Root: root, Memory: memory}, Memory: memory}
	for size, want := range map[int]int{2 << 20: http.StatusSeeOther, 2<<20 + 1: http.StatusRequestEntityTooLarge, 9 << 20: http.StatusRequestEntityTooLarge} {
		body := strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n" +
			strings.Repeat(".", size) + "\r\n--x--\r\n")
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", body)
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		if w.Code != want || strings.Contains(w.Body.String(), "the 2 MiB") != (want != http.StatusSeeOther) || body.Len() > 0 {
			t.Errorf("%d bytes: got %d, %d bytes not read, %.200s", size, w.Code, body.Len(), w.Body)
		}
	}
	if n := len(p.Memory.List()); n != 1 {
		t.Errorf("got %d objects in memory", n)
	}
}
