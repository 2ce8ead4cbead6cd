// Sends requests as viewers do.

// ask sends a request, past the browser's own cache, and asks what the
// function was told and answered for it. The signal breaks it off.
export async function ask({ method, path, header }, signal) {
  const start = performance.now();
  const response = await fetch(path, { method, headers: header, cache: "no-store", signal });
  const body = await response.blob();
  const took = performance.now() - start; // ms
  const id = response.headers.get("X-Local-Invocation");
  return { status: response.status, headers: response.headers, body, took, invocation: id && await invocation(id, signal) };
}

async function invocation(id, signal) {
  const response = await fetch("/?" + new URLSearchParams({ invocation: id }), { signal });
  return response.ok ? response.json() : null; // it may be forgotten
}

// invalidate removes what a path has in CloudFront's cache, at every size.
export async function invalidate(path, signal) {
  const body = new URLSearchParams({ invalidate: path.split("?")[0] + "*" });
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
  const headers = Object.entries(header).map(([name, value]) => ` -H ${quote(`${name}: ${value}`)}`).join("");
  return `curl --path-as-is ${options}${headers} ${quote(location.origin + path)}`;
}
