// Sends requests as viewers do.

// ask sends a request, past the browser's own cache, and asks what the
// function was told and answered for it.
export async function ask({ method, path, header }) {
  const start = performance.now();
  const response = await fetch(path, { method, headers: header, cache: "no-store" });
  const body = await response.blob();
  const took = performance.now() - start; // ms
  const id = response.headers.get("X-Local-Invocation");
  return { status: response.status, headers: response.headers, body, took, invocation: id && await invocation(id) };
}

async function invocation(id) {
  const response = await fetch("/?" + new URLSearchParams({ invocation: id }));
  return response.ok ? response.json() : null; // it may be forgotten
}

// curl is a request as a command.
export function curl({ method, path, header }) {
  const options = { GET: "-i -o answer", HEAD: "-I" }[method] ?? `-i -X ${method}`;
  const headers = Object.entries(header).map(([name, value]) => ` -H '${name}: ${value}'`).join("");
  return `curl --path-as-is ${options}${headers} '${location.origin}${path}'`;
}
