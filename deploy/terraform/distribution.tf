# CloudFront's managed policies CachingDisabled and AllViewer.
locals {
  caching_disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  all_viewer       = "216adef6-5c7f-47e4-b989-5492eafa07d3"
  cache_tag_header = "Edgeresize-Cache-Tag"
}

# The images are the default behaviour or, with a site, the one of image_path. The origin is
# S3's regional name: the global one redirects (307) until DNS knows a bucket in another
# region.
resource "aws_cloudfront_distribution" "images" {
  enabled         = true
  comment         = var.name
  http_version    = "http2and3"
  is_ipv6_enabled = true
  aliases         = local.names
  web_acl_id      = var.rate_limit == 0 ? "" : aws_wafv2_web_acl.rate[0].arn
  tags            = local.tags

  # In this header the function names the original, for invalidations.
  cache_tag_config {
    header_name = local.cache_tag_header
  }

  origin {
    origin_id                = "images"
    domain_name              = "${local.bucket}.s3.${local.bucket_region}.amazonaws.com"
    origin_path              = local.origin_path
    origin_access_control_id = aws_cloudfront_origin_access_control.images.id

    dynamic "origin_shield" {
      for_each = local.shield == null ? [] : [local.shield]
      content {
        enabled              = true
        origin_shield_region = origin_shield.value
      }
    }

    # Tells the function that there is a cache_tag_config.
    custom_header {
      name  = "Edgeresize-Cache-Tag-Header"
      value = local.cache_tag_header
    }
  }

  dynamic "origin" {
    for_each = local.has_site ? [var.site_domain_name] : []
    content {
      origin_id   = "site"
      domain_name = origin.value

      custom_origin_config {
        http_port              = 80
        https_port             = 443
        origin_protocol_policy = "https-only"
        origin_ssl_protocols   = ["TLSv1.2"]
      }
      custom_header {
        name  = "X-Origin-Verify"
        value = local.site_secret
      }
    }
  }

  default_cache_behavior {
    target_origin_id           = local.has_site ? "site" : "images"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = local.has_site ? ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"] : ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = local.has_site
    cache_policy_id            = local.has_site ? local.caching_disabled : aws_cloudfront_cache_policy.images.id
    origin_request_policy_id   = local.has_site ? local.all_viewer : aws_cloudfront_origin_request_policy.all_query_strings.id
    response_headers_policy_id = local.has_site ? null : aws_cloudfront_response_headers_policy.images.id

    dynamic "lambda_function_association" {
      for_each = local.has_site ? [] : [aws_lambda_function.images.qualified_arn]
      content {
        event_type = "origin-response"
        lambda_arn = lambda_function_association.value
      }
    }
    dynamic "function_association" {
      for_each = local.has_site ? aws_cloudfront_function.site[*].arn : [aws_cloudfront_function.images.arn]
      content {
        event_type   = "viewer-request"
        function_arn = function_association.value
      }
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.has_site ? [var.image_path] : []
    content {
      path_pattern               = ordered_cache_behavior.value
      target_origin_id           = "images"
      viewer_protocol_policy     = "redirect-to-https"
      allowed_methods            = ["GET", "HEAD"]
      cached_methods             = ["GET", "HEAD"]
      compress                   = false
      cache_policy_id            = aws_cloudfront_cache_policy.images.id
      origin_request_policy_id   = aws_cloudfront_origin_request_policy.all_query_strings.id
      response_headers_policy_id = aws_cloudfront_response_headers_policy.images.id

      lambda_function_association {
        event_type = "origin-response"
        lambda_arn = aws_lambda_function.images.qualified_arn
      }
      function_association {
        event_type   = "viewer-request"
        function_arn = aws_cloudfront_function.images.arn
      }
    }
  }

  # CloudFront asks the origin for the page's path, after origin_path.
  dynamic "custom_error_response" {
    for_each = local.tells_missing ? [1] : []
    content {
      error_code            = 404
      error_caching_min_ttl = var.missing_seconds
      response_code         = var.not_found_page == "" ? null : 404
      response_page_path    = var.not_found_page == "" ? null : local.not_found_page
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = local.has_domain ? null : true
    acm_certificate_arn            = local.has_domain ? local.certificate_arn : null
    ssl_support_method             = local.has_domain ? "sni-only" : null
    minimum_protocol_version       = local.has_domain ? "TLSv1.2_2021" : null
  }
}
