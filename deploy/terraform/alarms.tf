# An alarm reaches topics of its own region only. Hence alarms have no actions: rules send
# the events of all regions to us-east-1, and from there to the topic.
locals {
  has_alarms  = var.alarm_email != "" || var.alarm_topic_arn != "" || var.slack_channel != ""
  makes_topic = local.has_alarms && var.alarm_topic_arn == ""
  alarm_topic = local.makes_topic ? one(aws_sns_topic.alarms[*].arn) : local.has_alarms ? var.alarm_topic_arn : null
  home_bus    = "arn:aws:events:us-east-1:${local.account}:event-bus/default"

  # The regions that run the function: the Origin Shield's, or all that accounts have from
  # the start.
  alarm_regions = toset(!local.has_alarms ? [] : local.shield != null ? [local.shield] : [
    "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-central-1", "eu-west-1",
    "eu-west-2", "eu-west-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "ap-northeast-2",
  ])
  of_function = { FunctionName = "us-east-1.${var.name}" }
}

resource "aws_sns_topic" "alarms" {
  count       = local.makes_topic ? 1 : 0
  region      = local.home
  name_prefix = "${var.name}-"
  tags        = local.tags
}

resource "aws_sns_topic_subscription" "alarms" {
  count     = var.alarm_email == "" ? 0 : 1
  region    = local.home
  topic_arn = local.alarm_topic
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_iam_role" "alarms" {
  count       = local.has_alarms ? 1 : 0
  name        = "${var.name}-alarms"
  description = "What EventBridge may do with alarms."
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["events.amazonaws.com"] }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "alarms" {
  count = local.has_alarms ? 1 : 0
  name  = "alarms"
  role  = aws_iam_role.alarms[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sns:Publish", Resource = local.alarm_topic },
      { Effect = "Allow", Action = "events:PutEvents", Resource = local.home_bus },
    ]
  })
}

resource "aws_cloudwatch_event_rule" "alarms" {
  count       = local.has_alarms ? 1 : 0
  region      = local.home
  name_prefix = "${substr(var.name, 0, 36)}-"
  description = "Alarms that begin or end, of all regions."
  tags        = local.tags

  event_pattern = jsonencode({
    source      = ["aws.cloudwatch"]
    detail-type = ["CloudWatch Alarm State Change"]
    detail = {
      alarmName = [{ prefix = "${var.name}: " }]
      "$or"     = [{ state = { value = ["ALARM"] } }, { previousState = { value = ["ALARM"] } }]
    }
  })
}

# In words that AWS Chatbot shows too.
resource "aws_cloudwatch_event_target" "topic" {
  count     = local.has_alarms ? 1 : 0
  region    = local.home
  rule      = aws_cloudwatch_event_rule.alarms[0].name
  target_id = "topic"
  arn       = local.alarm_topic
  role_arn  = aws_iam_role.alarms[0].arn

  input_transformer {
    input_paths = {
      alarm  = "$.detail.alarmName"
      region = "$.region"
      state  = "$.detail.state.value"
      why    = "$.detail.state.reason"
      advice = "$.detail.configuration.description"
    }
    input_template = "{\"version\": \"1.0\", \"source\": \"custom\", \"content\": {\"title\": \"<alarm> is <state> in <region>\", \"description\": <why>, \"nextSteps\": [<advice>]}}"
  }
}

resource "aws_cloudwatch_event_rule" "forward" {
  for_each = setsubtract(local.alarm_regions, [local.home])
  region   = each.key
  name     = "${var.name}-alarms"
  tags     = local.tags

  event_pattern = jsonencode({
    source = ["aws.cloudwatch"]
    detail = { alarmName = [{ prefix = "${var.name}: " }] }
  })
}

resource "aws_cloudwatch_event_target" "home" {
  for_each  = aws_cloudwatch_event_rule.forward
  region    = each.key
  rule      = each.value.name
  target_id = "home"
  arn       = local.home_bus
  role_arn  = aws_iam_role.alarms[0].arn
}

