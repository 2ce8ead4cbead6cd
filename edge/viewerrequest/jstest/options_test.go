package jstest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
)

// optionRows returns requests with more than a size.
func optionRows() []row {
	const size = "/a.jpg?width=50&height=30"
	all := []row{
		// names that are off
		{"plain", size + "&fit=fill&quality=x&dpr=2&gravity=top&trim=true&sharpen=1&blur=1&preset=card&background=f00", nil, size, ""},
		{"plain", "/a.jpg?w=50&h=30", nil, "/a.jpg", edge.NoSize},
		{"plain", "/a.jpg?width=50&h=30", nil, "/a.jpg", edge.OneSide},
		{"fill", "/a.jpg?w=50&height=30&gravity=top", nil, size, ""},
		{"fill", "/a.jpg?w=50&height=30&gravity=up", nil, "/a.jpg", edge.BadParameter},
		{"fill", "/a.jpg?w=50&height=30&fit=cover&gravity=top", nil, size, ""},
		{"crop", "/a.jpg?w=50&h=30", nil, "/a.jpg", edge.OneSide},
		{"crop", "/a.jpg?preset=placeholder", nil, "/a.jpg", edge.BadParameter},

		// short names
		{"all", "/a.jpg?h=30&w=50", nil, size, ""},
		{"all", "/a.jpg?h=30&w=50&width=050", nil, size, ""},
		{"all", "/a.jpg?h=30&w=50&width=51", nil, "/a.jpg", edge.TwoSizes},
		{"all", "/a.jpg?h=30&w=50&w=", nil, "/a.jpg", edge.BadSize},
		{"all", "/a.jpg?h=30&w=4097", nil, "/a.jpg", edge.OverMaximum},
		{"all", "/a.jpg?w=50", nil, "/a.jpg", edge.OneSide},
		{"all", "/a.jpg?blur=1&quality=x", nil, "/a.jpg", edge.NoSize},

		// the order
		kept("all", size+"&fit=pad,ff0000&quality=60&dpr=2&trim=true&sharpen=3&blur=7&format=webp"),
		kept("all", size+"&quality=60&dpr=2&gravity=0.3,0.7&trim=true&sharpen=3&blur=7&format=webp"),
		{"all", "/a.jpg?blur=7&format=png&sharpen=3&gravity=top&trim=true&dpr=2&fit=cover&quality=60&height=30&width=50", nil, size + "&quality=60&dpr=2&gravity=top&trim=true&sharpen=3&blur=7&format=png", ""},

		// one side
		{"all ratio", "/a.jpg?w=50&fit=pad&background=f00&gravity=top&blur=2", nil, "/a.jpg?width=50&blur=2", ""},
		{"all ratio", "/a.jpg?h=50&fit=fill&dpr=1.5", nil, "/a.jpg?height=50&dpr=1.5", ""},
		{"all ratio", "/a.jpg?h=50&gravity=up", nil, "/a.jpg", edge.BadParameter},

		// sizes to allow
		{"all sizes", "/a.jpg?w=501&h=301&dpr=2", nil, "/a.jpg?width=500&height=300&dpr=2", ""},
		{"all sizes", "/a.jpg?w=501&dpr=2&gravity=top", nil, "/a.jpg?width=640&dpr=2", ""},
		{"all sizes", "/a.jpg?preset=red&w=500", nil, "/a.jpg?width=500&height=300&fit=pad,ff0000&format=png", ""},
		{"all sizes", "/a.jpg?preset=placeholder", nil, "/a.jpg?width=30&height=40&fit=inside&quality=40&blur=1", ""},

		// the config's own fit and quality
		{"narrow", size + "&fit=pad&quality=65", nil, size + "&quality=65", ""},
		{"narrow", size + "&background=F00", nil, size + "&fit=pad,ff0000", ""},
		{"narrow", size + "&fit=cover&background=F00&gravity=top", nil, size + "&fit=cover&gravity=top", ""},
		{"narrow", size + "&fit=cover&background=red", nil, "/a.jpg", edge.BadParameter},
		{"narrow", size + "&gravity=top", nil, size, ""},
		{"narrow", size + "&quality=82", nil, size + "&quality=80", ""},
		{"narrow", size + "&quality=83", nil, "/a.jpg", edge.BadParameter},
		{"narrow", size + "&quality=62", nil, "/a.jpg", edge.BadParameter},

		// presets
		{"all", "/a.jpg?preset=card", nil, "/a.jpg?width=500&height=300&gravity=smart", ""},
		{"all", "/a.jpg?preset=c%61rd&preset=card&format=webp", nil, "/a.jpg?width=500&height=300&gravity=smart&format=webp", ""},
		{"all", "/a.jpg?preset=card&gravity=center&w=50", nil, "/a.jpg?width=50&height=300&gravity=center", ""},
		{"all", "/a.jpg?preset=card&fit=fill", nil, "/a.jpg?width=500&height=300&fit=fill", ""},
		{"all", "/a.jpg?preset=red", nil, "/a.jpg?width=30&height=40&fit=pad,ff0000&format=png", ""},
		{"all", "/a.jpg?preset=red&background=0f0&format=jpeg", nil, "/a.jpg?width=30&height=40&fit=pad,00ff00&format=jpeg", ""},
		{"all", "/a.jpg?preset=red&fit=pad", nil, "/a.jpg?width=30&height=40&fit=pad,ff0000&format=png", ""},
		{"all", "/a.jpg?preset=red&format=gif", nil, "/a.jpg?width=30&height=40&fit=pad,ff0000", ""},
		{"all", "/a.jpg?preset=blue_1", nil, "/a.jpg?width=500&height=300&fit=pad,0000ff", ""},
		{"all", "/a.jpg?preset=blue_1&background=f00", nil, "/a.jpg?width=500&height=300&fit=pad,ff0000", ""},
		{"all", "/a.jpg?preset=wide", nil, "/a.jpg?width=500&height=300&quality=40&format=webp", ""},
		{"all", "/a.jpg?preset=placeholder", nil, "/a.jpg?width=9&height=9&fit=inside&quality=40&blur=1", ""},
		{"all", "/a.jpg?preset=card&width=", nil, "/a.jpg", edge.BadSize},
		{"all", "/a.jpg?preset=card&preset=red", nil, "/a.jpg", edge.BadParameter},
		{"all", "/a.jpg?preset=card&blur=x", nil, "/a.jpg", edge.BadParameter},
		{"crop", "/a.jpg?preset=top", nil, size + "&gravity=top", ""},
		{"crop", "/a.jpg?preset=top&width=5&h=7", nil, "/a.jpg?width=5&height=7&gravity=top", ""},

		{"no presets", "/a.jpg?width=50&height=30&preset=card", nil, "/a.jpg", edge.BadParameter},
		{"no presets", "/a.jpg?w=50&height=30&preset=placeholder", nil, "/a.jpg", edge.BadParameter},
		{"no presets", "/a.jpg?w=50&height=30", nil, size, ""},

		// presets only
		{"presets", "/a.jpg?preset=card", nil, "/a.jpg?width=500&height=300&gravity=smart", ""},
		{"presets", "/a.jpg?preset=card&format=webp&signature=x&expires=5&utm=1", nil, "/a.jpg?width=500&height=300&gravity=smart&format=webp", ""},
		{"presets", "/a.jpg?preset=placeholder", nil, "/a.jpg?width=9&height=9&fit=inside&quality=40&blur=1", ""},
		{"presets", "/a.jpg", nil, "/a.jpg", edge.NoSize},
		{"presets", "/a.jpg?blur=1", nil, "/a.jpg", edge.NoSize},
		{"presets", "/a.jpg?format=webp", nil, "/a.jpg", edge.NoSize},
		{"presets", "/a.jpg?width=500&height=300&gravity=smart", nil, "/a.jpg", edge.NotAPreset},
		{"presets", "/a.jpg?w=500", nil, "/a.jpg", edge.NotAPreset},
		{"presets", "/a.jpg?preset=none", nil, "/a.jpg", edge.BadParameter},
		{"presets of sizes", "/a.jpg?preset=card", nil, "/a.jpg?width=500&height=300&fit=fill", ""},
		{"presets of sizes", "/a.jpg?preset=card&w=500&blur=1", nil, "/a.jpg?width=500&height=300&fit=fill", ""},
		{"presets of sizes", "/a.jpg?preset=placeholder", nil, "/a.jpg", edge.BadParameter},
	}
	for _, more := range []string{"w=500", "h=", "width=500", "height=300", "gravity=smart", "fit=cover", "background=fff", "quality=80", "dpr=1", "trim=false", "sharpen=0", "blur=0"} {
		all = append(all, row{"presets", "/a.jpg?preset=card&" + more, nil, "/a.jpg", edge.NotAPreset})
	}
	for _, name := range []string{"", "none", "Card", "card%00", "%", "card,red", "__proto__", "constructor", "toString", "hasOwnProperty", strings.Repeat("card", 500)} {
		all = append(all, row{"all", "/a.jpg?width=50&height=30&preset=" + name, nil, "/a.jpg", edge.BadParameter})
	}
	for spelled, want := range spellings {
		all = append(all, row{"all", size + "&" + spelled, nil, strings.TrimSuffix(size+"&"+want, "&"), ""})
	}
	for name, values := range refused {
		for _, value := range append(values, "", "x", "%", "%zz", "%FF", "%2531", "1 ", "+1", "-1", "0x1", "Infinity", "NaN", "null", "１", "%EF%BC%91", "1%00", "%0A1", "1%0A",
			"__proto__", "constructor", strings.Repeat("9", 400), "5\xff", "\u2028", ",", "1,", ",1", "pad", "pad,", "[1]") {
			if name == "fit" && value == "pad" {
				continue
			}
			all = append(all, row{"all", size + "&" + name + "=" + value, nil, "/a.jpg", edge.BadParameter})
		}
	}
	return all
}

