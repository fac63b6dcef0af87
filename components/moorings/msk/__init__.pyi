from moorings.msk.client_policy import MskClientPolicy as MskClientPolicy
from moorings.msk.cluster import MskCluster as MskCluster
from moorings.msk.cluster_args import MskClusterArgs as MskClusterArgs
from moorings.msk.cluster_policy import MskPrivateLinkClient as MskPrivateLinkClient
from moorings.msk.scram_user import MskScramUser as MskScramUser
from moorings.msk.scram_user_args import MskScramUserArgs as MskScramUserArgs
from moorings.msk.vpc_connection import MskVpcConnection as MskVpcConnection
from moorings.msk.vpc_connection import MskVpcConnectionArgs as MskVpcConnectionArgs
