output "url" {
  description = "The URL of the images."
  value       = local.has_domain ? "https://${var.domain_name}" : "https://${aws_cloudfront_distribution.images.domain_name}"
}

output "bucket" {
  description = "The bucket for the originals."
  value       = local.bucket
}

output "distribution_id" {
  description = "The distribution's ID."
  value       = aws_cloudfront_distribution.images.id
}

output "distribution_domain_name" {
  description = "The target for a CNAME, if DNS is elsewhere."
  value       = aws_cloudfront_distribution.images.domain_name
}

output "version_arn" {
  description = "The function's version that the distribution uses."
  value       = aws_lambda_function.images.qualified_arn
}

output "signing_keys" {
  description = "The key value store for `go run ./deploy signing-keys -store`."
  value       = one(aws_cloudfront_key_value_store.signing_keys[*].arn)
}

output "bucket_policy_statements" {
  description = "The statements to add to the policy of an existing bucket, so that CloudFront may read the originals."
  value       = local.makes_bucket ? null : jsonencode(local.statements)
}

output "origin_shield" {
  description = "Why there is no Origin Shield."
  value       = var.origin_shield_region == "nearest" && local.shield == null ? "none, as AWS names no region for ${var.bucket_region}; origin_shield_region chooses one" : null
}

output "alarm_topic" {
  description = "Where alarms go; the AlarmTopicArn of a purge stack in us-east-1."
  value       = local.alarm_topic
}