// spellings maps options to the one spelling that they have with a box of the
// default fit.
var spellings = map[string]string{
	"fit=cover": "", "fit=fill": "fit=fill", "fit=insid%65": "fit=inside", "fit=fill&fit=fill": "fit=fill", "fit=pad": "fit=pad",
	"background=F0a": "", "fit=fill&background=F0a": "fit=fill", "fit=pad&background=F0a": "fit=pad,ff00aa", "fit=pad,F0A": "fit=pad,ff00aa",
	"fit=pad%2cAbCdEf": "fit=pad,abcdef", "fit=pad,f0a&background=FF00AA&background=f0A": "fit=pad,ff00aa",

	"quality=80": "", "quality=78": "", "quality=82": "", "quality=77": "quality=75", "quality=0073": "quality=75", "quality=72": "quality=70", "quality=38": "quality=40",
	"quality=%37%30&quality=71": "quality=70", "quality=" + strings.Repeat("0", 400) + "60": "quality=60",

	"dpr=1": "", "dpr=1.2499": "", "dpr=1.25": "dpr=1.5", "dpr=1.7499": "dpr=1.5", "dpr=1.75": "dpr=2", "dpr=2.0000": "dpr=2", "dpr=3.3": "dpr=3.5", "dpr=4.0": "dpr=4", "dpr=3.9": "dpr=4",

	"gravity=center": "gravity=center", "gravity=centre": "gravity=center", "gravity=smart": "gravity=smart", "gravity=bottom-right": "gravity=bottom-right",
	"gravity=.5,0.5": "gravity=center", "gravity=0,0": "gravity=top-left", "gravity=0.5,0": "gravity=top", "gravity=1,0.0": "gravity=top-right", "gravity=0,.5": "gravity=left",
	"gravity=1.0,.5000": "gravity=right", "gravity=0.004,1": "gravity=bottom-left", "gravity=0.495,0.995": "gravity=bottom", "gravity=1.0000,0.9999": "gravity=bottom-right",
	"gravity=0.3,0.7": "gravity=0.3,0.7", "gravity=0.145,0.285": "gravity=0.14,0.28", "gravity=.05,.0049": "gravity=0.05,0", "gravity=0.3%2C0.70": "gravity=0.3,0.7",
	"gravity=top&fit=fill": "fit=fill", "gravity=top&fit=pad": "fit=pad", "gravity=.3,.7&gravity=0.3,0.7": "gravity=0.3,0.7",

	"trim=true": "trim=true", "trim=false": "", "trim=tru%65": "trim=true",
	"sharpen=0": "", "sharpen=03": "sharpen=3", "sharpen=10": "sharpen=10", "sharpen=3&sharpen=03": "sharpen=3",
	"blur=00": "", "blur=100": "blur=100", "blur=%37": "blur=7",
	"BLUR=5": "", "%62lur=5": "", "blur[]=5": "", "expires=x": "", "signature=x": "",
}

