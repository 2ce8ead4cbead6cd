# The code without its comments and indentation, which count for CloudFront's limit of
# 10,240 bytes.
locals {
  viewer_request = { for name in ["viewer-request", "signed", "unsigned"] : name =>
    replace(file("${path.module}/../../edge/viewerrequest/${name}.js"), "/(?m)^ *(\\/\\/.*\\n)?/", "")
  }

  image_requests = join("", [
    var.signed_urls ? "import cf from 'cloudfront';\nimport crypto from 'crypto';\n" : "",
    format("const site = {host: '%s', urlPrefix: '%s', keyPrefix: '%s', sizes: '%s', formats: '%s', missing: '%s', maxWidth: %d, maxHeight: %d, request: %s};\n",
      var.close_default_domain ? var.domain_name : "",
      var.url_prefix,
      var.key_prefix == "" ? "" : "/${var.key_prefix}",
      var.sizes,
      local.has_formats ? var.formats : "",
      var.missing,
      var.max_width,
      var.max_height,
      var.request_settings,
    ),
    local.viewer_request["viewer-request"],
    local.viewer_request[var.signed_urls ? "signed" : "unsigned"],
  ])
}

# Holds the keys that sign URLs.
resource "aws_cloudfront_key_value_store" "signing_keys" {
  count   = var.signed_urls ? 1 : 0
  name    = "${var.name}-keys"
  comment = "The keys that sign URLs."

  # Goes only once the function does without: CloudFront refuses to delete it before.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_function" "images" {
  name    = "${var.name}-images"
  comment = "Gives each picture, size and format one spelling."
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = local.image_requests

  key_value_store_associations = aws_cloudfront_key_value_store.signing_keys[*].arn

  lifecycle {
    precondition {
      condition     = length(local.image_requests) <= 10240
      error_message = "The viewer-request function would be longer than CloudFront's limit of 10240 bytes: give fewer sizes or presets."
    }
  }
}

# With an empty missing the code takes requests for no images and checks the host only.
resource "aws_cloudfront_function" "site" {
  count   = local.has_site && var.close_default_domain ? 1 : 0
  name    = "${var.name}-site"
  comment = "Closes the default domain."
  runtime = "cloudfront-js-2.0"
  publish = true
  code = join("", [
    "const site = {host: '${var.domain_name}', missing: ''};\n",
    local.viewer_request["viewer-request"],
    local.viewer_request["unsigned"],
  ])

  # Goes only once the distribution does without: CloudFront refuses to delete it before.
  lifecycle {
    create_before_destroy = true
  }
}
