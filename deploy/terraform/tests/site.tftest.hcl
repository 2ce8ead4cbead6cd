mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_resource "aws_cloudfront_distribution" {
    defaults = { id = "E1ABCDEFGHIJKL", domain_name = "d111111abcdef8.cloudfront.net" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { qualified_arn = "arn:aws:lambda:us-east-1:111122223333:function:edgeresize:7" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { id = "edgeresize-20261130" }
  }
  mock_data "aws_secretsmanager_secret_version" {
    defaults = { secret_string = "{\"header\": \"open sesame\"}" }
  }
}

variables {
  code_bucket = "code"
  code_key    = "edgeresize-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.zip"
}

run "outputs_of_a_new_bucket" {
  assert {
    condition     = output.url == "https://d111111abcdef8.cloudfront.net" && output.bucket == "edgeresize-20261130"
    error_message = "${output.url}, ${output.bucket}"
  }
  assert {
    condition     = output.version_arn == one(aws_cloudfront_distribution.images.default_cache_behavior[0].lambda_function_association[*].lambda_arn)
    error_message = "The distribution runs another version than ${output.version_arn}."
  }
  assert {
    condition     = output.bucket_policy_statements == null && length(aws_s3_bucket_policy.originals) == 1
    error_message = "The module gives its own bucket the policy."
  }
}

run "outputs_of_an_existing_bucket" {
  variables {
    name          = "pictures"
    bucket_name   = "old-originals"
    bucket_region = "ca-west-1"
    key_prefix    = "media"
    missing_key   = 404
  }
  assert {
    condition = jsondecode(output.bucket_policy_statements)[0].Resource == "arn:aws:s3:::old-originals/media/*" && (
    jsondecode(output.bucket_policy_statements)[1].Condition.StringLike["s3:prefix"] == "media/?*")
    error_message = output.bucket_policy_statements
  }
  assert {
    condition     = length(aws_s3_bucket.originals) == 0 && length(aws_s3_bucket_policy.originals) == 0
    error_message = "The bucket and its policy are not the module's."
  }
  assert {
    condition     = output.origin_shield == "none, as AWS names no region for ca-west-1; origin_shield_region chooses one"
    error_message = output.origin_shield
  }
}

# The secret is one value of a JSON text.
run "key_of_a_secret" {
  variables {
    site_domain_name = "alb.example.com"
    site_secret      = "arn:aws:secretsmanager:us-east-1:111122223333:secret:origin-AbCdEf:SecretString:header"
  }
  assert {
    condition = one([for o in aws_cloudfront_distribution.images.origin : one(o.custom_header[*].value) if o.origin_id == "site"]) == "open sesame" && (
    one(data.aws_secretsmanager_secret_version.site[*].secret_id) == "arn:aws:secretsmanager:us-east-1:111122223333:secret:origin-AbCdEf")
    error_message = "Another header than the secret's key."
  }
}

run "whole_secret" {
  variables {
    site_domain_name = "alb.example.com"
    site_secret      = "origin"
  }
  assert {
    condition     = one([for o in aws_cloudfront_distribution.images.origin : one(o.custom_header[*].value) if o.origin_id == "site"]) == "{\"header\": \"open sesame\"}"
    error_message = "Another header than the secret."
  }
  assert {
    condition     = data.aws_secretsmanager_secret_version.site[0].region == "us-east-1"
    error_message = "The secret is looked for in the provider's region."
  }
}

run "tags" {
  assert {
    condition     = aws_cloudfront_distribution.images.tags["managed-by"] == "terraform" && aws_lambda_function.images.tags["edgeresize"] == "site"
    error_message = "The tags that the deploy commands read."
  }
}

# ACM's proofs go into the zone, each under the name that it is of.
run "certificate" {
  variables {
    domain_name       = "img.example.com"
    other_domain_name = "example.com"
    hosted_zone_id    = "Z0123456789"
  }
  override_resource {
    target = aws_acm_certificate.images
    values = {
      arn = "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"
      domain_validation_options = [
        { domain_name = "example.com", resource_record_name = "_b.example.com.", resource_record_type = "CNAME", resource_record_value = "b.acm-validations.aws." },
        { domain_name = "img.example.com", resource_record_name = "_a.img.example.com.", resource_record_type = "CNAME", resource_record_value = "a.acm-validations.aws." },
      ]
    }
  }
  assert {
    condition = (
      aws_route53_record.validation["img.example.com"].name == "_a.img.example.com." &&
      aws_route53_record.validation["example.com"].records == toset(["b.acm-validations.aws."])
    )
    error_message = "A proof under another name."
  }
  assert {
    condition     = aws_cloudfront_distribution.images.viewer_certificate[0].acm_certificate_arn == "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"
    error_message = "The distribution has another certificate."
  }
}

# Without Origin Shield the function may run in many regions, each of which has alarms.
run "alarms" {
  variables {
    alarm_email          = "team@example.com"
    slack_channel        = "T0123ABCD/C0123ABCD"
    origin_shield_region = "none"
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.errors) == 15 && length(aws_cloudwatch_event_target.home) == 14
    error_message = "${length(aws_cloudwatch_metric_alarm.errors)} regions with alarms, of which ${length(aws_cloudwatch_event_target.home)} send them."
  }
  assert {
    condition     = output.alarm_topic == one(aws_sns_topic.alarms[*].arn) && one(aws_chatbot_slack_channel_configuration.alarms[*].sns_topic_arns) == toset([output.alarm_topic])
    error_message = "Slack hears of another topic."
  }
}
