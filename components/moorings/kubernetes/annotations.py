"""Annotations of Kubernetes objects.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
"""

MAX_BYTES = 256 * 1024
"""Source: https://github.com/kubernetes/apimachinery/blob/master/pkg/api/validation/objectmeta.go"""

ROLE_ANNOTATION = "eks.amazonaws.com/role-arn"
"""IAM role of a service account's pods on Amazon EKS.

Source: https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
"""

CLUSTER_ISSUER_ANNOTATION = "cert-manager.io/cluster-issuer"
ISSUER_ANNOTATION = "cert-manager.io/issuer"
"""Source: https://cert-manager.io/docs/usage/ingress/"""

SKIP_AWAIT_ANNOTATION = "pulumi.com/skipAwait"
"""Source: https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/#pulumicomskipawait"""

WAIT_FOR_ANNOTATION = "pulumi.com/waitFor"
"""Condition that Pulumi waits for instead of that of the kind.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/metadata/overrides.go
"""

PATCH_FORCE_ANNOTATION = "pulumi.com/patchForce"
"""Take over fields of the object that another field manager has changed, instead of a field conflict.

Source: https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
"""
