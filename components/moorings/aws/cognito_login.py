"""Login with Amazon Cognito at an Application Load Balancer."""

from typing import Annotated

from pydantic import Field

from moorings.aws.arns import UserPoolArn
from moorings.validation.args import Args
from moorings.validation.inputs import Input


class CognitoLogin(Args):
    """Login with an Amazon Cognito user pool. The load balancer forwards only requests of authenticated users.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
    """

    user_pool_arn: Input[UserPoolArn]
    """ARN of the user pool."""

    user_pool_client_id: Input[Annotated[str, Field(min_length=1)]]
    """ID of the app client. It must have a client secret and support the authorization code grant."""

    user_pool_domain: Input[Annotated[str, Field(min_length=1)]]
    """Domain of the user pool: its prefix, or the complete custom domain."""
