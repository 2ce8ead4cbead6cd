package distconfig

import (
	"bytes"
	"slices"
	"testing"
)

// TestWithBehavior checks that a behaviour comes before all others, and that taking it
// away leaves the document as it was.
func TestWithBehavior(t *testing.T) {
	const one = "<CacheBehavior><PathPattern>/probe/*</PathPattern><TargetOriginId>s3</TargetOriginId></CacheBehavior>"
	for name, document := range map[string][]byte{
		"several":   example(t),
		"no list":   []byte("<DistributionConfig><DefaultCacheBehavior><A/></DefaultCacheBehavior></DistributionConfig>"),
		"none":      []byte("<DistributionConfig><CacheBehaviors><Quantity>0</Quantity></CacheBehaviors></DistributionConfig>"),
		"no items":  []byte("<DistributionConfig><CacheBehaviors><Quantity>0</Quantity><Items/></CacheBehaviors></DistributionConfig>"),
		"other end": []byte("<DistributionConfig><CacheBehaviors><Items></Items><Quantity>0</Quantity></CacheBehaviors></DistributionConfig>"),
	} {
		t.Run(name, func(t *testing.T) {
			before := parsed(t, document)
			patterns, err := before.Behaviors()
			if err != nil {
				t.Fatal(err)
			}
			after, err := before.WithBehavior(one)
			if err != nil {
				t.Fatal(err)
			}
			want := slices.Insert(patterns, 1, "/probe/*")
			if got, err := after.Behaviors(); !slices.Equal(got, want) || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
			back, err := after.WithoutBehavior("/probe/*")
			if err != nil {
				t.Fatal(err)
			}
			if name == "several" && !bytes.Equal(back.XML(), document) {
				t.Errorf("got %s", back.XML())
			}
			if again, err := back.WithoutBehavior("/probe/*"); err != nil || again != back {
				t.Errorf("without it once more: got %p, %v, want %p", again, err, back)
			}
		})
	}
}