// refused maps options to values that they cannot have.
var refused = map[string][]string{
	"fit":        {"Cover", "contain", "fill,fff", "pad,ffff", "pad,%23fff", "pad,fffffff", "pad,ggg", "pad;fff", "pad,fff,fff", "pad&fit=pad,fff", "pad,fff&fit=pad,000", "pad,fff&background=000", "fill&fit=cover"},
	"background": {"red", "ffff", "ff", "fffffff", "%23fff", "#fff", "fff&background=000", "f f", "ｆff"},
	"quality":    {"0", "6e1", "00", "101", "37", "83", "100", "50.0", "high", "70&quality=75"},
	"dpr":        {"0", "1e0", "0.5", "4.0001", "4.1", "5", "02", "2.", ".5", "2.00000", "2,5", "2x", "1&dpr=2"},
	"gravity":    {"Center", "left-top", "0.3", "1.01,0", "0,1.1", "0.3,0.7,1", "0.3,0.71234", "00,1", "2,0", "-0,0", "1e-1,0", "0x0,0", "0.3, 0.7", "0.3;0.7", "0.,1", ".,1", "top,left", "smart&gravity=top"},
	"trim":       {"1", "0", "TRUE", "yes", "true&trim=false", "false&trim=true"},
	"sharpen":    {"11", "1e0", "1.0", "0&sharpen=1", "1&sharpen="},
	"blur":       {"101", "1e0", "1.5", "1&blur=2"},
}

