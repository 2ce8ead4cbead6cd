// Sends requests as viewers do.

// accepted is the Accept header of browsers for a picture in a page. For a
// script's requests they accept any type.
const accepted = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

// asPicture returns the headers of a request for a picture in a page, with
// others.
const asPicture = (header) => ({ Accept: accepted, ...header });

// ask sends a request past the browser's own cache, and requests the function's
// event and response for it. The signal aborts both.
export async function ask({ method, path, header }, signal) {
  const start = performance.now();
  const response = await fetch(path, { method, headers: asPicture(header), cache: "no-store", signal });
  const body = await response.blob();
  const took = performance.now() - start; // in ms
  const id = response.headers.get("X-Local-Invocation");
  const reason = response.headers.get("X-Local-Outcome").replace(/^original /, "");
  return { status: response.status, headers: response.headers, body, took, invocation: id && await invocation({ invocation: id, reason, query: path.split("?")[1] ?? "" }, signal) };
}

// invocation requests the function's event and response. It names this request's outcome and
// query string: one invocation may answer several requests.
async function invocation(named, signal) {
  const response = await fetch("/?" + new URLSearchParams(named), { signal });
  return response.ok ? response.json() : null; // it may be forgotten
}

// asJPEG returns a path for the same variant as JPEG, or in the format for
// viewers that accept no newer one if JPEG cannot hold it: GIF for a GIF's
// animation.
export function asJPEG(path) {
  const [name, query] = path.split("?");
  return `${name}?${[...query.split("&").filter((pair) => !pair.startsWith("format=")), "format=jpeg"].join("&")}`;
}

// invalidate removes the original at path, and all made of it, from
// CloudFront's cache.
export async function invalidate(path, signal) {
  const body = new URLSearchParams({ path: path.split("?")[0] });
  const response = await fetch("/", { method: "POST", body, redirect: "manual", signal });
  if (response.type !== "opaqueredirect") {
    throw new Error(await response.text());
  }
}

// signed returns a path with a signature by the server. It replaces an earlier one.
export async function signed(path, signal) {
  const response = await fetch("/?" + new URLSearchParams({ sign: path }), { signal });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(text);
  }
  return text;
}

// load returns a picture, or an empty one if it cannot be loaded: the page
// works without it too.
export async function load(path) {
  try {
    return await (await fetch(path)).blob();
  } catch {
    return new Blob();
  }
}

// curl returns a request as a command.
export function curl({ method, path, header }) {
  const options = { GET: "-i -o answer", HEAD: "-I" }[method] ?? `-i -X ${method}`;
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const headers = Object.entries(asPicture(header)).map(([name, value]) => ` -H ${quote(`${name}: ${value}`)}`).join("");
  return `curl --path-as-is ${options}${headers} ${quote(location.origin + path)}`;
}
