// Rewrites a request before CloudFront looks into its cache, so that each picture,
// size and format has one URL. A CloudFront Function of runtime
// cloudfront-js-2.0. The line above it sets `site`:
//   host       the only host to answer, or '' for all
//   urlPrefix  the front of the path that keyPrefix replaces, or ''
//   keyPrefix  a path such as '/media', or ''
//   sizes      the sizes to allow, such as '500x300,640x,x200', or '' for all
//   formats    formats to choose from by Accept, best first ('avif,webp'), or ''
//   missing    what one side alone gets: 'original' or 'keep-ratio'; '' for a
//              behaviour without images, whose requests only have their host checked
//   maxWidth, maxHeight  the largest size, in pixels
function handler(event) {
    const request = event.request;
    if (site.host && hostOf(request) !== site.host) {
        return refusal(403, 'Forbidden');
    }
    if (!site.missing) {
        return request;
    }
    // A key has at most 1,024 bytes, and each takes up to three in a path.
    const path = request.uri.length > 4096 ? request.uri : canonical(request.uri);
    if (path.length > 4096) {
        return refusal(414, 'URI Too Long');
    }
    if (hasDots(path)) {
        return refusal(400, 'Bad Request');
    }
    request.uri = site.urlPrefix && path.startsWith(site.urlPrefix + '/') ?
        site.keyPrefix + path.slice(site.urlPrefix.length) : path;
    request.querystring = queryOf(request);
    const unwanted = request.querystring ? ['range', 'if-range', 'request-range'] : [];
    unwanted.concat('if-match', 'if-unmodified-since').forEach((name) => {
        delete request.headers[name];
    });
    return request;
}

function refusal(status, description) {
    return {statusCode: status, statusDescription: description};
}

function hostOf(request) {
    return valuesOf(request.headers.host).join(',').toLowerCase().replace(/:[0-9]+$/, '');
}

// canonical returns the one spelling of a path. It returns a path as it is if a "%"
// begins no triplet. Split and join are fast, the runtime's replace is not.
function canonical(path) {
    const known = {};
    const parts = path.split('%');
    // 4,096 characters hold 1,365 triplets.
    if (parts.length > 1366) {
        return path;
    }
    const triplets = parts.splice(1).map((part) => {
        const digits = part.slice(0, 2);
        known[digits] = known[digits] || spelled(digits);
        return known[digits] + part.slice(2);
    });
    try {
        return Object.values(known).includes('%') ? path :
            swapped(encodeURI(parts.concat(triplets).join('')), {'%25': '%', '#': '%23', '?': '%3F', '~': '%7E'});
    } catch (surrogate) {
        return path;
    }
}

// spelled returns the byte of two hexadecimal digits as a path spells it: as itself
// if that means the same, else as a triplet. It returns '%' if they are no digits.
function spelled(digits) {
    if (digits.split('').filter((digit) => '0123456789ABCDEFabcdef'.includes(digit)).length < 2) {
        return '%';
    }
    const c = String.fromCharCode(parseInt(digits, 16));
    return encodeURI(c) === c && !'#+/?~'.includes(c) ? c : '%' + digits.toUpperCase();
}

// hasDots reports whether a path has dot segments. CloudFront resolves them when it
// chooses a behaviour, but not when it asks the origin.
function hasDots(path) {
    const segments = swapped(path, {'%2e': '.', '%2E': '.'}) + '/';
    return segments.includes('/./') || segments.includes('/../');
}

// swapped returns a text with each key of pairs replaced by its value, in order.
function swapped(text, pairs) {
    return Object.keys(pairs).reduce((out, key) => out.split(key).join(pairs[key]), text);
}

// queryOf returns the canonical query string: size and format, or '' without a size.
function queryOf(request) {
    if (!request.querystring.width && !request.querystring.height) {
        return '';
    }
    const asked = [side(request.querystring.width), side(request.querystring.height)];
    const size = site.sizes ? nearest(asked) : asked;
    const width = size[0];
    const height = size[1];
    const given = site.missing === 'keep-ratio' ? width || height : width && height;
    if (!given || !(width <= site.maxWidth && height <= site.maxHeight)) {
        return '';
    }
    const format = formatOf(request);
    return [width && 'width=' + width, height && 'height=' + height, format && 'format=' + format]
        .filter((part) => part).join('&');
}

// side returns the number in a parameter: 0 without the parameter, and NaN if it is
// not 1 to 99999, not only digits, or given twice with different values.
function side(parameter) {
    const numbers = valuesOf(parameter).map(decoded).map((value) => {
        const n = parseInt(value, 10);
        return n >= 1 && n <= 99999 && String(n).padStart(value.length, '0') === value ? n : NaN;
    });
    return numbers.length === 0 ? 0 : allSame(numbers) ? numbers[0] : NaN;
}

// valuesOf returns the values of a parameter or header, as they are spelled.
function valuesOf(field) {
    return field ? (field.multiValue || [field]).map((one) => one.value) : [];
}

function decoded(value) {
    try {
        return decodeURIComponent(value);
    } catch (malformed) {
        return '';
    }
}

function allSame(values) {
    return values.every((value) => value === values[0]);
}

// nearest returns the allowed size for which the differences of width and height add
// up to the least, the first of equals, or NaN if there is none.
function nearest(asked) {
    let found = [NaN, NaN];
    let least = Infinity;
    site.sizes.split(',').forEach((size) => {
        const allowed = size.split('x').map(Number);
        const distance = apart(allowed[0], asked[0]) + apart(allowed[1], asked[1]);
        if (distance < least) {
            least = distance;
            found = allowed;
        }
    });
    return found;
}

// apart returns the pixels between two sides: Infinity if only one is given, and
// Infinity or NaN if asked is NaN.
function apart(allowed, asked) {
    return !allowed === !asked ? Math.abs(allowed - asked) : Infinity;
}

// formatOf returns the format that the viewer names, else the best that it accepts.
function formatOf(request) {
    const named = valuesOf(request.querystring.format).map(decoded);
    if (['avif', 'webp', 'jpeg', 'png'].includes(named[0]) && allSame(named)) {
        return named[0];
    }
    const accept = valuesOf(request.headers.accept).join(',').toLowerCase();
    const list = swapped(',' + accept + ',', {' ': '', '\t': '', ',': ';,'});
    return site.formats.split(',').find((format) => format && accepts(list, 'image/' + format));
}

// accepts reports whether a list of media ranges, each between a comma and a
// semicolon, has type itself with a weight other than 0.
function accepts(list, type) {
    return list.split(',' + type + ';').slice(1).some((rest) => {
        const weight = (';' + rest).split(',')[0].split(';q=')[1];
        return !weight || !['0', '0.', '0.0', '0.00', '0.000'].includes(weight.split(';')[0]);
    });
}
