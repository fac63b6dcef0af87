from moorings.apps.kpow.acls import kpow_acls as kpow_acls
from moorings.apps.kpow.clusters import KpowCluster as KpowCluster
from moorings.apps.kpow.clusters import KpowEndpoint as KpowEndpoint
from moorings.apps.kpow.fargate import KpowOnFargate as KpowOnFargate
from moorings.apps.kpow.fargate_args import KpowOnFargateArgs as KpowOnFargateArgs
from moorings.apps.kpow.kubernetes import KpowOnKubernetes as KpowOnKubernetes
from moorings.apps.kpow.kubernetes_args import KpowOnKubernetesArgs as KpowOnKubernetesArgs
