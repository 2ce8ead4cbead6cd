resource "aws_acm_certificate" "images" {
  count                     = local.makes_cert ? 1 : 0
  region                    = local.home
  domain_name               = var.domain_name
  subject_alternative_names = compact([var.other_domain_name])
  validation_method         = "DNS"
  tags                      = local.tags

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  # Proofs of the domain names for ACM, by name.
  proofs = { for o in flatten(aws_acm_certificate.images[*].domain_validation_options[*]) : o.domain_name => o }
}

resource "aws_route53_record" "validation" {
  for_each        = toset(local.makes_cert ? local.names : [])
  zone_id         = var.hosted_zone_id
  name            = local.proofs[each.key].resource_record_name
  type            = local.proofs[each.key].resource_record_type
  records         = [local.proofs[each.key].resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "images" {
  count                   = local.makes_cert ? 1 : 0
  region                  = local.home
  certificate_arn         = aws_acm_certificate.images[0].arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

locals {
  certificate_arn = local.makes_cert ? one(aws_acm_certificate_validation.images[*].certificate_arn) : var.certificate_arn
  # Each name has an address of each kind.
  addresses = { for pair in setproduct(local.has_zone ? local.names : [], ["A", "AAAA"]) : join(" ", pair) => pair }
}

resource "aws_route53_record" "address" {
  for_each = local.addresses
  zone_id  = var.hosted_zone_id
  name     = each.value[0]
  type     = each.value[1]

  alias {
    name                   = aws_cloudfront_distribution.images.domain_name
    zone_id                = "Z2FDTNDATAQYW2" # of every distribution
    evaluate_target_health = false
  }
}

locals {
  # NAME, or NAME:SecretString:JSON-KEY, as in CloudFormation's references to secrets.
  secret_parts = split(":SecretString:", var.site_secret)
}

# The state holds the secret. Keep the state where only those who may read the secret can.
data "aws_secretsmanager_secret_version" "site" {
  count     = local.has_site ? 1 : 0
  region    = local.home
  secret_id = local.secret_parts[0]
}

locals {
  secret_text = one(data.aws_secretsmanager_secret_version.site[*].secret_string)
  site_secret = length(local.secret_parts) == 2 ? jsondecode(local.secret_text)[local.secret_parts[1]] : local.secret_text
}
