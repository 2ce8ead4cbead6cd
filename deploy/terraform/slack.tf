resource "aws_iam_role" "slack" {
  count       = var.slack_channel == "" ? 0 : 1
  name        = "${var.name}-slack"
  description = "What AWS Chatbot may read."
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "chatbot.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy_attachment" "slack" {
  count      = var.slack_channel == "" ? 0 : 1
  role       = aws_iam_role.slack[0].name
  policy_arn = "arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"
}

# AWS Chatbot has its endpoint in few regions, and none in us-east-1. AWS General Reference,
# "AWS Chatbot endpoints and quotas".
resource "aws_chatbot_slack_channel_configuration" "alarms" {
  count                 = var.slack_channel == "" ? 0 : 1
  region                = "us-east-2"
  configuration_name    = var.name
  slack_team_id         = split("/", var.slack_channel)[0]
  slack_channel_id      = split("/", var.slack_channel)[1]
  iam_role_arn          = aws_iam_role.slack[0].arn
  guardrail_policy_arns = ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]
  sns_topic_arns        = [local.alarm_topic]
  tags                  = local.tags
}
