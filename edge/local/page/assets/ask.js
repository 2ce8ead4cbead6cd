// Sends requests as viewers do.

// accepted are the formats that browsers say they take of a picture that a page shows.
// Those that a script fetches they take of any kind.
const accepted = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

// asPicture returns the headers of a request for a picture that a page shows, with others.
const asPicture = (header) => ({ Accept: accepted, ...header });

// ask sends a request, past the browser's own cache, and asks what the
// function was told and answered for it. The signal breaks it off.
export async function ask({ method, path, header }, signal) {
  const start = performance.now();
  const response = await fetch(path, { method, headers: asPicture(header), cache: "no-store", signal });
  const body = await response.blob();
  const took = performance.now() - start; // ms
  const id = response.headers.get("X-Local-Invocation");
  const reason = response.headers.get("X-Local-Outcome").replace(/^original /, "");
  return { status: response.status, headers: response.headers, body, took, invocation: id && await invocation(id, reason, signal) };
}

// invocation is what the function was told and answered; reason is what became of
// this request of all that one invocation answers.
async function invocation(id, reason, signal) {
  const response = await fetch("/?" + new URLSearchParams({ invocation: id, reason }), { signal });
  return response.ok ? response.json() : null; // it may be forgotten
}

// asJPEG is a path for the same variant as JPEG, or as what viewers get who take no newer
// format, where JPEG cannot hold it: of a GIF's animation that is a GIF.
export function asJPEG(path) {
  const [name, query] = path.split("?");
  return `${name}?${[...query.split("&").filter((pair) => !pair.startsWith("format=")), "format=jpeg"].join("&")}`;
}

// invalidate removes what CloudFront's cache has of the original at a path.
export async function invalidate(path, signal) {
  const body = new URLSearchParams({ path: path.split("?")[0] });
  const response = await fetch("/", { method: "POST", body, redirect: "manual", signal });
  if (response.type !== "opaqueredirect") {
    throw new Error(await response.text());
  }
}

// load is a picture, empty where it cannot be had: what it is about shows
// without it too.
export async function load(path) {
  try {
    return await (await fetch(path)).blob();
  } catch {
    return new Blob();
  }
}

// curl is a request as a command.
export function curl({ method, path, header }) {
  const options = { GET: "-i -o answer", HEAD: "-I" }[method] ?? `-i -X ${method}`;
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const headers = Object.entries(asPicture(header)).map(([name, value]) => ` -H ${quote(`${name}: ${value}`)}`).join("");
  return `curl --path-as-is ${options}${headers} ${quote(location.origin + path)}`;
}
