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
//   request    the members of the config that say what may be asked for besides a size,
//              by their names there: parameters, fit, quality, min_quality, presets and
//              only_presets; those that change nothing are left out
//
// rewritten returns the request for the cache, or a refusal. queryFor returns its query
// string from the request and its canonical path.
function rewritten(request, queryFor) {
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
  request.querystring = queryFor(request, path);
  request.uri = site.urlPrefix && path.startsWith(site.urlPrefix + '/') ?
    site.keyPrefix + path.slice(site.urlPrefix.length) : path;
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

// queryOf returns the canonical query string: size, options and format. It returns ''
// for a request without a size, or with a bad one, or with a bad option.
function queryOf(request) {
  const given = resolved(parametersIn((name) => valuesOf(request.querystring[name])));
  if (!given.width && !given.height) {
    return '';
  }
  const asked = [side(given.width), side(given.height)];
  // Presets are sizes to allow.
  const size = site.sizes && !site.request.only_presets ? nearest(asked) : asked;
  const width = size[0];
  const height = size[1];
  const chosen = site.request.parameters ? chosenOptions(given, width && height) : [];
  if (!(site.missing === 'keep-ratio' ? width || height : width && height) ||
    !(width <= site.maxWidth && height <= site.maxHeight) || !chosen) {
    return '';
  }
  const format = formatOf(given.format || [], request.headers.accept);
  return [width && 'width=' + width, height && 'height=' + height].concat(chosen, format && 'format=' + format)
    .filter((part) => part).join('&');
}

// parametersIn returns the decoded values of each parameter that is on and given; w is
// width, and h height. valuesNamed returns the values that a name has.
function parametersIn(valuesNamed) {
  const on = site.request.parameters || [];
  const found = {};
  ['width', 'height', 'format'].concat(on, on.includes('fit') ? 'background' : []).forEach((name) => {
    const values = valuesNamed(name).map(decoded);
    const meant = {w: 'width', h: 'height'}[name] || name;
    if (values.length > 0) {
      found[meant] = (found[meant] || []).concat(values);
    }
  });
  return found;
}

// resolved returns the given parameters and those of their preset that they do not
// replace. It returns none if the preset is unknown, or if only presets may be given.
function resolved(given) {
  const only = site.request.only_presets;
  if (!given.preset) {
    return only ? {} : given;
  }
  const presets = site.request.presets || {};
  const preset = agreed(given.preset);
  if (!Object.keys(presets).includes(preset) ||
    only && Object.keys(given).some((name) => !['preset', 'format', 'signature'].includes(name))) {
    return {};
  }
  const pairs = presets[preset].split('&');
  const valuesNamed = (name) => pairs.filter((pair) => pair.startsWith(name + '=')).map((pair) => pair.slice(name.length + 1));
  return Object.assign(parametersIn(valuesNamed), given);
}

// chosenOptions returns the part of a canonical query string for each option that
// changes the variant, or nothing if one is bad. Without bothSides nothing is cropped.
function chosenOptions(given, bothSides) {
  const chosen = {};
  Object.keys(given).filter((name) => options[name]).forEach((name) => {
    chosen[name] = agreed(given[name].map(options[name]));
  });
  const usual = {fit: site.request.fit, quality: site.request.quality, dpr: 1};
  const fit = (chosen.fit || usual.fit || '').split(',');
  const colours = [chosen.background, fit[1]].filter((colour) => colour);
  if (Object.values(chosen).concat(agreed(colours)).some(Number.isNaN)) {
    return undefined;
  }
  if (fit[0] === 'pad' && colours[0]) {
    chosen.fit = 'pad,' + colours[0];
  }
  return ['fit', 'quality', 'dpr', 'gravity', 'trim', 'sharpen', 'blur'].filter((name) =>
    chosen[name] && chosen[name] !== usual[name] &&
    (bothSides || name !== 'fit') && (name !== 'gravity' || bothSides && fit[0] === 'cover')
  ).map((name) => name + '=' + chosen[name]);
}

// options has a function of each option, which returns the canonical value for a value:
// 0 or '' if that changes nothing, and NaN if the value is bad.
const options = {
  fit: (value) => {
    const colour = value.startsWith('pad,') && hexadecimal(value.slice(4));
    return colour ? 'pad,' + colour : ['cover', 'fill', 'inside', 'pad'].includes(value) ? value : NaN;
  },
  background: hexadecimal,
  quality: (value) => {
    const rounded = Math.max(5, Math.round(whole(value, 1, 100) / 5) * 5);
    return rounded >= site.request.min_quality && rounded <= site.request.quality ? rounded : NaN;
  },
  dpr: (value) => /^[1-4](\.[0-9]{1,4})?$/.test(value) && value <= 4 ? Math.round(value * 2) / 2 : NaN,
  gravity: (value) => {
    const name = value === 'centre' ? 'center' : value;
    const point = value.split(',').map(fraction);
    return name === 'smart' || Object.values(points).includes(name) ? name :
      point.length !== 2 || point.some(Number.isNaN) ? NaN : points[point.join(',')] || point.join(',');
  },
  trim: (value) => value === 'false' ? '' : value === 'true' ? value : NaN,
  sharpen: (value) => whole(value, 0, 10),
  blur: (value) => whole(value, 0, 100)
};

const points = {
  '0,0': 'top-left', '0.5,0': 'top', '1,0': 'top-right',
  '0,0.5': 'left', '0.5,0.5': 'center', '1,0.5': 'right',
  '0,1': 'bottom-left', '0.5,1': 'bottom', '1,1': 'bottom-right'
};

// hexadecimal returns the six digits of a colour that has three or six, or NaN.
function hexadecimal(colour) {
  const digits = /^([0-9A-Fa-f]{3}){1,2}$/.test(colour) ? colour.toLowerCase() : NaN;
  return digits.length === 3 ? digits.split('').map((digit) => digit + digit).join('') : digits;
}

// fraction returns the number 0 to 1 that a text spells, in hundredths, or NaN.
function fraction(text) {
  return /^(0|1|[01]?\.[0-9]{1,4})$/.test(text) && text <= 1 ? Math.floor(text * 100 + 0.5) / 100 : NaN;
}

// side returns the number that values spell: 0 without values, and NaN if they differ
// or are not 1 to 99999.
function side(values) {
  return values ? agreed(values.map((value) => whole(value, 1, 99999))) : 0;
}

// whole returns the number, least to most, that a text of digits spells, or NaN.
function whole(text, least, most) {
  const n = parseInt(text, 10);
  return n >= least && n <= most && String(n).padStart(text.length, '0') === text ? n : NaN;
}

// agreed returns the value that all values are, or NaN if they differ.
function agreed(values) {
  return values.every((value) => value === values[0]) ? values[0] : NaN;
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

// formatOf returns the format that is named, else the best that the viewer accepts.
function formatOf(named, header) {
  if (['avif', 'webp', 'jpeg', 'png'].includes(agreed(named))) {
    return named[0];
  }
  const accept = valuesOf(header).join(',').toLowerCase();
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
