package check

// behaviour are the rows of a cache behaviour, with @ for the names that the two sides have
// for its kind.
const behaviour = `
@.allowed_methods            = @.AllowedMethods
@.cache_policy_id            = @.CachePolicyId
@.cached_methods             ! CloudFormation's default is GET and HEAD too
@.compress                   = @.Compress
@.function_association.event_type   = @.FunctionAssociations.EventType
@.function_association.function_arn = @.FunctionAssociations.FunctionARN
@.lambda_function_association.event_type = @.LambdaFunctionAssociations.EventType
@.lambda_function_association.lambda_arn = @.LambdaFunctionAssociations.LambdaFunctionARN
@.origin_request_policy_id   = @.OriginRequestPolicyId
@.path_pattern               = @.PathPattern
@.response_headers_policy_id = @.ResponseHeadersPolicyId
@.target_origin_id           = @.TargetOriginId
@.viewer_protocol_policy     = @.ViewerProtocolPolicy
`

// alarm are the rows of an alarm.
const alarm = `
alarm_description   = AlarmDescription
alarm_name          = AlarmName
comparison_operator = ComparisonOperator
dimensions.CertificateArn = Dimensions.CertificateArn
dimensions.DistributionId = Dimensions.DistributionId
dimensions.FunctionName   = Dimensions.FunctionName
dimensions.Region         = Dimensions.Region
evaluation_periods  = EvaluationPeriods
metric_name         = MetricName
namespace           = Namespace
period              = Period
statistic           = Statistic
threshold           = Threshold
treat_missing_data  = TreatMissingData
metric_query.expression         = Metrics.Expression
metric_query.id                 = Metrics.Id
metric_query.return_data        = Metrics.ReturnData
metric_query.metric.dimensions.reason = Metrics.MetricStat.Metric.Dimensions.reason
metric_query.metric.metric_name = Metrics.MetricStat.Metric.MetricName
metric_query.metric.namespace   = Metrics.MetricStat.Metric.Namespace
metric_query.metric.period      = Metrics.MetricStat.Period
metric_query.metric.stat        = Metrics.MetricStat.Stat
`

