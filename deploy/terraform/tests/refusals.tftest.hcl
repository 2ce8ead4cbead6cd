# Variables that contradict each other, as the rules of deploy/template/template.yaml.

mock_provider "aws" {}

variables {
  code_bucket = "code"
  code_key    = "edgeresize-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.zip"
}

run "domain_without_certificate" {
  command = plan
  variables {
    domain_name = "img.example.com"
  }
  expect_failures = [var.certificate_arn]
}

run "zone_without_domain" {
  command = plan
  variables {
    hosted_zone_id = "Z0123456789"
  }
  expect_failures = [var.hosted_zone_id]
}

run "certificate_without_domain" {
  command = plan
  variables {
    certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"
  }
  expect_failures = [var.certificate_arn]
}

run "closed_without_domain" {
  command = plan
  variables {
    close_default_domain = true
  }
  expect_failures = [var.close_default_domain]
}

run "other_domain_without_domain" {
  command = plan
  variables {
    other_domain_name = "example.com"
  }
  expect_failures = [var.other_domain_name]
}

run "closed_with_other_domain" {
  command = plan
  variables {
    domain_name          = "img.example.com"
    certificate_arn      = "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"
    other_domain_name    = "example.com"
    close_default_domain = true
  }
  expect_failures = [var.close_default_domain]
}

run "site_without_secret" {
  command = plan
  variables {
    site_domain_name = "alb.example.com"
  }
  expect_failures = [var.site_domain_name]
}

run "page_without_404" {
  command = plan
  variables {
    not_found_page = "404.html"
  }
  expect_failures = [var.not_found_page]
}

run "page_with_site" {
  command = plan
  variables {
    not_found_page   = "404.html"
    missing_key      = 404
    site_domain_name = "alb.example.com"
    site_secret      = "origin-secret"
  }
  expect_failures = [var.not_found_page]
}

run "two_ways_of_alarms" {
  command = plan
  variables {
    alarm_email     = "team@example.com"
    alarm_topic_arn = "arn:aws:sns:us-east-1:111122223333:alarms"
  }
  expect_failures = [var.alarm_topic_arn]
}

run "key_without_checksum" {
  command = plan
  variables {
    code_key = "edgeresize.zip"
  }
  expect_failures = [var.code_key]
}

run "checksum_in_hexadecimal" {
  command = plan
  variables {
    code_sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }
  expect_failures = [var.code_sha256]
}

run "parameters_without_settings" {
  command = plan
  variables {
    request_parameters = "fit"
  }
  expect_failures = [var.request_parameters]
}

# The function would keep blur in requests, but the cache would not tell it apart.
run "parameters_of_another_config" {
  command = plan
  variables {
    request_parameters = "fit"
    request_settings   = "{\"parameters\":[\"fit\",\"blur\"],\"fit\":\"cover\"}"
  }
  expect_failures = [var.request_parameters]
}

run "parameters_in_another_order" {
  command = plan
  variables {
    request_parameters = "blur,fit"
    request_settings   = "{\"parameters\":[\"fit\",\"blur\"],\"fit\":\"cover\"}"
  }
  expect_failures = [var.request_parameters]
}

run "signatures_without_settings" {
  command = plan
  variables {
    signed_urls = true
  }
  expect_failures = [var.signed_urls]
}

run "settings_without_signatures" {
  command = plan
  variables {
    request_settings = "{\"parameters\":[\"signature\"]}"
  }
  expect_failures = [var.signed_urls]
}

run "code_in_settings" {
  command = plan
  variables {
    request_settings = "{}};evil();"
  }
  expect_failures = [var.request_settings]
}

run "long_settings" {
  command = plan
  variables {
    request_settings = "{\"parameters\":[\"preset\"],\"presets\":{\"card\":\"${join("", [for i in range(1000) : "width=5&height=3"])}\"}}"
  }
  expect_failures = [aws_cloudfront_function.images]
}

run "few_requests" {
  command = plan
  variables {
    rate_limit = 9
  }
  expect_failures = [var.rate_limit]
}

run "half_a_megabyte" {
  command = plan
  variables {
    memory_size = 512.5
  }
  expect_failures = [var.memory_size]
}
