// Ends the function of a site that resizes for everyone. It checks no signatures: if
// the settings want them, it resizes nothing.
function handler(event) {
  return rewritten(event.request, (request) => (site.request.parameters || []).includes('signature') ? '' : queryOf(request));
}
