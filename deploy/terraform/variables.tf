# Here and in variables_*.tf is a variable for each parameter of
# deploy/template/template.yaml, with the same default, and name for the stack's. Validations
# across variables stand at the one that refers to the others, as two may not refer to each
# other.

variable "name" {
  type        = string
  description = "The name of the site, which its resources in AWS begin with."
  default     = "edgeresize"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{0,49}$", var.name))
    error_message = "name must be letters, digits and hyphens, at most 50, and begin with a letter."
  }
}

variable "code_bucket" {
  type        = string
  description = "The bucket in us-east-1 that holds the package."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.code_bucket))
    error_message = "code_bucket must be a bucket's name."
  }
}

variable "code_key" {
  type        = string
  description = "The package's key, which must contain the package's SHA-256 in hexadecimal."
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9._-]+/)*[A-Za-z0-9._-]*[0-9a-f]{64}\\.zip$", var.code_key))
    error_message = "code_key must be a key that ends in 64 hexadecimal digits and .zip."
  }

  validation {
    condition     = length(var.code_key) <= 200
    error_message = "code_key must have at most 200 characters."
  }
}

variable "code_sha256" {
  type        = string
  description = "The package's SHA-256 in base64, without which the distribution gets no new version; empty to serve what is at code_key."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9+/]{43}=)?$", var.code_sha256))
    error_message = "code_sha256 must be a SHA-256 in base64, or empty."
  }
}

variable "code_signing_config_arn" {
  type        = string
  description = "A code signing configuration: Lambda refuses packages that it does not allow; empty for none."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(arn:aws:lambda:us-east-1:[0-9]{12}:code-signing-config:csc-[a-z0-9]{17})?$", var.code_signing_config_arn))
    error_message = "code_signing_config_arn must be the ARN of a code signing configuration in us-east-1, or empty."
  }
}

variable "memory_size" {
  type        = number
  description = "Memory of the function in MB; Lambda assigns processor time in proportion."
  default     = 512
  nullable    = false

  validation {
    condition     = var.memory_size >= 128 && var.memory_size <= 10240 && floor(var.memory_size) == var.memory_size
    error_message = "memory_size must be a whole number from 128 to 10240."
  }
}

variable "bucket_name" {
  type        = string
  description = "The bucket with the originals; empty to create one."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$", var.bucket_name))
    error_message = "bucket_name must be a bucket's name, or empty."
  }
}

variable "bucket_region" {
  type        = string
  description = "The region of bucket_name."
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.bucket_region))
    error_message = "bucket_region must be a region's name, such as eu-west-1."
  }
}

variable "key_prefix" {
  type        = string
  description = "The folder of the bucket that contains the originals, such as media/photos; nothing else can be read. Empty for the whole bucket."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*)?$", var.key_prefix))
    error_message = "key_prefix must be names of letters, digits, dots, hyphens and underscores, separated by slashes."
  }

  validation {
    condition     = length(var.key_prefix) <= 250
    error_message = "key_prefix must have at most 250 characters."
  }
}

variable "url_prefix" {
  type        = string
  description = "The folder of URLs that key_prefix replaces, such as /wp-content/uploads. Empty to put key_prefix in front of every path."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(/[A-Za-z0-9._-]+)*$", var.url_prefix))
    error_message = "url_prefix must be a path that begins with a slash and does not end with one."
  }

  validation {
    condition     = length(var.url_prefix) <= 250
    error_message = "url_prefix must have at most 250 characters."
  }
}

variable "missing_key" {
  type        = number
  description = "The status for a key that is not in the bucket: 403, as S3 answers those who may not list the bucket, or 404."
  default     = 403
  nullable    = false

  validation {
    condition     = contains([403, 404], var.missing_key)
    error_message = "missing_key must be one of 403, 404."
  }
}

variable "missing_seconds" {
  type        = number
  description = "How long a 404 stays in the cache, at least, in seconds."
  default     = 10
  nullable    = false

  validation {
    condition     = var.missing_seconds >= 1 && var.missing_seconds <= 60 && floor(var.missing_seconds) == var.missing_seconds
    error_message = "missing_seconds must be a whole number from 1 to 60."
  }
}

variable "not_found_page" {
  type        = string
  description = "The key of a page to serve with a 404, below key_prefix if that is set, such as 404.html. Empty for S3's answer."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*)?$", var.not_found_page))
    error_message = "not_found_page must be names of letters, digits, dots, hyphens and underscores, separated by slashes."
  }

  validation {
    condition     = length(var.not_found_page) <= 250
    error_message = "not_found_page must have at most 250 characters."
  }

  validation {
    condition     = var.not_found_page == "" || var.missing_key == 404
    error_message = "not_found_page needs missing_key = 404."
  }

  validation {
    condition     = var.not_found_page == "" || var.site_domain_name == ""
    error_message = "Leave not_found_page out, as it would also replace the site's own error pages."
  }
}

variable "sizes" {
  type        = string
  description = "The sizes to allow, such as 500x300,640x,x200; a request for another size gets the nearest of them. Empty to allow every size."
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([1-9][0-9]{0,4}x([1-9][0-9]{0,4})?|x[1-9][0-9]{0,4})?(,([1-9][0-9]{0,4}x([1-9][0-9]{0,4})?|x[1-9][0-9]{0,4}))*$", var.sizes))
    error_message = "sizes must be WIDTHxHEIGHT, WIDTHx or xHEIGHT, separated by commas."
  }

  validation {
    condition     = length(var.sizes) <= 1000
    error_message = "sizes must have at most 1000 characters."
  }
}

