// What CloudFront makes of a request before it looks into its cache: one URL for
// each picture, size and format. A CloudFront Function of runtime
// cloudfront-js-2.0. Above it is written what `site` is:
//   host       the only name to answer to, or ''
//   urlPrefix  what the key has keyPrefix for at the front of the path, or ''
//   keyPrefix  a path such as '/media', or ''
//   sizes      the sizes to allow, such as '500x300,640x,x200', or ''
//   formats    those to give by Accept, the best first, such as 'avif,webp', or ''
//   missing    'original' or 'keep-ratio', what one side alone gives; '' for
//              requests that are no images: nothing but their host is looked at
//   maxWidth, maxHeight  the largest size
function handler(event) {
    const request = event.request;
    if (site.host && hostOf(request) !== site.host) {
        return refusal(403, 'Forbidden');
    }
    if (!site.missing) {
        return request;
    }
    let path = canonical(request.uri);
    if (hasDots(path)) {
        return refusal(400, 'Bad Request');
    }
    if (site.urlPrefix && path.indexOf(site.urlPrefix + '/') === 0) {
        path = site.keyPrefix + path.slice(site.urlPrefix.length);
    }
    const query = queryOf(request);
    if (path.length + query.length > 8190) {
        return refusal(414, 'URI Too Long');
    }
    request.uri = path;
    request.querystring = query;
    const wrong = ['if-match', 'if-unmodified-since'];
    (query ? wrong.concat('range', 'if-range', 'request-range') : wrong).forEach(function (name) {
        delete request.headers[name];
    });
    return request;
}

function refusal(status, description) {
    return {statusCode: status, statusDescription: description};
}

function hostOf(request) {
    const host = request.headers.host;
    return host ? host.value.toLowerCase().replace(/:[0-9]+$/, '') : '';
}

// canonical is the one spelling of a path that invalidations take. What is
// decoded is ASCII that may stand for itself; triplets come in runs, since a
// function is called for each.
function canonical(path) {
    if (/%(?![0-9A-Fa-f]{2})/.test(path)) {
        return path;
    }
    try {
        return encodeURI(path
            .replace(/(?:%[0-9A-Fa-f]{2}){1,50}/g, function (run) { return run.toUpperCase(); })
            .replace(/(?:%(?:2[1467-9ACDE]|3[0-9ABD]|4[0-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9A])){1,50}/g, decodeURIComponent))
            .replace(/%25/g, '%').replace(/#/g, '%23').replace(/\?/g, '%3F').replace(/~/g, '%7E');
    } catch (malformed) {
        return path;
    }
}

// hasDots reports whether a path has segments that CloudFront resolves where it
// chooses a behaviour, and not where it asks the origin.
function hasDots(path) {
    const segments = path.replace(/%2e/gi, '.') + '/';
    return segments.includes('/./') || segments.includes('/../');
}

// queryOf is the canonical query string: the size and the format, or nothing
// where what is asked for is no size.
function queryOf(request) {
    const asked = [side(request.querystring.width), side(request.querystring.height)];
    const size = site.sizes ? nearest(asked) : asked;
    const width = size[0];
    const height = size[1];
    const fits = width <= site.maxWidth && height <= site.maxHeight;
    if (!fits || !(site.missing === 'keep-ratio' ? width || height : width && height)) {
        return '';
    }
    const format = formatOf(request);
    return [width && 'width=' + width, height && 'height=' + height, format && 'format=' + format]
        .filter(function (given) { return given; }).join('&');
}

// side is the number that a parameter gives: 0 without the parameter, NaN unless
// it is 1 to 99999 and the same each time.
function side(parameter) {
    const numbers = valuesOf(parameter).map(function (value) {
        const n = value === '' || /[^0-9]/.test(value) ? NaN : Number(value);
        return n >= 1 && n <= 99999 ? n : NaN;
    });
    return numbers.length === 0 ? 0 : allSame(numbers) ? numbers[0] : NaN;
}

// valuesOf is the decoded values of a parameter; a malformed one is ''.
function valuesOf(parameter) {
    if (!parameter) {
        return [];
    }
    return (parameter.multiValue || [parameter]).map(function (given) {
        try {
            return decodeURIComponent(given.value);
        } catch (malformed) {
            return '';
        }
    });
}

function allSame(values) {
    return values.every(function (value) { return value === values[0]; });
}

// nearest is the allowed size of the least difference of width and height
// together, the first of equals, or NaN where there is none.
function nearest(asked) {
    let found = [NaN, NaN];
    let least = Infinity;
    site.sizes.split(',').forEach(function (size) {
        const allowed = size.split('x').map(Number);
        const distance = apart(allowed[0], asked[0]) + apart(allowed[1], asked[1]);
        if (distance < least) {
            least = distance;
            found = allowed;
        }
    });
    return found;
}

// apart is how many pixels lie between two sides: infinitely many if only one is
// given, NaN, which is below no number, for what is no size.
function apart(allowed, asked) {
    return !allowed === !asked ? Math.abs(allowed - asked) : Infinity;
}

// formatOf is the format that the viewer names, else the best that it accepts.
function formatOf(request) {
    const named = valuesOf(request.querystring.format);
    if (['avif', 'webp', 'jpeg', 'png'].includes(named[0]) && allSame(named)) {
        return named[0];
    }
    const header = request.headers.accept || {value: ''};
    const accept = (header.multiValue || [header]).map(function (given) { return given.value; }).join(',')
        .replace(/[ \t]+/g, '').replace(/[^!-~]+/g, '?').toLowerCase() + ',';
    return site.formats.split(',').find(function (format) {
        return format && accepts(accept, 'image/' + format);
    });
}

// accepts reports whether a list of media ranges, a comma behind each, has one
// that is type itself with another weight than 0.
function accepts(list, type) {
    let at = list.indexOf(type);
    while (at >= 0) {
        const end = list.indexOf(',', at);
        const parameters = list.slice(at + type.length, end) + ';';
        if ((at === 0 || list.charAt(at - 1) === ',') && parameters.charAt(0) === ';' && !/;q=0(?:\.0*)?;/.test(parameters)) {
            return true;
        }
        at = list.indexOf(type, end);
    }
    return false;
}
