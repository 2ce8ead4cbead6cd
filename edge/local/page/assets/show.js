// Shows the outcome of a request: in words, numbers and JSON.

const by = (id) => document.getElementById(id);

const stages = ["fetch", "decode", "resample", "encode"];

// show shows everything about an answer except its picture, and returns the
// outcome in words. original is the server's description of the original, and
// seen the size that the browser shows of the answer, or false.
export function show(original, request, answer, seen) {
  const { invocation } = answer;
  const resized = answer.status === 200 && Boolean(invocation?.resized);
  const words = verdict(answer);
  showRequest(request);
  showCanonical(answer.headers.get("X-Local-Request"));
  showVerdict(words, resized ? "resized" : ofCloudFront(answer) ? "failed" : "original", cacheState(answer));
  by("details").textContent = [invocation?.kept, invocation?.details].filter(Boolean).join(" ");
  by("answer-title").textContent = resized ? "Variant" : "Answer";
  showAnswer(answer, seen, resized);
  by("saved").textContent = resized ? saving(invocation.original.bytes, answer.body.size) : "–";
  by("saved").className = resized ? "saved" : "";
  by("psnr").textContent = resized && invocation.plain ? "…" : "–";
  showTimes(invocation, answer);
  const inJSON = (what) => invocation ? JSON.stringify(what, null, 2) : "The function was not asked.";
  by("event").textContent = inJSON(invocation?.event);
  by("response").textContent = inJSON(invocation?.response);
  return `${answer.status}: ${words}`;
}

// showWaiting shows that the answer to a request is awaited, and clears the one
// before.
export function showWaiting(request) {
  showRequest(request);
  showVerdict("Waiting for the answer …", "waiting", "");
  showNothing();
}

// showFailure shows that there is no answer.
export function showFailure(request, error) {
  const words = `The server does not answer: ${error.message}`;
  showRequest(request);
  showVerdict(words, "failed", "Is it still running? Then send it again.");
  showNothing();
  return words;
}

// showRequest shows the URL of a request with its signature cut short.
function showRequest({ method, path }) {
  by("method").textContent = method;
  by("url").textContent = path.replace(/(&signature=[\w-]{6})[\w-]{37}$/, "$1…");
  by("url").href = path;
}

// showCanonical shows the request that the viewer-request function made, if it
// made one.
function showCanonical(url) {
  by("canonical").textContent = url;
  by("canonical").closest("p").hidden = !url;
}

function showVerdict(words, kind, cache) {
  by("verdict").textContent = words;
  by("verdict").className = "verdict " + kind;
  by("cache").textContent = cache;
  by("details").textContent = "";
}

// showNothing clears everything about an answer.
function showNothing() {
  showCanonical("");
  by("answer-title").textContent = "Answer";
  for (const id of ["after-format", "after-size", "after-bytes", "saved", "psnr"]) {
    by(id).textContent = "–";
  }
  by("saved").className = "";
  emptyTimes("");
  by("event").textContent = by("response").textContent = "–";
}

// showNearness shows the worker's result.
export function showNearness({ psnr, problem }) {
  by("psnr").textContent = problem ?? (Number.isFinite(psnr) ? `${psnr.toFixed(1)} dB` : "the same");
}

// ofCloudFront returns whether an answer is an error of CloudFront's own.
const ofCloudFront = ({ status, headers }) => status >= 400 && headers.get("Server") === "CloudFront";

function verdict(answer) {
  const { status, headers, invocation } = answer;
  const [, refused] = /^refused because (.*)/.exec(headers.get("X-Local-Outcome")) ?? [];
  if (refused) {
    return `The viewer-request function answered with ${status}, because ${refused}.`;
  }
  if (ofCloudFront(answer)) {
    return `CloudFront's own answer, ${status}. ${invocation ? "It rejected the function's." : "The function was not asked."}`;
  }
  if (!invocation) {
    return headers.get("X-Local-Outcome");
  }
  if (invocation.resized) {
    const { format, width, height } = invocation.variant;
    const variant = `the variant, ${width} × ${height} ${format}`;
    return { 200: capital(variant), 206: "A part of " + variant, 304: "Not modified: " + variant }[status] + ".";
  }
  if (invocation.fallback && headers.get("Content-Type")?.startsWith("image/")) {
    const { format, width, height } = invocation.variant;
    return `The fallback picture, ${width} × ${height} ${format}, because ${invocation.because}.`;
  }
  const what = invocation.reason === "origin-not-200" || status !== 200 || !answer.body.size && invocation.reason === "not-get"
    ? "The origin's response as it came" : "The original";
  return `${what}, because ${invocation.because}.`;
}

