resource "aws_cloudfront_origin_access_control" "images" {
  name                              = var.name
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_cache_policy" "images" {
  name        = var.name
  comment     = "Images by width, height and format."
  min_ttl     = 0
  default_ttl = 86400
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_gzip   = false
    enable_accept_encoding_brotli = false

    headers_config {
      header_behavior = "none"
    }
    cookies_config {
      cookie_behavior = "none"
    }
    query_strings_config {
      query_string_behavior = "whitelist"
      query_strings {
        items = concat(["width", "height", "format"], var.request_parameters == "none" ? [] : split(",", var.request_parameters))
      }
    }
  }
}

# The function gets a query string only if all are forwarded. The viewer-request function
# leaves only what is in the cache key: otherwise viewers could choose what S3 answers to
# everybody, by response-content-type and the like. No header is forwarded: S3 would refuse
# the viewer's Host.
resource "aws_cloudfront_origin_request_policy" "all_query_strings" {
  name    = "${var.name}-all-query-strings"
  comment = "What the viewer-request function leaves of query strings."

  headers_config {
    header_behavior = "none"
  }
  cookies_config {
    cookie_behavior = "none"
  }
  query_strings_config {
    query_string_behavior = "all"
  }
}

# Keeps an SVG or HTML among the originals from running scripts. It also sets Vary, because
# CloudFront removes a function's own.
resource "aws_cloudfront_response_headers_policy" "images" {
  name    = var.name
  comment = "No scripts, no guessed types, and the format is the viewer's."

  security_headers_config {
    content_type_options {
      override = true
    }
    content_security_policy {
      content_security_policy = join("; ", [
        "default-src 'none'", "img-src 'self' data:", "media-src 'self'", "font-src data:",
        "style-src 'unsafe-inline'", "form-action 'none'", "base-uri 'none'",
      ])
      override = true
    }
  }

  dynamic "custom_headers_config" {
    for_each = local.has_formats ? [1] : []
    content {
      items {
        header   = "Vary"
        value    = "Accept"
        override = true
      }
    }
  }
}

resource "aws_wafv2_web_acl" "rate" {
  count       = var.rate_limit == 0 ? 0 : 1
  region      = local.home
  name        = var.name
  description = "How many requests one address may make."
  scope       = "CLOUDFRONT"
  tags        = local.tags

  # Goes only once the distribution does without: AWS WAF refuses to delete it before.
  lifecycle {
    create_before_destroy = true
  }

  default_action {
    allow {}
  }
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = true
  }

  rule {
    name     = "one-address"
    priority = 0

    statement {
      rate_based_statement {
        aggregate_key_type    = "IP"
        evaluation_window_sec = 300
        limit                 = var.rate_limit
      }
    }
    action {
      block {
        custom_response {
          response_code = 429
        }
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "one-address"
      sampled_requests_enabled   = true
    }
  }
}
