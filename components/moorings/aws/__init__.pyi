from moorings.aws.cognito_login import CognitoLogin as CognitoLogin
from moorings.aws.encryption_key import EncryptionKey as EncryptionKey
from moorings.aws.encryption_key_args import EncryptionKeyArgs as EncryptionKeyArgs
from moorings.aws.network.network import Network as Network
from moorings.aws.network.network_args import NetworkArgs as NetworkArgs
from moorings.aws.network.vpc_endpoints import VpcEndpoints as VpcEndpoints
from moorings.aws.security_groups import EgressRule as EgressRule
