locals {
  # Regions that may run the function; the first has the chart's other settings.
  charted = concat(["us-east-1"], [
    "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-central-1", "eu-west-1", "eu-west-2",
    "eu-west-3", "me-south-1", "af-south-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1",
    "ap-northeast-2",
  ])
  of_distribution = ["DistributionId", aws_cloudfront_distribution.images.id, "Region", "Global"]
  # Charts of a metric in each region, by title.
  charts = [
    { title = "Invocations", metric = ["AWS/Lambda", "Invocations", "FunctionName", "us-east-1.${var.name}"] },
    { title = "Throttles", metric = ["AWS/Lambda", "Throttles", "FunctionName", "us-east-1.${var.name}"] },
    { title = "Variants", metric = ["edgeresize", "resized"] },
    { title = "s3-denied", metric = ["edgeresize", "served_original", "reason", "s3-denied"] },
    { title = "out-of-memory", metric = ["edgeresize", "served_original", "reason", "out-of-memory"] },
    { title = "does-not-fit", metric = ["edgeresize", "served_original", "reason", "does-not-fit"] },
  ]
}

resource "aws_cloudwatch_dashboard" "images" {
  count          = local.has_alarms ? 1 : 0
  region         = local.home
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = concat(
      [
        { type = "metric", properties = { title = "Requests", region = local.home, stat = "Sum", metrics = [
          concat(["AWS/CloudFront", "Requests"], local.of_distribution),
          concat([".", "5xxErrorRate"], local.of_distribution, [{ stat = "Average", yAxis = "right" }]),
        ] } },
        { type = "metric", properties = { title = "Failures", region = local.home, stat = "Sum", metrics = [
          concat(["AWS/CloudFront", "LambdaExecutionError"], local.of_distribution),
          concat([".", "LambdaValidationError"], local.of_distribution),
          concat([".", "LambdaLimitExceededErrors"], local.of_distribution),
        ] } },
      ],
      [for chart in local.charts : {
        type = "metric"
        properties = { title = chart.title, region = local.home, stat = "Sum", metrics = [
          for i, region in local.charted : concat(i == 0 ? chart.metric : ["..."], [{ region = region, label = region }])
        ] }
      }],
    )
  })
}
