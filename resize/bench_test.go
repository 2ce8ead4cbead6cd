package resize

import "testing"

// BenchmarkResize makes 500x300 of a photograph of 1600x1200, and reports the
// stages.
func BenchmarkResize(b *testing.B) {
	data := fixture(b, "../../testdata/originals/PHOTO.jpg")
	req := request(500, 300)
	var sum Times
	for b.Loop() {
		v, err := Resize(b.Context(), Bytes(data), req)
		if err != nil {
			b.Fatal(err)
		}
		sum.Decode += v.Times.Decode
		sum.Resample += v.Times.Resample
		sum.Encode += v.Times.Encode
	}
	n := float64(b.N)
	b.ReportMetric(sum.Decode.Seconds()*1e3/n, "ms-decode")
	b.ReportMetric(sum.Resample.Seconds()*1e3/n, "ms-resample")
	b.ReportMetric(sum.Encode.Seconds()*1e3/n, "ms-encode")
}