// cacheState describes how CloudFront got an answer.
function cacheState({ status, headers, took }) {
  const xCache = headers.get("X-Cache");
  const age = headers.get("Age");
  const meaning = {
    Miss: "asked S3 and the function", Hit: `cached ${age} s ago, without asking S3 or the function`,
    RefreshHit: "cached, and S3 confirmed that it is unchanged", Error: "as for every status of 400 or more",
    FunctionGeneratedResponse: "without asking the cache or S3",
  }[xCache.split(" ")[0]];
  return `Status ${status} · ${xCache} (${meaning}) · ${took.toFixed(0)} ms`;
}

// showOriginal shows the server's description of the original. If that has no
// size, it shows seen, the size that the browser shows, or false.
export function showOriginal(original, seen) {
  const width = Number(original.width) || seen.width;
  const height = Number(original.height) || seen.height;
  by("before-format").textContent = original.format || "–";
  by("before-size").textContent = pixels(width, height) + frames(original);
  by("before-bytes").textContent = original.bytes < 0 ? "–" : size(Number(original.bytes));
}

const frames = ({ frames }) => Number(frames) > 1 ? `, ${frames} frames` : "";

function showAnswer({ headers, body, invocation }, seen, resized) {
  const quality = resized && invocation.quality ? `, quality ${invocation.quality}` : "";
  const type = headers.get("Content-Type") ?? "–";
  by("after-format").textContent = (resized ? invocation.variant.format : typeName(type)) + quality;
  by("after-size").textContent = pixels(seen.width, seen.height);
  by("after-bytes").textContent = size(body.size);
}

function showTimes(invocation, { headers }) {
  const { bar, legend } = emptyTimes("The function was not asked.");
  if (!invocation) {
    return;
  }
  const { ms } = invocation;
  const times = stages.map((stage) => [stage, ms[stage]]);
  times.push(["rest", Math.max(0, ms.total - times.reduce((sum, [, time]) => sum + time, 0))]);
  for (const [stage, time] of times) {
    const part = document.createElement("span");
    part.className = stage;
    part.style.flexGrow = time;
    bar.append(part);
    const entry = document.createElement("div");
    entry.className = stage;
    entry.append(element("dt", stage), element("dd", time.toFixed(1)));
    legend.append(entry);
  }
  const earlier = headers.get("X-Cache").startsWith("Miss") ? "" : ", earlier";
  by("total").textContent = `${ms.total.toFixed(1)} ms${earlier}`;
  bar.setAttribute("aria-label", "Milliseconds: " + times.map(([stage, time]) => `${stage} ${time.toFixed(1)}`).join(", "));
}

// emptyTimes removes the times and says why there are none.
function emptyTimes(why) {
  const [bar, legend] = [by("bar"), by("legend")];
  bar.replaceChildren();
  legend.replaceChildren();
  by("total").textContent = "";
  bar.setAttribute("aria-label", why);
  return { bar, legend };
}

function element(name, text) {
  const e = document.createElement(name);
  e.textContent = text;
  return e;
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);
// typeName returns a picture's media type in words.
const typeName = (type) => ({ "image/webp": "WebP", "image/svg+xml": "SVG" })[type]
  ?? (/^image\/[a-z0-9]+$/.test(type) ? type.slice("image/".length).toUpperCase() : type);
const pixels = (width, height) => width ? `${width} × ${height}` : "–";

// size returns a number of bytes in words.
export function size(bytes) {
  if (bytes < 1000) {
    return `${bytes} B`;
  }
  const [n, unit] = bytes < 999_950 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
  return `${n.toFixed(n < 100 ? 1 : 0)} ${unit}`;
}

// difference says how many fewer or more bytes one picture has than another.
export function difference(other, bytes) {
  const part = Math.round((bytes / other - 1) * 100);
  return `${Math.abs(part)} % ${part > 0 ? "more" : "less"}`;
}

function saving(before, after) {
  const part = Math.round((1 - after / before) * 100);
  return after <= before ? `${size(before - after)}, ${part} %` : `none, ${size(after - before)} more`;
}