// optionNames lists the names that randomOptions chooses from.
var optionNames = append(slices.Clone(edge.Cacheable), "background", "w", "h", "preset", "preset", "signature", "expires")

// randomOptions returns part of a query string: none or some options, some of which
// are bad or nearly so.
func randomOptions(random *rand.Rand) string {
	var query strings.Builder
	for n := max(0, random.IntN(12)-4); n > 0; n-- {
		name := pick(random, optionNames)
		for range 1 + max(0, random.IntN(12)-10) {
			value := randomValue(random, name)
			switch random.IntN(40) {
			case 0:
				value = damaged(random, value)
			case 1:
				value = percentEncoded(random, value)
			case 2:
				value = strings.ToUpper(value)
			case 3:
				value = pick(random, values)
			case 4:
				value = strings.Repeat("0", random.IntN(400)) + value
			}
			query.WriteString(name + "=" + value + "&")
		}
	}
	return query.String()
}

// randomValue returns a value of an option, most often one that it can have.
func randomValue(random *rand.Rand, name string) string {
	switch name {
	case "w", "h":
		return pick(random, sides)
	case "fit":
		return pick(random, []string{"cover", "fill", "inside", "pad", "pad", "pad," + randomColour(random), "contain"})
	case "background":
		return randomColour(random)
	case "quality":
		return fmt.Sprint(35 + random.IntN(52))
	case "dpr":
		return randomDecimal(random, 1+random.IntN(4))
	case "gravity":
		if random.IntN(2) == 0 {
			return pick(random, []string{"smart", "center", "centre", "top", "bottom", "left", "right", "top-left", "top-right", "bottom-left", "bottom-right"})
		}
		return randomFraction(random) + "," + randomFraction(random)
	case "trim":
		return pick(random, []string{"true", "true", "true", "false", "1"})
	case "sharpen":
		return fmt.Sprint(random.IntN(13))
	case "blur":
		return fmt.Sprint(random.IntN(103))
	case "preset":
		return pick(random, []string{"card", "red", "blue_1", "wide", "top", "placeholder", "card", "none"})
	}
	return "x"
}

