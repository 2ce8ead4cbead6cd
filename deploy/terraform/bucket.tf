# OpenTofu and Terraform do not delete a bucket that holds objects.
resource "aws_s3_bucket" "originals" {
  count         = local.makes_bucket ? 1 : 0
  region        = local.home
  bucket_prefix = "${substr(lower(var.name), 0, 36)}-"
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "originals" {
  count                   = local.makes_bucket ? 1 : 0
  region                  = local.home
  bucket                  = aws_s3_bucket.originals[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "originals" {
  count  = local.makes_bucket ? 1 : 0
  region = local.home
  bucket = aws_s3_bucket.originals[0].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

# Sends changes to the purge function: see deploy/purge/purge.yaml.
resource "aws_s3_bucket_notification" "originals" {
  count       = local.makes_bucket ? 1 : 0
  region      = local.home
  bucket      = aws_s3_bucket.originals[0].id
  eventbridge = true
}

locals {
  # What CloudFront must be allowed. S3 answers 404 to those who may list with the key as
  # the prefix; a GET of / lists without one and stays refused.
  statements = concat(
    [{
      Sid       = "CloudFrontReadsOriginals"
      Effect    = "Allow"
      Principal = { Service = "cloudfront.amazonaws.com" }
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::${local.bucket}/${local.keys}"
      Condition = { StringEquals = { "AWS:SourceArn" = local.distribution_arn } }
    }],
    [for prefix in local.tells_missing ? [local.keys_to_list] : [] : {
      Sid       = "CloudFrontIsToldWhatIsMissing"
      Effect    = "Allow"
      Principal = { Service = "cloudfront.amazonaws.com" }
      Action    = "s3:ListBucket"
      Resource  = "arn:aws:s3:::${local.bucket}"
      Condition = {
        StringEquals = { "AWS:SourceArn" = local.distribution_arn }
        StringLike   = { "s3:prefix" = prefix }
      }
    }],
  )
  distribution_arn = "arn:aws:cloudfront::${local.account}:distribution/${aws_cloudfront_distribution.images.id}"
}

# Only for the module's own bucket: it would replace the policy of an existing one. See the
# output bucket_policy_statements.
resource "aws_s3_bucket_policy" "originals" {
  count  = local.makes_bucket ? 1 : 0
  region = local.home
  bucket = aws_s3_bucket.originals[0].id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}
