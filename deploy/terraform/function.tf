# Lambda@Edge logs as us-east-1.NAME in the region that runs the function. A function that
# is invoked by hand logs as NAME.
resource "aws_iam_role" "function" {
  name        = "${var.name}-function"
  description = "What the resizing function may do at the edge."
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  name = "edgeresize"
  role = aws_iam_role.function.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadOriginals"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "arn:aws:s3:::${local.bucket}/${local.keys}"
      },
      {
        Sid    = "Log"
        Effect = "Allow"
        Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = [
          "arn:aws:logs:*:${local.account}:log-group:/aws/lambda/us-east-1.${var.name}",
          "arn:aws:logs:*:${local.account}:log-group:/aws/lambda/us-east-1.${var.name}:*",
          "arn:aws:logs:us-east-1:${local.account}:log-group:/aws/lambda/${var.name}",
          "arn:aws:logs:us-east-1:${local.account}:log-group:/aws/lambda/${var.name}:*",
        ]
      },
    ]
  })
}

# CloudFront takes published versions only. The provider publishes one whenever the code or
# the settings change; earlier versions stay until the function goes. Code from S3 changes
# for the provider when its key does, hence the checksum in code_key.
#
# Lambda refuses to delete a function that CloudFront has replicas of, for hours after the
# distribution is gone. tofu destroy then fails here; run it again later.
resource "aws_lambda_function" "images" {
  region                  = local.home
  function_name           = var.name
  description             = "python3.13, ${var.memory_size} MB, ${var.code_key}${var.code_sha256 == "" ? "" : ", pinned"}"
  role                    = aws_iam_role.function.arn
  runtime                 = "python3.13"
  handler                 = "lambda_function.handler"
  architectures           = ["x86_64"]
  memory_size             = var.memory_size
  timeout                 = 30
  s3_bucket               = var.code_bucket
  s3_key                  = var.code_key
  code_sha256             = var.code_sha256 == "" ? null : var.code_sha256
  code_signing_config_arn = var.code_signing_config_arn == "" ? null : var.code_signing_config_arn
  publish                 = true
  # `go run ./deploy publish` recognises edgeresize's functions by this tag.
  tags = merge(local.tags, { edgeresize = "site" })

  lifecycle {
    # The provider publishes other code too. The distribution is changed only after this.
    postcondition {
      condition     = var.code_sha256 == "" || self.code_sha256 == var.code_sha256
      error_message = "What is at ${var.code_key} has another SHA-256 than code_sha256. The distribution keeps its version."
    }
  }
}
