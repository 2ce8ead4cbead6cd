// What CloudFront does with a request for an image before it looks into its
// cache; a CloudFront Function of runtime cloudfront-js-2.0. The template holds
// a copy and writes above it what `site` is:
//   host       the only name to answer to, or ''
//   urlPrefix  what the key has keyPrefix for at the front of the path, or ''
//   keyPrefix  a path such as '/media', or ''
//   sizes      the sizes to allow, such as '500x300,640x,x200', or ''
function handler(event) {
    const request = event.request;
    if (site.host && hostOf(request) !== site.host) {
        return {statusCode: 403, statusDescription: 'Forbidden'};
    }
    if (site.urlPrefix && request.uri.indexOf(site.urlPrefix + '/') === 0) {
        request.uri = site.keyPrefix + request.uri.slice(site.urlPrefix.length);
    }
    if (site.sizes) {
        request.querystring = snapped(request.querystring);
    }
    return request;
}

function hostOf(request) {
    const host = request.headers.host;
    return host ? host.value.toLowerCase().replace(/:\d+$/, '') : '';
}

// snapped is the query string of the allowed size that is nearest: the least
// difference of width and height together, the first of equals. It is empty,
// which gives the original, where there is none or what is asked for is no size.
function snapped(query) {
    const width = side(query.width);
    const height = side(query.height);
    let nearest = {};
    let least = Infinity;
    site.sizes.split(',').forEach(function (size) {
        const sides = size.split('x');
        const distance = apart(sides[0], width) + apart(sides[1], height);
        if (distance < least) {
            least = distance;
            nearest = {};
            if (sides[0]) {
                nearest.width = {value: sides[0]};
            }
            if (sides[1]) {
                nearest.height = {value: sides[1]};
            }
        }
    });
    return nearest;
}

// apart is how many pixels lie between an allowed side and the one asked for:
// 0 if neither is given, infinitely many if only one of them is, and NaN, which
// is below no number, for what is no size.
function apart(allowed, asked) {
    if (allowed === '' && asked === null) {
        return 0;
    }
    if (allowed === '' || asked === null) {
        return Infinity;
    }
    return Math.abs(Number(allowed) - asked);
}

// side is the number that a parameter of the query string gives: null without
// the parameter, NaN unless it is 1 to 99999 and the same each time.
function side(parameter) {
    if (!parameter) {
        return null;
    }
    const numbers = (parameter.multiValue || [parameter]).map(function (given) {
        try {
            const digits = decodeURIComponent(given.value);
            return /^0*[1-9][0-9]{0,4}$/.test(digits) ? Number(digits) : NaN;
        } catch (malformed) {
            return NaN;
        }
    });
    return numbers.every(function (n) { return n === numbers[0]; }) ? numbers[0] : NaN;
}