// rows are the module's resources: the template's resource and, for each argument, where it
// stands there, or ! and why it stands nowhere. [] marks a list of the one value, before the template's or behind the
// module's. In names * is the index.
var rows = map[string]struct{ logical, arguments string }{
	"aws_s3_bucket.originals": {"Bucket", `
bucket        ! AWS names the bucket
bucket_prefix ! CloudFormation begins the bucket's name with the stack's by itself`},
	"aws_s3_bucket_public_access_block.originals": {"Bucket", `
bucket                  ! part of the bucket
block_public_acls       = PublicAccessBlockConfiguration.BlockPublicAcls
block_public_policy     = PublicAccessBlockConfiguration.BlockPublicPolicy
ignore_public_acls      = PublicAccessBlockConfiguration.IgnorePublicAcls
restrict_public_buckets = PublicAccessBlockConfiguration.RestrictPublicBuckets`},
	"aws_s3_bucket_ownership_controls.originals": {"Bucket", `
bucket                ! part of the bucket
rule.object_ownership = OwnershipControls.Rules.ObjectOwnership`},
	"aws_s3_bucket_notification.originals": {"Bucket", `
bucket      ! part of the bucket
eventbridge = NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled`},
	"aws_s3_bucket_policy.originals": {"BucketPolicy", `
bucket = Bucket
policy = PolicyDocument`},
	"aws_cloudfront_origin_access_control.images": {"OriginAccessControl", `
name                              = OriginAccessControlConfig.Name
origin_access_control_origin_type = OriginAccessControlConfig.OriginAccessControlOriginType
signing_behavior                  = OriginAccessControlConfig.SigningBehavior
signing_protocol                  = OriginAccessControlConfig.SigningProtocol`},
	"aws_iam_role.function": {"Role", `
assume_role_policy = AssumeRolePolicyDocument
description        = Description
name               ! CloudFormation names roles by itself`},
	"aws_iam_role_policy.function": {"Role", `
name   = Policies.PolicyName
policy = Policies.PolicyDocument
role   ! part of the role`},
	"aws_lambda_function.images": {"Function", `
architectures   = Architectures
code_sha256     ! TestVersion compares the version
code_signing_config_arn = CodeSigningConfigArn
description     = Description
function_name   = FunctionName
handler         = Handler
memory_size     = MemorySize
publish         ! TestVersion compares the version
role            = Role
runtime         = Runtime
s3_bucket       = Code.S3Bucket
s3_key          = Code.S3Key
tags.edgeresize = Tags.edgeresize
timeout         = Timeout`},
	"aws_cloudfront_cache_policy.images": {"CachePolicy", `
comment     = CachePolicyConfig.Comment
default_ttl = CachePolicyConfig.DefaultTTL
max_ttl     = CachePolicyConfig.MaxTTL
min_ttl     = CachePolicyConfig.MinTTL
name        = CachePolicyConfig.Name
parameters_in_cache_key_and_forwarded_to_origin.cookies_config.cookie_behavior = CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.CookiesConfig.CookieBehavior
parameters_in_cache_key_and_forwarded_to_origin.enable_accept_encoding_brotli = CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.EnableAcceptEncodingBrotli
parameters_in_cache_key_and_forwarded_to_origin.enable_accept_encoding_gzip = CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.EnableAcceptEncodingGzip
parameters_in_cache_key_and_forwarded_to_origin.headers_config.header_behavior = CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig.HeaderBehavior
parameters_in_cache_key_and_forwarded_to_origin.query_strings_config.query_string_behavior = CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig.QueryStringBehavior
parameters_in_cache_key_and_forwarded_to_origin.query_strings_config.query_strings.items = CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig.QueryStrings`},
	"aws_cloudfront_origin_request_policy.all_query_strings": {"AllQueryStrings", `
comment = OriginRequestPolicyConfig.Comment
cookies_config.cookie_behavior = OriginRequestPolicyConfig.CookiesConfig.CookieBehavior
headers_config.header_behavior = OriginRequestPolicyConfig.HeadersConfig.HeaderBehavior
name    = OriginRequestPolicyConfig.Name
query_strings_config.query_string_behavior = OriginRequestPolicyConfig.QueryStringsConfig.QueryStringBehavior`},
	"aws_cloudfront_response_headers_policy.images": {"ResponseHeadersPolicy", `
comment = ResponseHeadersPolicyConfig.Comment
custom_headers_config.items.header   = ResponseHeadersPolicyConfig.CustomHeadersConfig.Items.Header
custom_headers_config.items.override = ResponseHeadersPolicyConfig.CustomHeadersConfig.Items.Override
custom_headers_config.items.value    = ResponseHeadersPolicyConfig.CustomHeadersConfig.Items.Value
name    = ResponseHeadersPolicyConfig.Name
security_headers_config.content_security_policy.content_security_policy = ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy
security_headers_config.content_security_policy.override = ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.Override
security_headers_config.content_type_options.override = ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentTypeOptions.Override`},
	"aws_wafv2_web_acl.rate": {"RateLimits", `
default_action.allow = DefaultAction.Allow
description = Description
name        = Name
rule.action.block.custom_response.response_code = Rules.Action.Block.CustomResponse.ResponseCode
rule.name     = Rules.Name
rule.priority = Rules.Priority
rule.statement.rate_based_statement.aggregate_key_type    = Rules.Statement.RateBasedStatement.AggregateKeyType
rule.statement.rate_based_statement.evaluation_window_sec = Rules.Statement.RateBasedStatement.EvaluationWindowSec
rule.statement.rate_based_statement.limit                 = Rules.Statement.RateBasedStatement.Limit
rule.visibility_config.cloudwatch_metrics_enabled = Rules.VisibilityConfig.CloudWatchMetricsEnabled
rule.visibility_config.metric_name                = Rules.VisibilityConfig.MetricName
rule.visibility_config.sampled_requests_enabled   = Rules.VisibilityConfig.SampledRequestsEnabled
scope       = Scope
visibility_config.cloudwatch_metrics_enabled = VisibilityConfig.CloudWatchMetricsEnabled
visibility_config.metric_name                = VisibilityConfig.MetricName
visibility_config.sampled_requests_enabled   = VisibilityConfig.SampledRequestsEnabled`},
	"aws_cloudfront_function.images": {"ImageRequests", function},
	"aws_cloudfront_function.site":   {"SiteRequests", function},
	"aws_cloudfront_key_value_store.signing_keys": {"SigningKeys", `
comment = Comment
name    = Name`},
	"aws_acm_certificate.images": {"Certificate", `
domain_name               = DomainName
subject_alternative_names = SubjectAlternativeNames
validation_method         = ValidationMethod`},
	"aws_route53_record.validation": {"Certificate", `
allow_overwrite ! CloudFormation makes and removes the record by itself
records         ! ACM names it
ttl             ! CloudFormation makes and removes the record by itself
zone_id         = DomainValidationOptions.HostedZoneId [*]`},
	"aws_acm_certificate_validation.images": {"Certificate", `
validation_record_fqdns ! the records that CloudFormation makes by itself
certificate_arn ! CloudFormation waits for a certificate to be issued by itself`},
	"aws_cloudfront_distribution.images": {"Distribution", `
aliases                        = DistributionConfig.Aliases
cache_tag_config.header_name   = DistributionConfig.CacheTagConfig.HeaderName
comment                        = DistributionConfig.Comment
custom_error_response.error_caching_min_ttl = DistributionConfig.CustomErrorResponses.ErrorCachingMinTTL
custom_error_response.error_code            = DistributionConfig.CustomErrorResponses.ErrorCode
custom_error_response.response_code         = DistributionConfig.CustomErrorResponses.ResponseCode
custom_error_response.response_page_path    = DistributionConfig.CustomErrorResponses.ResponsePagePath
enabled                        = DistributionConfig.Enabled
http_version                   = DistributionConfig.HttpVersion
is_ipv6_enabled                = DistributionConfig.IPV6Enabled
origin.custom_header.name      = DistributionConfig.Origins.OriginCustomHeaders.HeaderName
origin.custom_header.value     = DistributionConfig.Origins.OriginCustomHeaders.HeaderValue
origin.custom_origin_config.http_port  ! CloudFormation's default is 80 too
origin.custom_origin_config.https_port ! CloudFormation's default is 443 too
origin.custom_origin_config.origin_protocol_policy = DistributionConfig.Origins.CustomOriginConfig.OriginProtocolPolicy
origin.custom_origin_config.origin_ssl_protocols   = DistributionConfig.Origins.CustomOriginConfig.OriginSSLProtocols
origin.domain_name             = DistributionConfig.Origins.DomainName
origin.origin_access_control_id = DistributionConfig.Origins.OriginAccessControlId
origin.origin_id               = DistributionConfig.Origins.Id
origin.origin_path             = DistributionConfig.Origins.OriginPath
origin.origin_shield.enabled   = DistributionConfig.Origins.OriginShield.Enabled
origin.origin_shield.origin_shield_region = DistributionConfig.Origins.OriginShield.OriginShieldRegion
restrictions.geo_restriction.restriction_type ! CloudFormation's default is none too
viewer_certificate.acm_certificate_arn      = DistributionConfig.ViewerCertificate.AcmCertificateArn
viewer_certificate.cloudfront_default_certificate ! CloudFormation's default is true too
viewer_certificate.minimum_protocol_version = DistributionConfig.ViewerCertificate.MinimumProtocolVersion
viewer_certificate.ssl_support_method       = DistributionConfig.ViewerCertificate.SslSupportMethod
web_acl_id                     = DistributionConfig.WebACLId`},
	"aws_route53_record.address": {"", `
alias.evaluate_target_health ! CloudFormation's default is false too
alias.name    = AliasTarget.DNSName
alias.zone_id = AliasTarget.HostedZoneId
name          = Name
type          = Type
zone_id       = HostedZoneId`},
	"aws_sns_topic.alarms": {"AlarmTopic", `
name_prefix ! CloudFormation begins the topic's name with the stack's by itself`},
	"aws_sns_topic_subscription.alarms": {"AlarmTopic", `
endpoint  = Subscription.Endpoint
protocol  = Subscription.Protocol
topic_arn ! part of the topic`},
	"aws_iam_role.alarms": {"AlarmRole", `
assume_role_policy = AssumeRolePolicyDocument
description        ! no stack set takes this role
name               ! CloudFormation names roles by itself`},
	"aws_iam_role_policy.alarms": {"AlarmRole", `
name   = Policies.PolicyName
policy = Policies.PolicyDocument
role   ! part of the role`},
	"aws_cloudwatch_event_rule.alarms": {"AlarmRule", `
description   = Description
event_pattern = EventPattern
name_prefix   ! CloudFormation begins the rule's name with the stack's by itself`},
	"aws_cloudwatch_event_target.topic": {"AlarmRule", `
arn       = Targets.Arn [topic]
input_transformer.input_paths    = Targets.InputTransformer.InputPathsMap [topic]
input_transformer.input_template = Targets.InputTransformer.InputTemplate [topic]
role_arn  = Targets.RoleArn [topic]
rule      ! part of the rule
target_id = Targets.Id [topic]`},
	"aws_cloudwatch_event_rule.forward": {"AlarmsOfRegions * Forward", `
event_pattern = EventPattern
name          = Name`},
	"aws_cloudwatch_event_target.home": {"AlarmsOfRegions * Forward", `
arn       = Targets.Arn [home]
role_arn  = Targets.RoleArn [home]
rule      ! part of the rule
target_id = Targets.Id [home]`},
	"aws_cloudwatch_metric_alarm.server_errors":   {"ServerErrors", alarm},
	"aws_cloudwatch_metric_alarm.refused_answers": {"RefusedAnswers", alarm},
	"aws_cloudwatch_metric_alarm.certificate":     {"CertificateExpires", alarm},
	"aws_cloudwatch_metric_alarm.errors":          {"AlarmsOfRegions * Errors", alarm},
	"aws_cloudwatch_metric_alarm.throttles":       {"AlarmsOfRegions * Throttles", alarm},
	"aws_cloudwatch_metric_alarm.reasons":         {"AlarmsOfRegions * Reasons", alarm},
	"aws_cloudwatch_dashboard.images": {"Dashboard", `
dashboard_body = DashboardBody
dashboard_name = DashboardName`},
	"aws_iam_role.slack": {"SlackRole", `
assume_role_policy = AssumeRolePolicyDocument
description        = Description
name               ! CloudFormation names roles by itself`},
	"aws_iam_role_policy_attachment.slack": {"SlackRole", `
policy_arn = []ManagedPolicyArns
role       ! part of the role`},
	"aws_chatbot_slack_channel_configuration.alarms": {"Slack", `
configuration_name    = ConfigurationName
guardrail_policy_arns = GuardrailPolicies
iam_role_arn          = IamRoleArn
slack_channel_id      = SlackChannelId
slack_team_id         = SlackWorkspaceId
sns_topic_arns        = SnsTopicArns`},
}

