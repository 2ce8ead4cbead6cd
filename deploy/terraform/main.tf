data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  # CloudFront takes functions, certificates and web ACLs from there only.
  home = "us-east-1"
  # go run ./deploy doctor looks for this value among a distribution's tags.
  tags = { managed-by = "terraform" }

  makes_bucket  = var.bucket_name == ""
  has_domain    = var.domain_name != ""
  has_zone      = var.hosted_zone_id != ""
  has_site      = var.site_domain_name != ""
  has_formats   = var.formats != "none"
  tells_missing = var.missing_key == 404
  makes_cert    = local.has_domain && var.certificate_arn == ""
  names         = compact([var.domain_name, var.other_domain_name])
  bucket        = local.makes_bucket ? one(aws_s3_bucket.originals[*].id) : var.bucket_name
  bucket_region = local.makes_bucket ? local.home : var.bucket_region
  keys          = var.key_prefix == "" ? "*" : "${var.key_prefix}/*"
  keys_to_list  = var.key_prefix == "" ? "?*" : "${var.key_prefix}/?*"
  # A function's own prefix of paths takes the place of OriginPath.
  origin_path    = var.key_prefix != "" && var.url_prefix == "" ? "/${var.key_prefix}" : ""
  not_found_page = var.key_prefix != "" && var.url_prefix != "" ? "/${var.key_prefix}/${var.not_found_page}" : "/${var.not_found_page}"

  # CloudFront Developer Guide, "Choose the AWS Region for Origin Shield".
  shield_near = merge(
    { for region in [
      "us-east-1", "us-east-2", "us-west-2", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1",
      "ap-southeast-2", "eu-central-1", "eu-west-1", "eu-west-2", "sa-east-1", "me-central-1",
    ] : region => region },
    {
      ca-central-1 = "us-east-1"
      us-west-1    = "us-west-2"
      af-south-1   = "eu-west-1"
      eu-west-3    = "eu-west-2"
      eu-north-1   = "eu-west-2"
      eu-south-1   = "eu-central-1"
      me-south-1   = "ap-south-1"
      ap-east-1    = "ap-southeast-1"
    },
  )
  # null if there is none.
  shield = (
    var.origin_shield_region == "none" ? null :
    var.origin_shield_region == "nearest" ? lookup(local.shield_near, local.bucket_region, null) :
    var.origin_shield_region
  )
}