// randomColour returns hexadecimal digits, most often three or six.
func randomColour(random *rand.Rand) string {
	return fmt.Sprintf("%06x", random.IntN(1<<24))[:[]int{3, 6, 3, 6, 3, 6, 5}[random.IntN(7)]]
}

// randomDecimal returns a number from whole on, with at most five decimals.
func randomDecimal(random *rand.Rand, whole int) string {
	decimals := fmt.Sprintf(".%05d", random.IntN(100_000))
	return fmt.Sprint(whole) + pick(random, []string{"", "", ".5", ".25", ".75", ".0", ".2499", ".995", ".005", decimals[:1+random.IntN(6)]})
}

// randomFraction returns a number of a point, most often 0 to 1.
func randomFraction(random *rand.Rand) string {
	text := randomDecimal(random, max(0, random.IntN(12)-10))
	if random.IntN(3) == 0 {
		text = strings.TrimPrefix(text, "0")
	}
	return text
}

// damaged returns a value with a character removed, doubled or replaced.
func damaged(random *rand.Rand, value string) string {
	at := random.IntN(len(value))
	return value[:at] + pick(random, []string{"", value[at:at+1] + value[at:at+1], ",", ".", "-", "%", "x", "9", " "}) + value[at+1:]
}

// percentEncoded returns a value with one or all of its characters encoded.
func percentEncoded(random *rand.Rand, value string) string {
	var encoded strings.Builder
	at := random.IntN(len(value))
	for i, c := range []byte(value) {
		if i == at || at == 0 {
			encoded.WriteString(pick(random, []string{fmt.Sprintf("%%%02x", c), fmt.Sprintf("%%%02X", c)}))
		} else {
			encoded.WriteByte(c)
		}
	}
	return encoded.String()
}

// Random requests ask for each option, and are refused for each; otherwise
// TestRandomRequests shows little of them.
func TestRandomOptionsDiffer(t *testing.T) {
	seen := map[string]int{}
	random := rand.New(rand.NewPCG(1, 3))
	for range 20_000 {
		r := randomRequest(random)
		for _, name := range []string{"all ratio", "narrow", "presets"} {
			got, reason, _ := sites[name].Canonical(r)
			seen[string(reason)]++
			ask, err := edge.Asked(got.Query, sites[name].Config())
			if err != nil {
				continue
			}
			for kind, is := range map[string]bool{
				string(ask.Fit): true, string(ask.Gravity): true, "a colour": ask.Background != "", "quality": ask.Quality > 0, "dpr": ask.DPR > 0,
				"a point": strings.Contains(string(ask.Gravity), ","), "trim": ask.Trim, "sharpen": ask.Sharpen > 0, "blur": ask.Blur > 0,
				"all": ask.Gravity != "" && ask.Quality > 0 && ask.DPR > 0, "of " + name: true, "one side": ask.Width == 0 || ask.Height == 0,
			} {
				if is {
					seen[kind]++
				}
			}
		}
	}
	for _, kind := range []string{"bad-parameter", "not-a-preset", "two-sizes", "cover", "fill", "inside", "pad", "a colour", "quality", "dpr", "a point", "smart", "center", "top-left",
		"trim", "sharpen", "blur", "all", "of all ratio", "of narrow", "of presets", "one side"} {
		if seen[kind] < 5 {
			t.Errorf("%d are %s: %v", seen[kind], kind, seen)
		}
	}
}
