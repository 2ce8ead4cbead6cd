# Domain names, and a site beside the images.

variable "domain_name" {
  type        = string
  description = "The name to serve under, such as img.example.com; empty for CloudFront's own."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9-]+(\\.[a-z0-9-]+)+)?$", var.domain_name))
    error_message = "domain_name must be a domain name in lower case."
  }
}

variable "other_domain_name" {
  type        = string
  description = "A second name to serve under, such as example.com beside www.example.com."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9-]+(\\.[a-z0-9-]+)+)?$", var.other_domain_name))
    error_message = "other_domain_name must be a domain name in lower case."
  }

  validation {
    condition     = var.other_domain_name == "" || var.domain_name != ""
    error_message = "other_domain_name needs domain_name."
  }
}

variable "hosted_zone_id" {
  type        = string
  description = "The Route 53 hosted zone of domain_name, for its A and AAAA records and its certificate. Empty to create the records elsewhere; then give certificate_arn."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(Z[A-Z0-9]{1,31})?$", var.hosted_zone_id))
    error_message = "hosted_zone_id must be the id of a hosted zone, such as Z2FDTNDATAQYW2."
  }

  validation {
    condition     = var.hosted_zone_id == "" || var.domain_name != ""
    error_message = "hosted_zone_id needs domain_name."
  }
}

variable "certificate_arn" {
  type        = string
  description = "An ACM certificate for domain_name, in us-east-1; empty to have one issued."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(arn:aws:acm:us-east-1:[0-9]{12}:certificate/[0-9a-f-]+)?$", var.certificate_arn))
    error_message = "certificate_arn must be the ARN of an ACM certificate in us-east-1."
  }

  validation {
    condition     = var.certificate_arn == "" || var.domain_name != ""
    error_message = "certificate_arn needs domain_name."
  }

  validation {
    condition     = var.domain_name == "" || var.hosted_zone_id != "" || var.certificate_arn != ""
    error_message = "domain_name needs hosted_zone_id, certificate_arn, or both."
  }
}

variable "close_default_domain" {
  type        = bool
  description = "true to answer only under domain_name, and with 403 under other names."
  default     = false
  nullable    = false

  validation {
    condition     = !var.close_default_domain || var.domain_name != ""
    error_message = "close_default_domain needs domain_name."
  }

  validation {
    condition     = !var.close_default_domain || var.other_domain_name == ""
    error_message = "close_default_domain would close other_domain_name too."
  }
}

variable "site_domain_name" {
  type        = string
  description = "The load balancer of a site, which serves everything except the images, over HTTPS. Empty if there are only images."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+)?$", var.site_domain_name))
    error_message = "site_domain_name must be a domain name."
  }

  validation {
    condition     = var.site_domain_name == "" || var.site_secret != ""
    error_message = "site_domain_name needs site_secret, or the load balancer is open to all."
  }
}

variable "site_secret" {
  type        = string
  description = "The Secrets Manager secret in us-east-1 whose text CloudFront sends to the load balancer as X-Origin-Verify. A name, or NAME:SecretString:JSON-KEY."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9/_+=.@:-]*$", var.site_secret))
    error_message = "site_secret must be a secret's name or ARN."
  }
}

variable "image_path" {
  type        = string
  description = "The path pattern of the images if site_domain_name is set."
  default     = "/wp-content/uploads/*"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.*$/~\"'@:+?&-]+$", var.image_path))
    error_message = "image_path must be a path pattern of a cache behaviour."
  }

  validation {
    condition     = length(var.image_path) <= 255
    error_message = "image_path must have at most 255 characters."
  }
}
