# Variables that refer to each other need Terraform 1.9. The AWS provider has cache tags of
# distributions from 6.46 on.
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.46.0"
    }
  }
}