# CloudFront's metrics are in us-east-1. CloudFront Developer Guide, "View CloudFront and
# edge function metrics"; the guide does not spell LambdaValidationError.
resource "aws_cloudwatch_metric_alarm" "server_errors" {
  count               = local.has_alarms ? 1 : 0
  region              = local.home
  alarm_name          = "${var.name}: 5xx"
  alarm_description   = "More than 1% of the distribution's answers are 5xx. go run ./deploy doctor looks for the cause."
  namespace           = "AWS/CloudFront"
  metric_name         = "5xxErrorRate"
  dimensions          = { DistributionId = aws_cloudfront_distribution.images.id, Region = "Global" }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  tags                = local.tags
}

resource "aws_cloudwatch_metric_alarm" "refused_answers" {
  count               = local.has_alarms ? 1 : 0
  region              = local.home
  alarm_name          = "${var.name}: refused answers"
  alarm_description   = "CloudFront refused answers of the function. Each region logs them in /aws/cloudfront/LambdaEdge/${aws_cloudfront_distribution.images.id}."
  namespace           = "AWS/CloudFront"
  metric_name         = "LambdaValidationError"
  dimensions          = { DistributionId = aws_cloudfront_distribution.images.id, Region = "Global" }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  tags                = local.tags
}

# ACM renews a certificate by 30 days before it expires, unless something prevents that; an
# expired one has no metric. ACM User Guide, "Supported CloudWatch metrics".
resource "aws_cloudwatch_metric_alarm" "certificate" {
  count               = local.has_alarms && local.has_domain ? 1 : 0
  region              = local.home
  alarm_name          = "${var.name}: certificate"
  alarm_description   = "The certificate of ${var.domain_name} expires within 25 days. See in ACM why it was not renewed, or import another."
  namespace           = "AWS/CertificateManager"
  metric_name         = "DaysToExpiry"
  dimensions          = { CertificateArn = local.certificate_arn }
  statistic           = "Minimum"
  period              = 86400
  evaluation_periods  = 1
  comparison_operator = "LessThanThreshold"
  threshold           = 25
  treat_missing_data  = "ignore"
  tags                = local.tags
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each            = local.alarm_regions
  region              = each.key
  alarm_name          = "${var.name}: errors"
  alarm_description   = "This region logs them in /aws/lambda/us-east-1.${var.name}."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = local.of_function
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  tags                = local.tags
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  for_each            = local.alarm_regions
  region              = each.key
  alarm_name          = "${var.name}: throttles"
  alarm_description   = "The function ran as often at once as the account may here. Ask AWS for more concurrency."
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  dimensions          = local.of_function
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  tags                = local.tags
}

# In per cent of requests for a size, from ten on.
resource "aws_cloudwatch_metric_alarm" "reasons" {
  for_each            = local.alarm_regions
  region              = each.key
  alarm_name          = "${var.name}: originals for variants"
  alarm_description   = "More than 1% got originals: s3-denied (go run ./deploy doctor looks for the cause), out-of-memory (raise memory_size) or does-not-fit (lower max_width and max_height). The dashboard shows which."
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  tags                = local.tags

  metric_query {
    id          = "share"
    expression  = "IF(SUM([d, m, f]) > 9, 100 * SUM([d, m, f]) / SUM([r, o, n * -1]), 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = {
      r = { metric = "resized", dimensions = null }
      o = { metric = "served_original", dimensions = null }
      n = { metric = "served_original", dimensions = { reason = "no-size" } }
      d = { metric = "served_original", dimensions = { reason = "s3-denied" } }
      m = { metric = "served_original", dimensions = { reason = "out-of-memory" } }
      f = { metric = "served_original", dimensions = { reason = "does-not-fit" } }
    }
    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = "edgeresize"
        metric_name = metric_query.value.metric
        dimensions  = metric_query.value.dimensions
        stat        = "Sum"
        period      = 900
      }
    }
  }
}
