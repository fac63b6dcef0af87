"""S3 bucket for the access logs of the load balancer."""

import json


def test_access_log_bucket_is_private(create_load_balancer):
    plan = create_load_balancer()
    bucket, policy, closed, _, expiry = (
        plan.all(f"aws:s3/bucket{kind}:Bucket{kind}")[0]
        for kind in ("", "Policy", "PublicAccessBlock", "ServerSideEncryptionConfiguration", "LifecycleConfiguration")
    )
    assert bucket.protect
    assert [value for key, value in closed.inputs.items() if key != "bucket"] == [True] * 4
    assert expiry.inputs["rules"][0]["expiration"] == {"days": 365}
    assert policy.urn in plan["orders-alb"].property_dependencies["accessLogs"]


def test_bucket_policy_allows_the_account_and_requires_tls():
    from moorings.aws.context import AwsContext
    from moorings.ecs.access_logs import bucket_policy

    policy = json.loads(
        bucket_policy("arn:aws:s3:::logs", AwsContext("aws", "amazonaws.com", "eu-west-1", "123456789012"))
    )
    write, tls = policy["Statement"]
    assert write["Resource"] == "arn:aws:s3:::logs/AWSLogs/123456789012/*"
    assert write["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert write["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/*"}
    }
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_existing_bucket_and_no_access_logs(create_load_balancer):
    plan = create_load_balancer(access_log_bucket="all-our-logs")
    assert plan["orders-alb"].inputs["accessLogs"] == {"bucket": "all-our-logs", "enabled": True}
    assert not plan.all("aws:s3/bucket:Bucket")
    assert "accessLogs" not in create_load_balancer(access_logs=False)["orders-alb"].inputs


def test_unprotected_bucket_is_deleted_with_its_logs(create_load_balancer):
    for protect in (True, False):
        (bucket,) = create_load_balancer(protect=protect).all("aws:s3/bucket:Bucket")
        assert bucket.inputs["forceDestroy"] == (not protect)
