// The viewer-request function of `probe`. It leaves width alone of the query string. The
// step "echo" in the path answers with what the function sees, "norange" deletes the
// viewer's range.
function handler(event) {
    var request = event.request;
    var steps = (request.uri.split('/')[4] || '').split('.');
    if (steps.indexOf('echo') >= 0) {
        return {
            statusCode: 200,
            statusDescription: 'OK',
            headers: {'cache-control': {value: 'no-store'}, 'x-probe-uri': {value: encodeURIComponent(request.uri)}}
        };
    }
    if (steps.indexOf('norange') >= 0) {
        delete request.headers.range;
        delete request.headers['if-range'];
    }
    var width = request.querystring.width;
    request.querystring = width ? 'width=' + width.value : '';
    return request;
}
