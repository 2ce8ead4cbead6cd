package jstest

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
)

func TestUsesWhatIsListed(t *testing.T) {
	for name, site := range sites {
		if found := lint(t, site.Script()); len(found) > 0 {
			t.Errorf("%s: CloudFront may not know %v", name, found)
		}
	}
}

func TestLint(t *testing.T) {
	for _, source := range []string{
		"'a'.charCodeAt(0)", "const f = 'a'.charCodeAt", "'a'['charCodeAt'](0)", "(5).toString(16)", "[1].flat()", "[1].at(0)", "[1].flatMap((x) => x)", "'a'.matchAll(/a/)",
		"'a'.normalize()", "'a'.trimLeft()", "Object.fromEntries([])", "Array.from([])", "Object.hasOwn({}, 'a')", "String.raw`a`", "Number.prototype.foo",
		"new Map()", "new Set()", "new URL('a')", "new URLSearchParams()", "Symbol('a')", "eval('1')", "new Function('1')", "setTimeout(() => 1)", "require('fs')",
		"const f = (a = 1) => a", "function f(a = 1) { return a; }", "const [a] = [1]", "const {a} = {}", "const f = ([a]) => a", "let a; [a] = [1]", "let a; ({a} = {})",
		"const a = [...[1]]", "const a = {...{}}", "Math.max(...[1])", "for (const a of [1]) {}", "const a = {b() {}}", "const b = 1; const a = {b}", "const a = {['b']: 1}",
		"const a = null; a?.b", "const a = null ?? 1", "let a = 1; a ??= 2", "let a = 1; a ||= 2", "class A {}", "function* f() { yield 1; }", "const f = async () => 1",
		"try { f(); } catch { f(); } function f() {}", "/(?<=a)b/", "/(?<!a)b/", "/a/u", "/a/y", "/a/s", "/a/g", `/\p{L}/`, "10n", "0b1", "0o7", `'\u{1F600}'`, "tag`a`; function tag() {}",
		"const a = {}; const b = 'c'; a[b]()", "undeclared", "globalThis.a", "import('a')", "new.target", "label: for (;;) { break label; } [].keys()", "const x = 'a'; x.unknown()",
	} {
		if _, err := parser.ParseFile(nil, "", source, 0); err != nil {
			continue // no engine accepts it
		}
		if len(lint(t, source)) == 0 {
			t.Errorf("nothing is said of %s", source)
		}
	}
	for _, source := range []string{
		"'a'.split('').map((c) => c.toUpperCase()).join('')", "const a = {b: 1}; a.b; a['b']; delete a.b", "try { f(); } catch (e) { f(); } function f(a, b) { return a + b; }",
		"for (let i = 0; i < 3; i++) { if (i) { continue; } }", "Object.keys({}).length", "`a${1}`", "/^(?:a|b){2}(?!c)$/i.test('a')", "({}).toString()",
	} {
		if found := lint(t, source); len(found) > 0 {
			t.Errorf("%s: %v", source, found)
		}
	}
}

// lint returns what a script uses that CloudFront's runtime is not documented
// to have, and what makes regular expressions slow there.
func lint(t *testing.T, source string) []string {
	t.Helper()
	program, err := parser.ParseFile(nil, "", source, 0)
	if err != nil {
		t.Fatalf("%v: %s", err, source)
	}
	l := linter{builtin: builtins(t), declared: map[string]bool{}}
	walk(reflect.ValueOf(program), func(node any) bool {
		switch n := node.(type) {
		case *ast.Binding:
			l.declare(n.Target)
		case *ast.FunctionLiteral:
			if n.Name != nil {
				l.declare(n.Name)
			}
		case *ast.CatchStatement:
			l.declare(n.Parameter)
		case *ast.ForDeclaration:
			l.declare(n.Target)
		}
		return true
	})
	walk(reflect.ValueOf(program), l.check)
	return l.found
}

type linter struct {
	builtin  map[string]bool // properties that values have in a newer runtime
	declared map[string]bool
	found    []string
}

func (l *linter) declare(target ast.BindingTarget) {
	if name, ok := target.(*ast.Identifier); ok {
		l.declared[name.Name.String()] = true
	}
}

func (l *linter) say(format string, args ...any) {
	l.found = append(l.found, fmt.Sprintf(format, args...))
}

