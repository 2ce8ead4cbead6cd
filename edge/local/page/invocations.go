package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// invocationBytes limits what is kept of events and responses, in bytes.
const invocationBytes = 64 << 20

// Invocations keeps the latest invocations of the function. The zero value is
// ready for use.
type Invocations struct {
	mu   sync.Mutex
	size int
	kept []invocation // the oldest first
}

// invocation is one invocation of the function.
type invocation struct {
	event, response []byte
	outcome         edge.Outcome
}

func (i invocation) size() int { return len(i.event) + len(i.response) }

// Add keeps an invocation under the outcome's RequestID. The slices must not be
// changed afterwards.
func (s *Invocations) Add(event, response []byte, outcome edge.Outcome) {
	added := invocation{event, response, outcome}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, added)
	s.size += added.size()
	gone := 0
	for ; s.size > invocationBytes; gone++ {
		s.size -= s.kept[gone].size()
	}
	s.kept = slices.Delete(s.kept, 0, gone)
}

// get returns the invocation for the request with CloudFront's id.
func (s *Invocations) get(id string) (invocation, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range slices.Backward(s.kept) {
		if i.outcome.RequestID == id {
			return i, true
		}
	}
	return invocation{}, false
}

// shownInvocation is an invocation as the page's script reads it.
type shownInvocation struct {
	Event json.RawMessage `json:"event"`
	// Response has its body cut short.
	Response json.RawMessage `json:"response"`
	// Resized says that the answer is a variant of the original, Fallback that it
	// is one of the fallback picture.
	Resized  bool `json:"resized"`
	Fallback bool `json:"fallback"`
	// Reason says why the original was not resized, Because says it in words, and
	// Details says what else is known, also about a variant. Kept says how long
	// the answer is kept.
	Reason   edge.Reason  `json:"reason"`
	Because  string       `json:"because"`
	Details  string       `json:"details"`
	Kept     string       `json:"kept"`
	Original shownPicture `json:"original"`
	Variant  shownPicture `json:"variant"`
	Quality  int          `json:"quality"` // 0 for formats without one
	// Fit says how the variant shows the original, and Focus is the centre of the part that
	// it shows. Fit is "" if that part is not known: a border may be gone. Plain reports
	// whether the variant is to look as the original does.
	Fit   resize.Fit  `json:"fit"`
	Focus shownPoint  `json:"focus"`
	Plain bool        `json:"plain"`
	Ms    shownStages `json:"ms"`
}

// shownPoint is a point in fractions of the upright original.
type shownPoint struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// shownPicture is zero if the request did not get that far.
type shownPicture struct {
	Format string `json:"format"` // in words
	Width  int    `json:"width"`  // pixels
	Height int    `json:"height"` // pixels
	Bytes  int    `json:"bytes"`
}

func showPicture(p edge.Picture) shownPicture {
	return shownPicture{p.Format.Name(), p.Width, p.Height, p.Bytes}
}

// shownStages holds milliseconds.
type shownStages struct {
	Fetch    float64 `json:"fetch"`
	Decode   float64 `json:"decode"`
	Resample float64 `json:"resample"`
	Encode   float64 `json:"encode"`
	Total    float64 `json:"total"`
}

// show returns the invocation, of a function with config, for the page. If the function was
// not asked for a size, refused says what was wrong with the viewer's; it may be nil.
func (i invocation) show(refused error, config edge.Config) (shownInvocation, error) {
	response, err := Shortened(i.response)
	if err != nil {
		return shownInvocation{}, err
	}
	o := i.outcome
	if o.Reason == edge.NoSize && refused != nil {
		o.Reason, o.Err = edge.ReasonOf(refused), refused
	}
	shown := shownInvocation{
		Event:    i.event,
		Response: response,
		Resized:  o.Reason == "",
		Fallback: o.Fallback,
		Reason:   o.Reason,
		Original: showPicture(o.Original),
		Variant:  showPicture(o.Variant),
		Quality:  o.Quality,
		Fit:      fitOf(o.Asked, config),
		Focus:    shownPoint(o.Focus),
		Plain:    isPlain(o.Asked, config),
		Ms: shownStages{
			Fetch: ms(o.Stages.Fetch), Decode: ms(o.Stages.Decode), Resample: ms(o.Stages.Resample),
			Encode: ms(o.Stages.Encode), Total: ms(o.Stages.Total),
		},
	}
	switch {
	case shown.Resized:
		shown.Details = passedOver(o)
	case o.Fallback:
		shown.Because, _ = because(o)
		shown.Details = passedOver(o)
	default:
		shown.Because, shown.Details = because(o)
		shown.Kept = kept[o.Reason.Lifetime()]
	}
	if o.FallbackErr != nil {
		sentence, _ := because(edge.Outcome{Reason: edge.ReasonOf(o.FallbackErr), Err: o.FallbackErr})
		shown.Details = strings.TrimSpace(shown.Details + " The fallback picture cannot be made, because " + ofFallback.Replace(sentence) + ".")
	}
	return shown, nil
}

// ofFallback makes a sentence about the original one about the fallback picture.
var ofFallback = strings.NewReplacer("the original", "it", "such original", "such picture")

// fitOf returns how a variant shows its original, or "" if ask removes a border.
func fitOf(ask edge.Ask, config edge.Config) resize.Fit {
	switch {
	case ask.Trim:
		return ""
	case ask.Fit != "":
		return ask.Fit
	case ask.Width == 0 || ask.Height == 0:
		return resize.Inside
	}
	return config.Fit
}

// isPlain reports whether ask asks for a variant that looks as its original does: whole or
// cropped, but without effects and padding.
func isPlain(ask edge.Ask, config edge.Config) bool {
	fit := fitOf(ask, config)
	return fit != "" && fit != resize.Pad && ask.Sharpen == 0 && ask.Blur == 0
}

// passedOver returns why a variant does not have the format that was asked for,
// or "".
func passedOver(o edge.Outcome) string {
	for _, p := range o.PassedOver {
		if p.Format != o.Asked.Format {
			continue
		}
		return p.Format.Name() + " was passed over: " + whys[p.Why] + "."
	}
	return ""
}

// whys say in words why a format was passed over.
var whys = map[resize.Why]string{
	resize.NotWritten:    "it is not used for animations",
	resize.TooManyPixels: "the config allows it for smaller variants only",
	resize.TooMuchMemory: "encoding it takes more memory than the function has",
	resize.CannotHold:    "it cannot hold this picture",
	resize.DoesNotFit:    "it does not fit the size limit",
	resize.OutOfTime:     "encoding it took too long",
	resize.NotSmaller:    "it was not smaller at the same quality",
}

// kept says why an answer is kept for less time than its original's.
var kept = map[edge.Lifetime]string{
	edge.Lasting:   "This lasts until somebody repairs it, so the answer is cached for minutes only.",
	edge.Transient: "This may pass soon, so the answer is cached for seconds only.",
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// shownBody is how much of a body is shown, in characters.
const shownBody = 60

// Shortened returns a function's response, indented and with its body cut
// short. All other members are kept, known or not.
func Shortened(response []byte) (json.RawMessage, error) {
	var r edge.Response
	var members map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(response, &r), json.Unmarshal(response, &members)); err != nil {
		return nil, fmt.Errorf("response: %w", err)
	}
	if n := len(r.Body); n > shownBody {
		short, err := json.Marshal(fmt.Sprintf("%s... (%d characters)", r.Body[:shownBody], n))
		if err != nil {
			return nil, fmt.Errorf("response: body: %w", err)
		}
		members["body"] = short
	}
	return json.MarshalIndent(members, "", "  ")
}
