# The code without its comments and indentation, which count for CloudFront's limit of
# 10,240 bytes.
locals {
  viewer_request = replace(join("", [
    file("${path.module}/../../edge/viewerrequest/viewer-request.js"),
    file("${path.module}/../../edge/viewerrequest/unsigned.js"),
  ]), "/(?m)^ *(\\/\\/.*\\n)?/", "")
}

resource "aws_cloudfront_function" "images" {
  name    = "${var.name}-images"
  comment = "Gives each picture, size and format one spelling."
  runtime = "cloudfront-js-2.0"
  publish = true

  code = join("\n", [
    format("const site = {host: '%s', urlPrefix: '%s', keyPrefix: '%s', sizes: '%s', formats: '%s', missing: '%s', maxWidth: %d, maxHeight: %d, request: {}};",
      var.close_default_domain ? var.domain_name : "",
      var.url_prefix,
      var.key_prefix == "" ? "" : "/${var.key_prefix}",
      var.sizes,
      local.has_formats ? var.formats : "",
      var.missing,
      var.max_width,
      var.max_height,
    ),
    local.viewer_request,
  ])
}

# With an empty missing the code takes requests for no images and checks the host only.
resource "aws_cloudfront_function" "site" {
  count   = local.has_site && var.close_default_domain ? 1 : 0
  name    = "${var.name}-site"
  comment = "Closes the default domain."
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = join("\n", ["const site = {host: '${var.domain_name}', missing: ''};", local.viewer_request])

  # Goes only once the distribution does without: CloudFront refuses to delete it before.
  lifecycle {
    create_before_destroy = true
  }
}
