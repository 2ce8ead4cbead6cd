// Ends the function of a site that resizes for signed URLs alone: variants need
//   expires    the last second, in Unix time, at which the URL is valid
//   signature  the HMAC-SHA256, in base64url without padding, of the canonical path, "?",
//              the canonical query, with a format only if the viewer names one, and
//              "&expires=" with its value
// The function's key value store holds "keys": one or two secrets of 32 characters or
// more, separated by white space. Each of them is accepted.
async function handler(event) {
  const keys = await keysFor(event.request.querystring);
  return rewritten(event.request, (request, path) => signedQuery(request, path, keys));
}

// keysFor returns the secrets, or none if the parameters have no signature or the store
// fails: then nothing is resized.
async function keysFor(given) {
  if (!given.signature || !given.expires) {
    return [];
  }
  try {
    const keys = await cf.kvs().get('keys');
    return keys.split(/\s+/).filter((key) => key.length >= 32).slice(0, 2);
  } catch (missing) {
    return [];
  }
}

// signedQuery returns the canonical query string, or '' without a valid signature.
function signedQuery(request, path, keys) {
  const given = request.querystring;
  const query = keys.length && queryOf({querystring: given, headers: {}});
  return query && isSigned(path + '?' + query, single(given.expires), single(given.signature), keys) ? queryOf(request) : '';
}

function isSigned(canonical, expires, signature, keys) {
  return signature.length === 43 && /^[0-9]{1,12}$/.test(expires) && expires * 1000 >= Date.now() &&
    keys.some((key) => same(signature, crypto.createHmac('sha256', key).update(canonical + '&expires=' + expires).digest('base64url')));
}

// single returns the one value of a parameter, or a text that is none.
function single(parameter) {
  return String(agreed(valuesOf(parameter).map(decoded)));
}

// same compares in a time that does not tell how much of the texts is the same.
function same(signature, valid) {
  return signature.split('').reduce((differs, c, i) => differs | (c !== valid.charAt(i)), 0) === 0;
}
