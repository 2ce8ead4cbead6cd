package jstest

import "strings"

// What a CloudFront Function may use, as far as a function that rewrites
// requests needs it. CloudFront Developer Guide, "JavaScript runtime 2.0
// features for CloudFront Functions". The runtime has more, but does not
// promise it.
var (
	// Statements, expressions and operators of ES 5.1, const and let, template
	// literals, arrow functions; named as in goja's syntax tree.
	listedSyntax = set(`Program FunctionDeclaration FunctionLiteral ArrowFunctionLiteral ExpressionBody ParameterList Binding
		BlockStatement LexicalDeclaration VariableStatement VariableDeclaration ReturnStatement IfStatement ExpressionStatement EmptyStatement
		ForStatement ForInStatement WhileStatement DoWhileStatement SwitchStatement CaseStatement BranchStatement LabelledStatement ThrowStatement
		TryStatement CatchStatement ForLoopInitializerExpression ForLoopInitializerVarDeclList ForLoopInitializerLexicalDecl ForIntoVar
		ForDeclaration ForIntoExpression
		Identifier StringLiteral NumberLiteral BooleanLiteral NullLiteral RegExpLiteral TemplateLiteral TemplateElement ArrayLiteral ObjectLiteral
		PropertyKeyed CallExpression NewExpression DotExpression BracketExpression ConditionalExpression BinaryExpression UnaryExpression
		AssignExpression SequenceExpression ThisExpression AwaitExpression`)
	listedOperators = set(`+ - * / % ** == != === !== < > <= >= && || & | ^ << >> >>> ! ~ ++ -- typeof void delete in instanceof =`)

	listedGlobals = set(`site cf crypto Date decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt atob btoa
		NaN Infinity undefined Object String Number Boolean Math JSON Array RegExp Error RangeError TypeError URIError`)

	// Properties of global objects.
	listedStatics = map[string]map[string]bool{
		"Object": set(`create defineProperties defineProperty freeze getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames
			getPrototypeOf isExtensible isFrozen isSealed keys preventExtensions seal assign entries values`),
		"String": set(`fromCharCode fromCodePoint`),
		"Number": set(`EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY
			isFinite isInteger isNaN isSafeInteger parseInt parseFloat`),
		"Math":  set(`E PI abs ceil floor max min pow round sign sqrt trunc log log2 log10`),
		"Date":  set(`now`),
		"JSON":  set(`parse stringify`),
		"Array": set(`isArray of`),
	}

	// Properties of values of any type.
	listedMembers = set(`length
		hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf
		charAt concat indexOf lastIndexOf match replace search slice split substr substring toLowerCase trim toUpperCase codePointAt endsWith
		includes repeat startsWith padStart padEnd trimStart trimEnd replaceAll
		toExponential toFixed toPrecision
		apply bind call
		global ignoreCase multiline source sticky flags exec test lastIndex
		every filter forEach join map pop push reduce reduceRight reverse shift some sort splice unshift copyWithin fill find findIndex
		kvs get createHmac update digest`)
)

func set(names string) map[string]bool {
	all := map[string]bool{}
	for _, name := range strings.Fields(names) {
		all[name] = true
	}
	return all
}