variable "formats" {
  type        = string
  description = "The formats to serve to viewers that accept them, the best first, such as avif,webp; none to keep the original's format."
  default     = "avif,webp"
  nullable    = false

  validation {
    condition     = can(regex("^(none|avif|webp|avif,webp|webp,avif)$", var.formats))
    error_message = "formats must be none, avif, webp, or both of the latter separated by a comma."
  }
}

variable "missing" {
  type        = string
  description = "What a request with only width or only height gets: the original, or a picture that keeps the original's ratio."
  default     = "original"
  nullable    = false

  validation {
    condition     = contains(["original", "keep-ratio"], var.missing)
    error_message = "missing must be one of original, keep-ratio."
  }
}

variable "max_width" {
  type        = number
  description = "The largest width that requests may ask for, in pixels."
  default     = 4096
  nullable    = false

  validation {
    condition     = var.max_width >= 1 && var.max_width <= 65535 && floor(var.max_width) == var.max_width
    error_message = "max_width must be a whole number from 1 to 65535."
  }
}

variable "max_height" {
  type        = number
  description = "The largest height that requests may ask for, in pixels."
  default     = 4096
  nullable    = false

  validation {
    condition     = var.max_height >= 1 && var.max_height <= 65535 && floor(var.max_height) == var.max_height
    error_message = "max_height must be a whole number from 1 to 65535."
  }
}

variable "request_parameters" {
  type        = string
  description = "What else requests may ask for and the cache keeps apart, in this order: fit,quality,dpr,gravity,trim,sharpen,blur; none for width, height and format alone."
  default     = "none"
  nullable    = false

  validation {
    condition     = can(regex("^(none|\\b(fit)?((\\b,|^)quality)?((\\b,|^)dpr)?((\\b,|^)gravity)?((\\b,|^)trim)?((\\b,|^)sharpen)?((\\b,|^)blur)?)$", var.request_parameters))
    error_message = "request_parameters must be none, or some of fit,quality,dpr,gravity,trim,sharpen,blur in this order."
  }

  validation {
    condition     = var.request_settings != "{}" || var.request_parameters == "none"
    error_message = "request_parameters needs the request_settings of the same config."
  }

  # A parameter that reaches the function without being in the cache key would decide for
  # all viewers what the first one asked for.
  validation {
    condition = var.request_parameters == coalesce(join(",", [
      for name in ["fit", "quality", "dpr", "gravity", "trim", "sharpen", "blur"] : name
      if contains(try(jsondecode(var.request_settings).parameters, []), name)
    ]), "none")
    error_message = "request_parameters must list the parameters of request_settings that the cache keeps apart, as `go run ./deploy parameters` prints them."
  }
}

variable "request_settings" {
  type        = string
  description = "What the viewer-request function has to know of the config's parameters and presets, as `go run ./deploy parameters` prints it."
  default     = "{}"
  nullable    = false

  validation {
    condition     = can(regex("^\\{(\"parameters\":\\[\"[a-z]+\"(,\"[a-z]+\")*\\](,\"fit\":\"[a-z]+\")?(,\"quality\":[0-9]{1,3})?(,\"min_quality\":[0-9]{1,3})?(,\"presets\":\\{(\"[a-z0-9][a-z0-9_-]{0,31}\":\"[A-Za-z0-9=&.,%_-]+\"(,\"[a-z0-9][a-z0-9_-]{0,31}\":\"[A-Za-z0-9=&.,%_-]+\")*)?\\})?(,\"only_presets\":true)?)?\\}$", var.request_settings))
    error_message = "request_settings must be what `go run ./deploy parameters` prints."
  }
}

variable "signed_urls" {
  type        = bool
  description = "true resizes for signed URLs alone. The keys are then in the stack's key value store: `go run ./deploy signing-keys` puts them there."
  default     = false
  nullable    = false

  validation {
    condition     = !var.signed_urls || var.request_settings != "{}"
    error_message = "signed_urls needs the request_settings of the same config."
  }

  validation {
    condition     = var.signed_urls == contains(try(jsondecode(var.request_settings).parameters, []), "signature")
    error_message = "signed_urls must be true if request_settings has signature among its parameters, and false if not."
  }
}

variable "rate_limit" {
  type        = number
  description = "How many requests one address may send to the distribution in 5 minutes, at least 10, before AWS WAF answers 429. 0 for no limit and no WAF."
  default     = 0
  nullable    = false

  validation {
    condition     = var.rate_limit == 0 || (var.rate_limit >= 10 && var.rate_limit <= 999999999 && floor(var.rate_limit) == var.rate_limit)
    error_message = "rate_limit must be 0, or 10 to 999999999."
  }
}

variable "origin_shield_region" {
  type        = string
  description = "The region of Origin Shield, through which all regions fetch and where the function then runs. nearest is the one AWS recommends for the bucket's region."
  default     = "nearest"
  nullable    = false

  validation {
    condition     = contains(["nearest", "none", "us-east-1", "us-east-2", "us-west-2", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2", "eu-central-1", "eu-west-1", "eu-west-2", "sa-east-1", "me-central-1"], var.origin_shield_region)
    error_message = "origin_shield_region must be one of nearest, none, us-east-1, us-east-2, us-west-2, ap-south-1, ap-northeast-1, ap-northeast-2, ap-southeast-1, ap-southeast-2, eu-central-1, eu-west-1, eu-west-2, sa-east-1, me-central-1."
  }
}