// check examines one node and reports whether to examine those below it.
func (l *linter) check(node any) bool {
	kind := reflect.TypeOf(node).Elem().Name()
	if !listedSyntax[kind] {
		l.say("%s", kind)
		return false
	}
	switch n := node.(type) {
	case *ast.Binding:
		if _, ok := n.Target.(*ast.Identifier); !ok {
			l.say("destructuring")
		}
	case *ast.ParameterList:
		for _, parameter := range n.List {
			if parameter.Initializer != nil {
				l.say("a parameter's default")
			}
		}
	case *ast.FunctionLiteral:
		if n.Generator {
			l.say("a generator")
		}
	case *ast.ArrowFunctionLiteral:
		if n.Async {
			l.say("an async closure")
		}
	case *ast.CatchStatement:
		if n.Parameter == nil {
			l.say("catch without a name")
		}
	case *ast.PropertyKeyed:
		if n.Computed || n.Kind != ast.PropertyKindValue {
			l.say("a property that is %s or computed", n.Kind)
		}
	case *ast.BinaryExpression:
		l.operator(n.Operator.String())
	case *ast.UnaryExpression:
		l.operator(n.Operator.String())
	case *ast.AssignExpression:
		// The operator of += is given as +, but a plain assignment's as =.
		if operator := n.Operator.String(); operator == "||" || operator == "&&" {
			l.say("the operator %s=", operator)
		} else {
			l.operator(operator)
		}
	case *ast.TemplateLiteral:
		if n.Tag != nil {
			l.say("a tagged template")
		}
	case *ast.StringLiteral:
		if strings.Contains(n.Literal, `\u{`) {
			l.say("%s", n.Literal)
		}
	case *ast.NumberLiteral:
		if regexp.MustCompile(`^0[bBoO]|n$`).MatchString(n.Literal) {
			l.say("%s", n.Literal)
		}
	case *ast.RegExpLiteral:
		// With g, replace and match take quadratic time in njs.
		if strings.Trim(n.Flags, "im") != "" || regexp.MustCompile(`\(\?<|\\[pP]|\\u\{`).MatchString(n.Pattern) {
			l.say("%s", n.Literal)
		}
	case *ast.Identifier:
		l.global(n.Name.String())
	case *ast.CallExpression:
		l.call(n)
	case *ast.DotExpression:
		l.member(n.Left, n.Identifier.Name.String())
		walk(reflect.ValueOf(n.Left), l.check)
		return false
	case *ast.BracketExpression:
		if name, ok := n.Member.(*ast.StringLiteral); ok {
			l.member(n.Left, name.Value.String())
		}
	}
	return true
}

func (l *linter) operator(operator string) {
	if !listedOperators[operator] {
		l.say("the operator %s", operator)
	}
}

func (l *linter) global(name string) {
	if !l.declared[name] && !listedGlobals[name] {
		l.say("%s", name)
	}
}

// member examines the read of a property of a global object or of some value.
func (l *linter) member(of ast.Expression, name string) {
	if object, ok := of.(*ast.Identifier); ok && !l.declared[object.Name.String()] {
		if statics, known := listedStatics[object.Name.String()]; known {
			if !statics[name] {
				l.say("%s.%s", object.Name, name)
			}
			return
		}
	}
	if l.builtin[name] && !listedMembers[name] {
		l.say(".%s", name)
	}
}

func (l *linter) call(n *ast.CallExpression) {
	switch callee := n.Callee.(type) {
	case *ast.DotExpression:
		name := callee.Identifier.Name.String()
		if object, ok := callee.Left.(*ast.Identifier); ok && listedStatics[object.Name.String()] != nil {
			return
		}
		if !listedMembers[name] || name == "toString" && len(n.ArgumentList) > 0 {
			l.say(".%s()", name)
		}
	case *ast.BracketExpression:
		l.say("a call of a computed member")
	}
}

// builtins returns the names of the properties that values have in goja.
func builtins(t *testing.T) map[string]bool {
	t.Helper()
	names, err := goja.New().RunString(`[Object, String, Number, Boolean, Function, RegExp, Array, Symbol, Promise, Map, Set, Date, Error]
		.flatMap((type) => Object.getOwnPropertyNames(type.prototype)).join(' ')`)
	if err != nil {
		t.Fatal(err)
	}
	return set(names.String())
}

// walk calls visit for each node of a syntax tree from the root, and skips the
// nodes below those for which visit returns false.
func walk(v reflect.Value, visit func(node any) bool) {
	switch v.Kind() {
	case reflect.Interface:
		walk(v.Elem(), visit)
	case reflect.Pointer:
		if v.IsNil() || v.Elem().Kind() != reflect.Struct || v.Type().Elem().PkgPath() != reflect.TypeFor[ast.Program]().PkgPath() {
			return
		}
		if visit(v.Interface()) {
			walk(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			// These list declarations a second time.
			if !slices.Contains([]string{"DeclarationList", "File"}, v.Type().Field(i).Name) {
				walk(v.Field(i), visit)
			}
		}
	}
}
