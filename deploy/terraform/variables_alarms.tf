# Where alarms go.

variable "alarm_email" {
  type        = string
  description = "The address that alarms go to; it has to confirm the subscription. Empty for no emails."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([^@ ]+@[^@ ]+)?$", var.alarm_email))
    error_message = "alarm_email must be an email address."
  }
}

variable "alarm_topic_arn" {
  type        = string
  description = "Your SNS topic for alarms in us-east-1, in place of alarm_email."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(arn:aws:sns:us-east-1:[0-9]{12}:[A-Za-z0-9_-]+)?$", var.alarm_topic_arn))
    error_message = "alarm_topic_arn must be the ARN of an SNS topic in us-east-1."
  }

  validation {
    condition     = var.alarm_topic_arn == "" || var.alarm_email == ""
    error_message = "Give alarm_email or alarm_topic_arn, not both; subscribe the address to your own topic."
  }
}

variable "slack_channel" {
  type        = string
  description = "The Slack channel for alarms, once AWS Chatbot may post to its workspace."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(T[A-Z0-9]+/[CG][A-Z0-9]+)?$", var.slack_channel))
    error_message = "slack_channel must be the ids of workspace and channel, such as T0123ABCD/C0123ABCD."
  }
}