// function are the rows of a CloudFront function.
const function = `
code    = FunctionCode
comment = FunctionConfig.Comment
key_value_store_associations = FunctionConfig.KeyValueStoreAssociations.KeyValueStoreARN[]
name    = Name
publish = AutoPublish
runtime = FunctionConfig.Runtime`

// stand are the texts by which a resolved template names what only AWS can tell, by the
// stand-in provider's.
var stand = map[string]string{
	"<aws_s3_bucket.id>":                                                     "<Bucket>",
	"<aws_cloudfront_distribution.id>":                                       "<Distribution>",
	"<aws_cloudfront_distribution.domain_name>":                              "<Distribution.DomainName>",
	"<aws_cloudfront_origin_access_control.id edgeresize>":                   "<OriginAccessControl>",
	"<aws_cloudfront_cache_policy.id edgeresize>":                            "<CachePolicy>",
	"<aws_cloudfront_origin_request_policy.id edgeresize-all-query-strings>": "<AllQueryStrings>",
	"<aws_cloudfront_response_headers_policy.id edgeresize>":                 "<ResponseHeadersPolicy>",
	"<aws_cloudfront_function.arn edgeresize-images>":                        "<ImageRequests.FunctionARN>",
	"<aws_cloudfront_function.arn edgeresize-site>":                          "<SiteRequests.FunctionARN>",
	"<aws_cloudfront_key_value_store.arn edgeresize-keys>":                   "<SigningKeys.Arn>",
	"<aws_lambda_function.qualified_arn edgeresize>":                         "<Version>",
	"<aws_iam_role.arn edgeresize-function>":                                 "<Role.Arn>",
	"<aws_iam_role.arn edgeresize-alarms>":                                   "<AlarmRole.Arn>",
	"<aws_iam_role.arn edgeresize-slack>":                                    "<SlackRole.Arn>",
	"<aws_wafv2_web_acl.arn edgeresize>":                                     "<RateLimits.Arn>",
	"<aws_acm_certificate.arn img.example.com>":                              "<Certificate>",
	"<aws_sns_topic.arn>":                                                    "<AlarmTopic>",
}

// lacking are the template's resources and properties that the module does without.
var lacking = map[string]string{
	"AlarmsExecution":       "for the stack set, in whose place the module names each alarm's region",
	"AlarmsMayExecute":      "for the stack set",
	"AlarmRole Description": "no stack set takes this role",
	"Certificate DomainValidationOptions.DomainName":         "the key of the other property",
	"Distribution DistributionConfig.Origins.S3OriginConfig": "the provider sends an empty one by itself",
	"Version": "TestVersion compares it",
}
