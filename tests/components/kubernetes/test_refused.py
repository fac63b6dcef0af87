"""What a workload refuses, in whole sentences, and what it takes just beside."""

import pytest

from moorings import InvalidInput

WHERE = "KubernetesWorkload 'orders'"
DIGEST = "registry.example/orders@sha256:" + "0" * 64
SIDE = {"image": DIGEST, "cpu_request": "10m", "memory_request": "16Mi"}
DATA = {"data": {"mount_path": "/data", "size": "1Gi"}}
LAG = {"bootstrap_servers": "b:9092", "consumer_group": "g", "topic": "t", "partitions": 12}
SCRAM = {"listener": "scram", "bootstrap_servers": "b:9096", "username": "orders", "password": "hunter2"}
AWAY = {
    "listener": "scram",
    "bootstrap_servers": "b:9096",
    "username": "orders",
    "secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-Jq7mB4",
}
READ = {"secrets": {"KAFKA_SASL_PASSWORD": {"secret_name": "orders-kafka", "key": "password"}}}
IAM = {"listener": "iam", "bootstrap_servers": "b:9098"}
INGRESS = {
    "object_name": "orders",
    "object_kind": "Ingress",
    "object_api_version": "networking.k8s.io/v1",
}
JAVA = {"JAVA_TOOL_OPTIONS": "-Xmx64m"}
CPU = {"type": "Resource", "name": "cpu", "average_utilization": 70}


SAME_ENDPOINT = (
    ".container: probes.liveness asks what readiness asks, so a container that drains would be restarted; ask another path, "
    "or say same_endpoint=True if there is no other"
)
POD_FIELDS = (
    "metadata.name, metadata.namespace, metadata.uid, spec.nodeName, spec.serviceAccountName, status.hostIP, "
    "status.hostIPs, status.podIP, status.podIPs, metadata.labels['<key>'] or metadata.annotations['<key>']"
)


def probes(**changed):
    return {"container": {"probes": changed}}


def scaled(**changed):
    return {"autoscaling": {"max_replicas": 10, **changed}}


def metric(**changed):
    return scaled(metrics=[changed])


# What is refused; the path after the workload's name, and the sentence; what is taken instead.
CASES = {
    "default namespace": (
        {"namespace": "default"},
        ".namespace: 'default' is everybody's namespace; give the workload one of its own",
        {"namespace": "shop"},
    ),
    "unknown argument": ({"replica": 2}, ".replica: unknown argument", {}),
    # Images, settings and sizes of a container
    "image without tag": (
        {"container": {"image": "registry.example/orders"}},
        ".container.image: 'registry.example/orders' uses the mutable tag latest; set a version tag, or better a "
        "digest (registry.example/orders@sha256:...)",
        {"container": {"image": "registry.example/orders:1"}},
    ),
    "variable set twice": (
        {"container": {"environment": {"A": "1", "B": "1"}, "config_map_environment": {"A": "1"}}},
        ".container: A is set twice; set each environment variable in one place",
        {"container": {"environment": {"A": "1"}, "config_map_environment": {"B": "1"}}},
    ),
    "number with two names": (
        {"container": {"ports": {"http": 8080, "admin": 8080}}},
        ".container: ports names 8080 more than once; give each port one name",
        {"container": {"ports": {"http": 8080, "admin": 8081}}},
    ),
    "port that is none": (
        {"container": {"ports": {"http": 65536}}},
        ".container.ports.http: must be at most 65535",
        {"container": {"ports": {"http": 65535}}},
    ),
    "files with one key": (
        {"container": {"config_files": {"/srv/a_b": "x", "/srv/a/b": "x"}}},
        ".container: /srv/a/b and /srv/a_b would have one key, srv_a_b; rename one of them",
        {"container": {"config_files": {"/srv/a_b": "x", "/srv/a/c": "x"}}},
    ),
    "open secret": (
        {"container": {"environment": {"DATABASE_PASSWORD": "hunter2"}}},
        ".container: environment.DATABASE_PASSWORD: contains a secret and would be stored in plain text; move it to secret_environment, or add DATABASE_PASSWORD to not_secret",
        {"container": {"environment": {"DATABASE_PASSWORD": "none"}, "not_secret": ["DATABASE_PASSWORD"]}},
    ),
    "open secret in a file": (
        {"container": {"config_files": {"/etc/orders/key": "-----BEGIN PRIVATE KEY-----"}}},
        ".container: config_files./etc/orders/key: contains a private key and would be stored in plain text; move it to secret_files, or add /etc/orders/key to not_secret",
        {"container": {"secret_files": {"/etc/orders/key": "-----BEGIN PRIVATE KEY-----"}}},
    ),
    "open secret among arguments": (
        {"container": {"args": ["--database", "postgres://orders:hunter2@db/orders"]}},
        ".container: args[1]: contains a URL with a password and would be stored in plain text; move it to secret_environment and write $(NAME) instead, or add args[1] to not_secret",
        {
            "container": {
                "args": ["--database", "$(DATABASE)"],
                "secret_environment": {"DATABASE": "postgres://a:b@db/c"},
            }
        },
    ),
    "open secret behind its option": (
        {"container": {"args": ["--password", "hunter2"]}},
        ".container: args[1]: contains a secret and would be stored in plain text; move it to secret_environment and write $(NAME) instead, or add args[1] to not_secret",
        {
            "container": {
                "args": ["--password", "$(PASSWORD)", "--password-file", "a"],
                "secret_environment": {"PASSWORD": "a"},
            }
        },
    ),
    "variable that names a later one": (
        {"container": {"environment": {"URL": "http://$(HOST)", "HOST": "a"}}},
        ".container: environment.URL names $(HOST), which is not set before it and would stay as it is; put HOST before "
        "URL",
        {"container": {"environment": {"HOST": "a", "URL": "http://$(HOST)/$$(URL)/$(date)/$()"}}},
    ),
    "variable that names itself": (
        {"container": {"environment": {"PATH": "$(PATH):/opt/orders"}}},
        ".container: environment.PATH names $(PATH), which is not set before it and would stay as it is; put PATH before "
        "PATH",
        {"container": {"environment": {"PATH": "/opt/orders"}}},
    ),
    "quantity without unit": (
        {"container": {"cpu_request": 1}},
        ".container.cpu_request: 1 must be text with its unit, such as '250m' or '512Mi'",
        {"container": {"cpu_request": "1"}},
    ),
    "too much config": (
        {"container": {"config_files": {"/etc/orders/a": "x" * 1048577}}},
        ".container: config_files holds 1048577 bytes, and a ConfigMap 1048576 at most; put less into it",
        {"container": {"config_files": {"/etc/orders/a": "x" * 1048576}}},
    ),
    "reference without key": (
        {"container": {"secrets": {"A": {"secret_name": "orders"}}}},
        ".container.secrets.A.key: this argument is required",
        {"container": {"secrets": {"A": {"secret_name": "orders", "key": "a"}}}},
    ),
    "reference to a name that no Secret has": (
        {"container": {"secrets": {"A": {"secret_name": "Orders_DB", "key": "a"}}}},
        ".container.secrets.A.secret_name: 'Orders_DB' must be 1 to 253 lower-case letters, digits, hyphens and dots, and "
        "begin and end with a letter or digit",
        {"container": {"secrets": {"A": {"secret_name": "orders.db", "key": "a"}}}},
    ),
    "reference to a key that no Secret has": (
        {"container": {"secrets": {"A": {"secret_name": "orders", "key": "pass word"}}}},
        ".container.secrets.A.key: 'pass word' must be 1 to 253 letters, digits, '-', '_' and '.'",
        {"container": {"secrets": {"A": {"secret_name": "orders", "key": ".Pass_word-1"}}}},
    ),
    "field that no pod has": (
        {"container": {"field_refs": {"A": "metadata.foo"}}},
        f".container.field_refs.A: 'metadata.foo' is nothing that a pod tells a variable; give {POD_FIELDS}",
        {"container": {"field_refs": {"A": "metadata.uid"}}},
    ),
    "field that pods do not tell": (
        {"container": {"field_refs": {"A": "status.phase"}}},
        f".container.field_refs.A: 'status.phase' is nothing that a pod tells a variable; give {POD_FIELDS}",
        {"container": {"field_refs": {"A": "metadata.annotations['example.com/team']"}}},
    ),
    "label that no pod has": (
        {"container": {"field_refs": {"A": "metadata.labels['a b']"}}},
        ".container.field_refs.A: 'a b' must be at most 63 letters, digits, '-', '_' and '.', after a domain and a slash if "
        "it has a prefix",
        {"container": {"field_refs": {"A": "metadata.labels['a-b']"}}},
    ),
    "file in two places": (
        {"container": {"config_files": {"/opt/a/b": "x"}, "secret_files": {"/opt/a/b": "y"}}},
        ".container: /opt/a/b stands in config_files and in secret_files; keep it in one of them",
        {"container": {"config_files": {"/opt/a/b": "x"}, "secret_files": {"/opt/a/c": "y"}}},
    ),
    "file whose path is no key": (
        {"container": {"config_files": {f"/opt/a/{'b' * 248}": "x"}}},
        f".container.config_files./opt/a/{'b' * 248}[[key]]: '/opt/a/{'b' * 248}' has 255 characters, and 254 fit the key "
        "of a ConfigMap; shorten it",
        {"container": {"config_files": {f"/opt/a/{'b' * 247}": "x"}}},
    ),
    "open secret in a probe": (
        probes(readiness={"http_get": None, "exec": ["pg_isready", "postgres://orders:hunter2@db/orders"]}),
        ".container: probes.readiness.exec[1]: contains a URL with a password and would be stored in plain text; move it to secret_environment and let a shell read it, or add probes.readiness.exec[1] to not_secret",
        probes(readiness={"http_get": None, "exec": ["pg_isready", "--host", "db"]}),
    ),
    "open secret in a file of settings": (
        {
            "container": {
                "config_files": {"/etc/orders/a.properties": "server.port=80\nspring.datasource.password=hunter2"}
            }
        },
        ".container: config_files./etc/orders/a.properties: contains a password and would be stored in plain text; move it to secret_files, or add /etc/orders/a.properties to not_secret",
        {"container": {"config_files": {"/etc/orders/a.properties": "spring.datasource.password=${PASSWORD}"}}},
    ),
    "memory that the heap leaves": (
        {"container": {"runtime": "jvm", "memory_empty_dirs": {"/cache": "154Mi"}}},
        ".container: memory_empty_dirs holds up to 154Mi, which counts against the 512Mi of which a jvm takes 70 % for its "
        "heap; raise memory_limit, lower it, or say the heap in JAVA_TOOL_OPTIONS",
        {"container": {"runtime": "jvm", "memory_empty_dirs": {"/cache": "153Mi"}}},
    ),
    "memory that a given heap leaves": (
        {"container": {"runtime": "jvm", "memory_empty_dirs": {"/cache": "512Mi"}, "environment": JAVA}},
        ".container: memory_empty_dirs holds up to 512Mi, all of the container's 512Mi; raise memory_limit or lower it",
        {"container": {"runtime": "jvm", "memory_empty_dirs": {"/cache": "400Mi"}, "environment": JAVA}},
    ),
    "metric without request": (
        {"container": {"cpu_request": None}, **scaled(cpu_utilization_percent=70)},
        ".container.cpu_request: this argument is required",
        scaled(cpu_utilization_percent=70),
    ),
    "metric without a sidecar's request": (
        {"sidecars": {"proxy": {"image": DIGEST, "cpu_request": "10m"}}, **scaled(memory_utilization_percent=70)},
        ".sidecars.proxy.memory_request: this argument is required",
        {"sidecars": {"proxy": SIDE}, **scaled(memory_utilization_percent=70)},
    ),
    "limit below request": (
        {"container": {"cpu_limit": "100m"}},
        ".container: cpu_limit 100m is below cpu_request 250m; raise it",
        {"container": {"cpu_limit": "250m"}},
    ),
    "empty_dirs that fills the memory": (
        {"container": {"memory_empty_dirs": {"/cache": "512Mi"}}},
        ".container: memory_empty_dirs holds up to 512Mi, all of the container's 512Mi; raise memory_limit or lower it",
        {"container": {"memory_empty_dirs": {"/cache": "511Mi"}}},
    ),
    "empty_dirs beyond eviction": (
        {"container": {"empty_dirs": {"/tmp": "2Gi"}}},
        ".container: empty_dirs holds up to 2Gi, and the pod is evicted above ephemeral_storage_limit 1Gi; raise the limit "
        "or lower it",
        {"container": {"empty_dirs": {"/tmp": "1Gi"}}},
    ),
    "folder with two uses": (
        {"container": {"config_files": {"/tmp/a": "x"}}},
        ".container: /tmp is mounted twice; give each folder one use",
        {"container": {"config_files": {"/etc/orders/a": "x"}}},
    ),
    "jvm without a folder": (
        {"container": {"runtime": "jvm", "empty_dirs": {}}},
        ".container: a jvm writes temporary files, and the container has no folder that it may write to; leave /tmp in "
        "empty_dirs",
        {"container": {"runtime": "jvm", "empty_dirs": {}, "read_only_root_filesystem": False}},
    ),
    # Probes
    "no handler": (
        probes(readiness={"http_get": None, "port": "http"}),
        ".container.probes.readiness: none of http_get, tcp_socket, grpc and exec is given; give exactly one",
        probes(readiness={"http_get": "/ready", "port": "http"}),
    ),
    "two handlers": (
        probes(readiness={"http_get": "/ready", "tcp_socket": True}),
        ".container.probes.readiness: http_get and tcp_socket are given; give exactly one of http_get, tcp_socket, grpc and exec",
        probes(readiness={"http_get": None, "tcp_socket": True}),
    ),
    "https without path": (
        probes(readiness={"http_get": None, "tcp_socket": True, "scheme": "HTTPS"}),
        ".container.probes.readiness: scheme HTTPS is for http_get, not for tcp_socket; give http_get or leave scheme out",
        probes(readiness={"scheme": "HTTPS"}),
    ),
    "grpc service without grpc": (
        probes(readiness={"grpc_service": "orders"}),
        ".container.probes.readiness: grpc_service is asked by grpc, not by http_get; give grpc=True or leave it out",
        probes(readiness={"http_get": None, "grpc": True, "grpc_service": "orders"}),
    ),
    "command on a port": (
        probes(readiness={"http_get": None, "exec": ["true"], "port": "http"}),
        ".container.probes.readiness: exec asks no port, and port is 'http'; leave it out",
        probes(readiness={"http_get": None, "exec": ["true"]}),
    ),
    "path that is none": (
        probes(readiness={"http_get": "ready"}),
        r".container.probes.readiness.http_get: must match the pattern ^/[^\s]*$",
        probes(readiness={"http_get": "/"}),
    ),
    "port that is not declared": (
        probes(readiness={"port": "admin"}),
        ".container: probes.readiness asks port admin, which is none of ports (http)",
        probes(readiness={"port": "http"}),
    ),
    "port that is not named": (
        {"container": {"ports": {"http": None, "a": 1024, "b": 1025}}},
        ".container: probes.readiness names no port, and ports has 2; name one of them; probes.liveness names no port, and "
        "ports has 2; name one of them",
        {"container": {"ports": {"http": 8080, "a": 1024}}},
    ),
    "liveness asks readiness": (
        probes(liveness={"http_get": "/ready"}),
        SAME_ENDPOINT,
        probes(liveness={"http_get": "/ready"}, same_endpoint=True),
    ),
    "liveness asks readiness at a port that it names": (
        probes(liveness={"http_get": "/ready", "port": "http"}),
        SAME_ENDPOINT,
        {
            "container": {
                "ports": {"admin": 8081},
                **probes(liveness={"http_get": "/ready", "port": "admin"})["container"],
            }
        },
    ),
    "liveness and readiness connect to one port": (
        probes(
            liveness={"http_get": None, "tcp_socket": True},
            readiness={"http_get": None, "tcp_socket": True, "port": "http"},
        ),
        SAME_ENDPOINT,
        probes(liveness={"http_get": None, "tcp_socket": True}),
    ),
    "success_threshold of liveness": (
        probes(liveness={"success_threshold": 2}),
        ".container.probes: liveness.success_threshold is 2; the API takes no other than 1 there",
        probes(readiness={"success_threshold": 2}),
    ),
    "success_threshold of startup": (
        probes(startup={"http_get": "/", "success_threshold": 2}),
        ".container.probes: startup.success_threshold is 2; the API takes no other than 1 there",
        probes(startup={"http_get": "/"}),
    ),
    "startup that gives up early": (
        probes(startup={"http_get": "/", "failure_threshold": 10}, startup_seconds=51),
        ".container.probes: startup gives up after 50 s, and startup_seconds is 51; raise startup.failure_threshold or lower "
        "startup_seconds",
        probes(startup={"http_get": "/", "failure_threshold": 10}, startup_seconds=50),
    ),
    "period of no seconds": (
        probes(readiness={"period_seconds": 0}),
        ".container.probes.readiness.period_seconds: must be greater than 0",
        probes(readiness={"period_seconds": 3}),
    ),
    # Volumes and the kind of workload
    "volume without kind": (
        {"volumes": DATA},
        ": volumes are given and kind is not; say StatefulSet for a volume of each pod's own, or Deployment for one that "
        "all pods share",
        {"volumes": DATA, "kind": "StatefulSet"},
    ),
    "volume without source": (
        {"volumes": {"data": {"mount_path": "/data"}}, "kind": "StatefulSet"},
        ".volumes.data: neither of size and claim_name is given; give size for a volume that is made, or claim_name for "
        "one that is there",
        {"volumes": DATA, "kind": "StatefulSet"},
    ),
    "volume with two sources": (
        {"volumes": {"data": {"mount_path": "/data", "size": "1Gi", "claim_name": "a"}}, "kind": "Deployment"},
        ".volumes.data: each of size and claim_name is given; give size for a volume that is made, or claim_name for one "
        "that is there",
        {"volumes": DATA, "kind": "Deployment", "availability": {"replicas": 1}},
    ),
    "volume that nobody fills": (
        {"volumes": {"data": {**DATA["data"], "access_mode": "ReadOnlyMany"}}, "kind": "Deployment"},
        ".volumes.data: access_mode is ReadOnlyMany, and a volume that is made is empty and would stay so; give claim_name "
        "of one that is filled, or another access_mode",
        {
            "volumes": {"data": {"mount_path": "/data", "claim_name": "a", "access_mode": "ReadOnlyMany"}},
            "kind": "Deployment",
        },
    ),
    "reserved volume": (
        {"volumes": {"folder-1": DATA["data"]}, "kind": "StatefulSet"},
        ": volumes names folder-1, and names that begin with folder- are taken; rename it",
        {"volumes": {"folders": DATA["data"]}, "kind": "StatefulSet"},
    ),
    "one claim for a set": (
        {"volumes": {"data": {"mount_path": "/data", "claim_name": "a"}}, "kind": "StatefulSet"},
        ": volumes.data is one claim for all pods of a StatefulSet, and has a single writer; give size for one of each "
        "pod's own",
        {
            "volumes": {"data": {"mount_path": "/data", "claim_name": "a", "access_mode": "ReadWriteMany"}},
            "kind": "StatefulSet",
        },
    ),
    "volume of a stranger": (
        {"volumes": {"data": {**DATA["data"], "containers": ["proxy"]}}, "kind": "StatefulSet"},
        ": volumes.data.containers names proxy, which is no other container of the pod",
        {
            "volumes": {"data": {**DATA["data"], "containers": ["proxy"]}},
            "kind": "StatefulSet",
            "sidecars": {"proxy": SIDE},
        },
    ),
    "volume over empty_dirs": (
        {"volumes": {"data": {"mount_path": "/tmp", "size": "1Gi"}}, "kind": "StatefulSet"},
        ": volumes.data.mount_path /tmp is mounted twice; give each folder one use",
        {"volumes": DATA, "kind": "StatefulSet"},
    ),
    "volume over another container's empty_dirs": (
        {
            "volumes": {"data": {"mount_path": "/cache", "size": "1Gi", "containers": ["proxy"]}},
            "kind": "StatefulSet",
            "sidecars": {"proxy": {**SIDE, "empty_dirs": {"/cache": "1Mi"}}},
        },
        ": volumes.data.mount_path /cache is mounted twice; give each folder one use",
        {
            "volumes": {"data": {"mount_path": "/cache", "size": "1Gi"}},
            "kind": "StatefulSet",
            "sidecars": {"proxy": {**SIDE, "empty_dirs": {"/cache": "1Mi"}}},
        },
    ),
    "two volumes at one path": (
        {"volumes": {**DATA, "more": DATA["data"]}, "kind": "StatefulSet"},
        ": volumes mount /data twice; give each folder one use",
        {"volumes": {**DATA, "more": {"mount_path": "/more", "size": "1Gi"}}, "kind": "StatefulSet"},
    ),
    "single writer that rolls": (
        {"volumes": DATA, "kind": "Deployment", "strategy": "RollingUpdate", "availability": {"replicas": 1}},
        ": volumes.data is ReadWriteOnce, so a new pod would wait for the old one and the old one for the new; leave "
        "strategy out, which is then Recreate",
        {"volumes": DATA, "kind": "Deployment", "strategy": "Recreate", "availability": {"replicas": 1}},
    ),
    "single writer with two pods": (
        {"volumes": DATA, "kind": "Deployment"},
        ": volumes.data is ReadWriteOnce, which one pod can use, and availability asks for 2; give availability.replicas=1,"
        " or a StatefulSet, whose pods have a volume each",
        {"volumes": DATA, "kind": "Deployment", "availability": {"level": "development"}},
    ),
    "single writer that scales": (
        {"volumes": DATA, "kind": "Deployment", **scaled()},
        ": volumes.data is ReadWriteOnce, which one pod can use, and autoscaling asks for more; leave autoscaling out",
        {"volumes": DATA, "kind": "StatefulSet", **scaled()},
    ),
    "strategy of a set": (
        {"kind": "StatefulSet", "strategy": "Recreate"},
        ": strategy is given, and a StatefulSet is always updated pod by pod; leave it out",
        {"kind": "StatefulSet"},
    ),
    "surge of a set": (
        {"kind": "StatefulSet", "max_surge": 1, "max_unavailable": 1, "progress_deadline_seconds": 700},
        ": max_surge, max_unavailable, progress_deadline_seconds are given, and a StatefulSet is always updated pod by pod; "
        "leave it out",
        {"kind": "StatefulSet", "progress_deadline_seconds": None, "revision_history_limit": 3},
    ),
    "order of a Deployment": (
        {"pod_management_policy": "Parallel"},
        ": pod_management_policy is given, and the pods of a Deployment come in no order; leave it out",
        {"pod_management_policy": "Parallel", "kind": "StatefulSet"},
    ),
    "surge of what is recreated": (
        {"strategy": "Recreate", "max_surge": "50%"},
        ": max_surge is given, and a Deployment that is Recreate stops all its pods at once; leave it out",
        {"max_surge": "50%"},
    ),
    "class of a volume that is there": (
        {
            "volumes": {
                "data": {
                    "mount_path": "/data",
                    "claim_name": "a",
                    "access_mode": "ReadWriteMany",
                    "storage_class_name": "gp3",
                    "protect": False,
                }
            },
            "kind": "Deployment",
        },
        ".volumes.data: storage_class_name and protect is for a volume that is made, and claim_name names one that is there; "
        "leave it out",
        {"volumes": {"data": {**DATA["data"], "storage_class_name": "gp3"}}, "kind": "StatefulSet"},
    ),
    "class that is none": (
        {"volumes": {"data": {**DATA["data"], "storage_class_name": "Bad Class"}}, "kind": "StatefulSet"},
        ".volumes.data.storage_class_name: 'Bad Class' must be 1 to 253 lower-case letters, digits, hyphens and dots, and begin "
        "and end with a letter or digit",
        {"volumes": {"data": {**DATA["data"], "storage_class_name": "ebs.gp3-1"}}, "kind": "StatefulSet"},
    ),
    # Updates
    "update that cannot begin": (
        {"max_surge": "0%"},
        ": max_surge and max_unavailable are both 0, so no update could begin; raise one of them",
        {"max_surge": "0", "max_unavailable": "1"},
    ),
    "deadline before readiness": (
        {"progress_deadline_seconds": 160},
        ": progress_deadline_seconds is 160, and a pod may take 160 to be ready: 150 to start and 10 of "
        "min_ready_seconds; raise it or leave it out",
        {"progress_deadline_seconds": 161},
    ),
    # Shutdown
    "grace that is too short": (
        {"shutdown": {"termination_grace_period_seconds": 54}},
        ": shutdown.termination_grace_period_seconds is 54, and a pod needs 55: 10 of pre_stop_seconds, 30 of drain_seconds and 15 to end; "
        "raise it or leave it out",
        {"shutdown": {"termination_grace_period_seconds": 55}},
    ),
    "drain that no load balancer waits for": (
        {"shutdown": {"drain_seconds": 3571, "load_balancer": "alb"}},
        ": a load balancer lets requests end for 3600 s at most, and a pod answers for 3601: 30 of pre_stop_seconds and "
        "3571 of drain_seconds; lower shutdown.drain_seconds",
        {"shutdown": {"drain_seconds": 3570, "load_balancer": "alb"}},
    ),
    "deregistration that is none": (
        {"shutdown": {"deregistration_delay_seconds": 3601}},
        ".shutdown.deregistration_delay_seconds: must be at most 3600",
        {"shutdown": {"deregistration_delay_seconds": 3600}},
    ),
    "load balancer without service": (
        {"shutdown": {"load_balancer": "alb"}, "service_ports": {}},
        ": shutdown.load_balancer is alb, and the workload has no Service through which it would find the pods; give the container "
        "ports, or leave load_balancer out",
        {"shutdown": {"load_balancer": "none"}, "service_ports": {}},
    ),
    # Availability
    "two limits": (
        {"availability": {"max_unavailable": 1, "min_available": 1}},
        ".availability: max_unavailable and min_available say one thing twice; give one of them",
        {"availability": {"min_available": 1}},
    ),
    "drain that never ends": (
        {"availability": {"min_available": "51%"}},
        ": availability: min_available=51% keeps 2 of 2 pods, so no drain ends; keep 1 at most, or raise the number of "
        "pods",
        {"availability": {"min_available": "50%"}},
    ),
    "half of one pod": (
        {"availability": {"min_available": "50%", "replicas": 1}},
        ": availability: min_available=50% keeps 1 of 1 pods, so no drain ends; keep 0 at most, or raise the number of "
        "pods",
        {"availability": {"max_unavailable": 1, "replicas": 1}},
    ),
    "budget of none": (
        {"availability": {"max_unavailable": "0%"}},
        ": availability: max_unavailable=0% lets no pod go, so no drain ends; let 1 go at least",
        {"availability": {"max_unavailable": "1%"}},
    ),
    "budget above an autoscaler's minimum": (
        {"availability": {"min_available": 3}, **scaled(min_replicas=3)},
        ": availability: min_available=3 keeps 3 of 3 pods, so no drain ends; keep 2 at most, or raise the number of pods",
        {"availability": {"min_available": 2}, **scaled(min_replicas=3)},
    ),
    # Autoscaling
    "replicas with autoscaling": (
        {"availability": {"replicas": 3}, **scaled()},
        ": availability.replicas and autoscaling both say how many pods there are; give autoscaling.min_replicas instead "
        "of replicas",
        scaled(min_replicas=3),
    ),
    "range upside down": (
        scaled(min_replicas=11),
        ".autoscaling: min_replicas 11 is above max_replicas 10; lower it",
        scaled(min_replicas=9),
    ),
    "range below the level": (
        {"availability": {"level": "critical"}, **scaled(max_replicas=2)},
        ": autoscaling.max_replicas 2 is below the 3 pods that availability asks for; raise it",
        {"availability": {"level": "critical"}, **scaled(max_replicas=4)},
    ),
    "average of pods as utilization": (
        metric(type="Pods", name="queue", average_utilization=50),
        ".autoscaling.metrics[0]: a metric of type Pods is compared with average_value, and average_utilization is given; give "
        "that",
        metric(type="Pods", name="queue", average_value="50"),
    ),
    "two targets": (
        metric(type="External", name="queue", value="50", average_value="50"),
        ".autoscaling.metrics[0]: a metric of type External is compared with value or average_value, and average_value and "
        "value is given; give one of them",
        metric(type="External", name="queue", value="50"),
    ),
    "no target": (
        metric(type="Resource", name="cpu"),
        ".autoscaling.metrics[0]: a metric of type Resource is compared with average_utilization or average_value, and nothing is "
        "given; give one of them",
        metric(type="Resource", name="cpu", average_value="500m"),
    ),
    "target that is no quantity": (
        metric(type="Pods", name="queue", average_value="many"),
        ".autoscaling.metrics[0]: average_value: 'many' is no quantity, such as 250m or 512Mi",
        metric(type="Pods", name="queue", average_value="1k"),
    ),
    "resource that is none": (
        metric(type="Resource", name="disk", average_utilization=70),
        ".autoscaling.metrics[0]: 'disk' is no resource; a metric of type Resource is cpu or memory",
        metric(type="Resource", name="memory", average_utilization=70),
    ),
    "resource with labels": (
        metric(**CPU, match_labels={"a": "b"}),
        ".autoscaling.metrics[0]: a metric of type Resource has no match_labels; leave them out",
        metric(type="External", name="queue", value="5", match_labels={"a": "b"}),
    ),
    "container of another kind": (
        metric(**CPU, container="main"),
        ".autoscaling.metrics[0]: container names whose use is measured; give it for ContainerResource, and for no other "
        "type",
        metric(**{**CPU, "type": "ContainerResource"}, container="main"),
    ),
    "container of no pod": (
        metric(**{**CPU, "type": "ContainerResource"}, container="proxy"),
        ": autoscaling measures container proxy, and the pod has main; name one of them",
        {**metric(**{**CPU, "type": "ContainerResource"}, container="proxy"), "sidecars": {"proxy": SIDE}},
    ),
    "container that ends": (
        {**metric(**{**CPU, "type": "ContainerResource"}, container="migrate"), "init_containers": {"migrate": SIDE}},
        ": autoscaling measures container migrate, which ends before the others start; name another",
        {**metric(**{**CPU, "type": "ContainerResource"}, container="main"), "init_containers": {"migrate": SIDE}},
    ),
    "metric that is no name": (
        metric(type="Pods", name="queue/length", average_value="5"),
        ".autoscaling.metrics[0].name: 'queue/length' must be the name of a metric, without '/' and '%'",
        metric(type="External", name="pubsub|queue.length", value="5"),
    ),
    "object of no API": (
        metric(type="Object", name="queue", value="5", **{**INGRESS, "object_api_version": "a/b/c"}),
        ".autoscaling.metrics[0].object_api_version: 'a/b/c' is no API of an object, such as v1 or networking.k8s.io/v1",
        metric(type="Object", name="queue", value="5", **{**INGRESS, "object_api_version": "v1"}),
    ),
    "object of no kind": (
        metric(type="Object", name="queue", value="5", **{**INGRESS, "object_kind": "In gress"}),
        ".autoscaling.metrics[0].object_kind: 'In gress' is no kind of an object, such as Ingress",
        metric(type="Object", name="queue", value="5", **INGRESS),
    ),
    "half an object": (
        metric(type="Object", name="queue", value="5", object_name="orders"),
        ".autoscaling.metrics[0]: object_api_version, object_kind and object_name name the object; give all three for "
        "Object, and for no other type",
        metric(type="Object", name="queue", value="5", **INGRESS),
    ),
    "two autoscalers": (
        scaled(kafka_lag=LAG, cpu_utilization_percent=70),
        ".autoscaling: kafka_lag makes an autoscaler of its own, and two of them fight; leave the other metrics out",
        scaled(kafka_lag=LAG),
    ),
    "idle consumers": (
        scaled(kafka_lag={**LAG, "consumers_per_pod": 5}, max_replicas=3),
        ".autoscaling: max_replicas 3 of 5 consumers each are more than the 12 partitions, and the rest would be idle; "
        "give 2 at most",
        scaled(kafka_lag={**LAG, "consumers_per_pod": 4}, max_replicas=3),
    ),
    "more consumers than partitions in one pod": (
        scaled(kafka_lag={**LAG, "consumers_per_pod": 13}, max_replicas=1),
        ".autoscaling: kafka_lag.consumers_per_pod 13 are more than the 12 partitions, and the rest would be idle; lower "
        "it",
        {
            **scaled(kafka_lag={**LAG, "consumers_per_pod": 12}, max_replicas=1),
            "availability": {"level": "development"},
        },
    ),
    "lag at no broker": (
        scaled(kafka_lag={**LAG, "bootstrap_servers": "nohost"}),
        ".autoscaling.kafka_lag.bootstrap_servers: expected host:port with a port between 1 and 65535, got 'nohost'; separate "
        "brokers with commas, without spaces or a scheme",
        scaled(kafka_lag={**LAG, "bootstrap_servers": "a:9092,b:9092"}),
    ),
    "lag of no topic": (
        scaled(kafka_lag={**LAG, "topic": "bad topic!"}),
        ".autoscaling.kafka_lag.topic: must be 1 to 249 letters, digits, dots, underscores and hyphens, got 'bad topic!'",
        scaled(kafka_lag={**LAG, "topic": "orders.v1"}),
    ),
    "partitions that are said twice": (
        {"consumer": {"membership": "kip-848", "partitions": 24}, **scaled(kafka_lag=LAG)},
        ": consumer.partitions is 24 and autoscaling.kafka_lag.partitions is 12, and both tell of one group; give one "
        "number",
        {"consumer": {"membership": "kip-848", "partitions": 12}, **scaled(kafka_lag=LAG)},
    ),
    "consumers that are said twice": (
        {"consumer": {"membership": "kip-848", "consumers_per_pod": 4}, **scaled(kafka_lag=LAG)},
        ": consumer.consumers_per_pod is 4 and autoscaling.kafka_lag.consumers_per_pod is 1, and both tell of one group; "
        "give one number",
        {
            "consumer": {"membership": "kip-848", "consumers_per_pod": 4},
            **scaled(kafka_lag={**LAG, "consumers_per_pod": 4}, max_replicas=3),
        },
    ),
    "no pods without lag": (
        scaled(min_replicas=0),
        ".autoscaling: min_replicas is 0, and pods that are not there tell no metric; give 1 at least, or kafka_lag",
        scaled(min_replicas=0, kafka_lag=LAG),
    ),
    "more pods than a number": (
        scaled(max_replicas=2147483648),
        ".autoscaling.max_replicas: must be at most 2147483647",
        scaled(max_replicas=2147483647),
    ),
    "lag of no brokers": (
        scaled(kafka_lag={**LAG, "bootstrap_servers": None}),
        ": autoscaling.kafka_lag has no bootstrap_servers, and container no kafka; give one of them",
        scaled(kafka_lag=LAG),
    ),
    "lag without a login": (
        {"container": {"kafka": IAM}, **scaled(kafka_lag={**LAG, "bootstrap_servers": None})},
        ": autoscaling.kafka_lag cannot log in with container.kafka, since it is of kind iam; give authentication_ref, of "
        "a TriggerAuthentication that can",
        {
            "container": {"kafka": IAM},
            **scaled(kafka_lag={**LAG, "bootstrap_servers": None, "authentication_ref": "orders"}),
        },
    ),
    "lag without a password": (
        {"container": {"kafka": AWAY, **READ}, **scaled(kafka_lag={**LAG, "bootstrap_servers": None})},
        ": autoscaling.kafka_lag cannot log in with container.kafka, since its password is in Secrets Manager alone; give "
        "authentication_ref, of a TriggerAuthentication that can",
        {
            "container": {"kafka": AWAY, **READ},
            **scaled(kafka_lag={**LAG, "bootstrap_servers": None, "authentication_ref": "orders"}),
        },
    ),
    "password that no pod reads": (
        {"container": {"kafka": AWAY}},
        ".container: kafka has its password in Secrets Manager alone, where no pod reads it; name a Secret that holds "
        "KAFKA_SASL_PASSWORD in secrets, or give a connection with its password",
        {"container": {"kafka": AWAY, **READ}},
    ),
    "variable of kafka": (
        {"container": {"kafka": SCRAM, "environment": {"KAFKA_BOOTSTRAP_SERVERS": "b:9096"}}},
        ".container: KAFKA_BOOTSTRAP_SERVERS is set twice; set each environment variable in one place",
        {
            "container": {
                "kafka": SCRAM,
                "kafka_settings": "spring",
                "environment": {"KAFKA_BOOTSTRAP_SERVERS": "b:9096"},
            }
        },
    ),
    "password of kafka": (
        {"container": {"kafka": SCRAM, **READ}},
        ".container: KAFKA_SASL_PASSWORD is set twice; set each environment variable in one place",
        {"container": {"kafka": SCRAM, "kafka_settings": "none", **READ}},
    ),
    "two speeds": (
        scaled(gradual_scale_down=True, scale_down={"stabilization_window_seconds": 60}),
        ".autoscaling: gradual_scale_down and scale_down both say how fast pods go; give one of them",
        scaled(scale_down={"stabilization_window_seconds": 60}),
    ),
    "window that is too long": (
        scaled(scale_down={"stabilization_window_seconds": 3601}),
        ".autoscaling.scale_down.stabilization_window_seconds: must be at most 3600",
        scaled(scale_down={"stabilization_window_seconds": 3600}),
    ),
    "tolerance that is none": (
        scaled(scale_down={"stabilization_window_seconds": 0, "tolerance": "-0.1"}),
        ".autoscaling.scale_down.tolerance: '-0.1' is no quantity, such as 250m or 512Mi",
        scaled(scale_down={"stabilization_window_seconds": 0, "tolerance": "0"}),
    ),
    "policy of two measures": (
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"pods": 1, "percent": 1}]}),
        ".autoscaling.scale_down.policies[0]: each of pods and percent is given; give exactly one",
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"pods": 1}]}),
    ),
    "policy of none": (
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{}]}),
        ".autoscaling.scale_down.policies[0]: neither of pods and percent is given; give exactly one",
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"percent": 1}]}),
    ),
    "period that is too long": (
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"pods": 1, "period_seconds": 1801}]}),
        ".autoscaling.scale_down.policies[0].period_seconds: must be at most 1800",
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"pods": 1, "period_seconds": 1800}]}),
    ),
    # Other containers
    "container of two groups": (
        {"init_containers": {"proxy": SIDE}, "sidecars": {"proxy": SIDE}},
        ": init_containers and sidecars both have proxy; rename one of them",
        {"init_containers": {"migrate": SIDE}, "sidecars": {"proxy": SIDE}},
    ),
    "probed init container": (
        {"init_containers": {"migrate": {**SIDE, "probes": {"readiness": {"exec": ["true"]}}}}},
        ": init_containers.migrate runs to its end and is never probed; give nothing but probes.startup_seconds",
        {"init_containers": {"migrate": {**SIDE, "probes": {"startup_seconds": 300}}}},
    ),
    "listening init container": (
        {"init_containers": {"migrate": {**SIDE, "ports": {"admin": 9000}}}},
        ": init_containers.migrate has ports, and nobody connects to it; leave them out, or make it a sidecar",
        {"sidecars": {"migrate": {**SIDE, "ports": {"admin": 9000}}}},
    ),
    "port of two containers": (
        {"sidecars": {"proxy": {**SIDE, "ports": {"proxy": 8080}}}},
        ": two containers of the pod have port 8080, and they share one address; change one of them",
        {"sidecars": {"proxy": {**SIDE, "ports": {"proxy": 8081}}}},
    ),
    "name of two ports": (
        {"sidecars": {"proxy": {**SIDE, "ports": {"http": 8081}}}},
        ": two containers of the pod have port http, and they share one address; change one of them",
        {"sidecars": {"proxy": {**SIDE, "ports": {"proxy": 8081}}}},
    ),
    # Service, network and identity
    "port of no container": (
        {"service_ports": {"grpc": 9090}},
        ": service_ports names grpc, which is no port of the containers (http)",
        {"service_ports": {"http": 80}},
    ),
    "two ports with one number": (
        {"container": {"ports": {"metrics": 9090}}, "service_ports": {"http": 80, "metrics": 80}},
        ": service_ports gives http and metrics one number; give each a number of its own",
        {"container": {"ports": {"metrics": 9090}}, "service_ports": {"http": 80, "metrics": 81}},
    ),
    "affinity without service": (
        {"service_ports": {}, "session_affinity_timeout_seconds": 60},
        ": session_affinity_timeout_seconds is the Service's, and there is none; give the container ports, or leave it out",
        {"session_affinity_timeout_seconds": 60},
    ),
    "affinity that is too long": (
        {"session_affinity_timeout_seconds": 86401},
        ".session_affinity_timeout_seconds: must be at most 86400",
        {"session_affinity_timeout_seconds": 86400},
    ),
    "monitor without service": (
        {"service_ports": {}, "monitoring": {}},
        ": monitoring reads through the Service, and there is none; say monitoring.kind PodMonitor",
        {"service_ports": {}, "monitoring": {"kind": "PodMonitor"}},
    ),
    "monitor of no port": (
        {"monitoring": {"port": "admin"}},
        ": monitoring.port is admin, and there are http; name one of them",
        {"monitoring": {"port": "http"}},
    ),
    "monitor of some port": (
        {
            "container": {"ports": {"http": None, "a": 1024, "b": 1025}, "probes": None},
            "monitoring": {},
            "acknowledged_warnings": ["no-probes"],
        },
        ": monitoring.port is not given, and there are a, b; name one of them",
        {
            "container": {"ports": {"http": None, "a": 1024, "b": 1025}, "probes": None},
            "monitoring": {"port": "b"},
            "acknowledged_warnings": ["no-probes"],
        },
    ),
    "peers without policy": (
        {"network_policy": False, "egress_to": []},
        ": egress_to is given and network_policy is off; turn it on or leave egress_to out",
        {"egress_to": []},
    ),
    "peer at a closed port": (
        {"ingress_from": [{"cidr": "10.0.0.0/8", "ports": [9090]}]},
        ": ingress_from names port 9090, which no container declares (8080)",
        {"ingress_from": [{"cidr": "10.0.0.0/8", "ports": [8080]}]},
    ),
    "peer of two kinds": (
        {"ingress_from": [{"cidr": "10.0.0.0/8", "pod_selector": {}}]},
        ".ingress_from[0]: both pods and a network are given; give namespace_selector, pod_selector or both, or cidr",
        {"ingress_from": [{"pod_selector": {}}]},
    ),
    "peer of no kind": (
        {"ingress_from": [{}]},
        ".ingress_from[0]: neither pods nor a network is given; give namespace_selector, pod_selector or both, or cidr",
        {"ingress_from": [{"namespace_selector": {}}]},
    ),
    "annotations of another account": (
        {"service_account_name": "a", "service_account_annotations": {"a": "b"}},
        ": service_account_annotations are for the workload's own account; leave service_account_name out",
        {"service_account_annotations": {"a": "b"}},
    ),
    "secret in an annotation": (
        {"pod_annotations": {"example.com/database": "postgres://orders:hunter2@db/orders"}},
        ": pod_annotations.example.com/database: contains a URL with a password and would be stored in plain text; remove it",
        {"pod_annotations": {"checksum/secret": "9f86d081"}},
    ),
    "annotations that are too long": (
        {"service_annotations": {"a": "x" * 262144}},
        ": service_annotations: must be at most 262144 bytes, got 262145",
        {"service_annotations": {"a": "x" * 262143}},
    ),
    "Secret that is named twice": (
        {"image_pull_secrets": ["a", "a"]},
        ".image_pull_secrets: a is listed more than once; remove the duplicate",
        {"image_pull_secrets": ["a", "b"]},
    ),
    "user that is no number of 32 bits": (
        {"run_as_user": 2147483648},
        ".run_as_user: must be at most 2147483647",
        {"run_as_user": 2147483647},
    ),
    "root": (
        {"run_as_user": 0},
        ".run_as_user: must be greater than 0",
        {"run_as_user": 10000},
    ),
    "label of ours": (
        {"labels": {"app.kubernetes.io/version": "1"}},
        ": labels holds app.kubernetes.io/version, which is set by version",
        {"version": "1"},
    ),
    "toleration with a field that is none": (
        {"tolerations": [{"taint": "spot"}]},
        ".tolerations[0]: a toleration has no taint; it has effect, key, operator, tolerationSeconds, value",
        {"tolerations": [{"key": "spot", "operator": "Exists"}]},
    ),
    "toleration with an operator that is none": (
        {"tolerations": [{"key": "spot", "operator": "Exist"}]},
        ".tolerations[0]: operator is 'Exist', and a toleration has Equal, Exists; give one of them, or leave it out",
        {"tolerations": [{"key": "spot", "operator": "Equal", "value": "a"}]},
    ),
    "toleration of an effect that is none": (
        {"tolerations": [{"key": "spot", "operator": "Exists", "effect": "NoSuch"}]},
        ".tolerations[0]: effect is 'NoSuch', and a toleration has NoSchedule, PreferNoSchedule, NoExecute; give one of "
        "them, or leave it out",
        {"tolerations": [{"key": "spot", "operator": "Exists", "effect": "PreferNoSchedule"}]},
    ),
    "toleration without key": (
        {"tolerations": [{"effect": "NoSchedule"}]},
        ".tolerations[0]: there is no key, which only operator Exists does without; give the key of the taint",
        {"tolerations": [{"operator": "Exists"}]},
    ),
    "toleration of a value that nobody looks at": (
        {"tolerations": [{"key": "spot", "operator": "Exists", "value": "a"}]},
        ".tolerations[0]: operator Exists looks at no value, and value is 'a'; leave it out",
        {"tolerations": [{"key": "spot", "value": "a"}]},
    ),
    "toleration for a time that does not come": (
        {"tolerations": [{"key": "spot", "operator": "Exists", "tolerationSeconds": 60}]},
        ".tolerations[0]: tolerationSeconds is for effect NoExecute alone; say that effect, or leave it out",
        {"tolerations": [{"key": "spot", "operator": "Exists", "tolerationSeconds": 60, "effect": "NoExecute"}]},
    ),
    "toleration of a number": (
        {"tolerations": [{"key": 5, "operator": "Exists"}]},
        ".tolerations[0]: key is 5; give text",
        {"tolerations": [{"key": "5", "operator": "Exists"}]},
    ),
    "toleration for a text": (
        {"tolerations": [{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": "60"}]},
        ".tolerations[0]: tolerationSeconds is '60'; give a number",
        {"tolerations": [{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60}]},
    ),
    "toleration of a key that is none": (
        {"tolerations": [{"key": "a b", "operator": "Exists"}]},
        ".tolerations[0]: key 'a b' must be at most 63 letters, digits, '-', '_' and '.', after a domain and a slash if it "
        "has a prefix",
        {"tolerations": [{"key": "example.com/spot", "operator": "Exists"}]},
    ),
    "kernel setting of the node": (
        {"sysctls": {"kernel.msgmax": "1"}},
        ".sysctls.kernel.msgmax[[key]]: expected 'kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', "
        "'net.ipv4.ip_local_reserved_ports', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ping_group_range', "
        "'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', "
        "'net.ipv4.tcp_keepalive_time' or 'net.ipv4.tcp_syncookies'",
        {"sysctls": {"net.ipv4.tcp_keepalive_time": "240"}},
    ),
}


@pytest.mark.parametrize(("changed", "message"), [each[:2] for each in CASES.values()], ids=CASES)
def test_what_is_refused(made, changed, message):
    with pytest.raises(InvalidInput) as refused:
        made(**changed)
    assert str(refused.value).removeprefix(WHERE).replace(".[key]", "[[key]]") == message


@pytest.mark.parametrize("changed", [each[2] for each in CASES.values()], ids=CASES)
def test_what_is_taken_just_beside(made, changed):
    assert made(**changed)["orders"]


LATE = {
    "namespace": ("default", CASES["default namespace"][1]),
    "service_account_name": (
        "Orders",
        ".service_account_name: 'Orders' must be 1 to 253 lower-case letters, digits, hyphens and dots, and begin and end "
        "with a letter or digit",
    ),
}
LATE_AUTOSCALING = {
    "bootstrap_servers": ("nohost", CASES["lag at no broker"][1]),
    "authentication_ref": (
        "Orders",
        ".autoscaling.kafka_lag.authentication_ref: 'Orders' must be 1 to 253 lower-case letters, digits, hyphens and "
        "dots, and begin and end with a letter or digit",
    ),
}
LATE_OF_CONTAINER = {
    "image": ("registry.example/orders", CASES["image without tag"][1]),
    "secrets": (
        "Orders",
        ".container.secrets.secret_name: 'Orders' must be 1 to 253 lower-case letters, digits, hyphens and dots, and "
        "begin and end with a letter or digit",
    ),
}


@pytest.mark.parametrize("argument", LATE)
def test_a_late_value_is_refused_in_the_same_words(made, late, argument):
    value, message = LATE[argument]
    with pytest.raises(InvalidInput) as refused:
        made(**{argument: late(value)})
    assert str(refused.value) == WHERE + message


@pytest.mark.parametrize("argument", LATE_AUTOSCALING)
def test_a_late_value_of_kafka_lag_is_refused_in_the_same_words(made, late, argument):
    value, message = LATE_AUTOSCALING[argument]
    with pytest.raises(InvalidInput) as refused:
        made(**scaled(kafka_lag={**LAG, argument: late(value)}))
    assert str(refused.value) == WHERE + message


ANNOTATIONS = ("pod_annotations", "service_annotations", "service_account_annotations")


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("argument", ANNOTATIONS)
def test_a_secret_that_comes_late_is_in_no_annotation(made, late, argument, preview):
    with pytest.raises(InvalidInput) as refused:
        made(**{argument: {"a": late("x", secret=True)}}, preview=preview)
    assert str(refused.value) == (
        f"{WHERE}: {argument}.a: contains a secret and would be stored in plain text; remove it, or use "
        "pulumi.Output.unsecret if it is not a secret"
    )
    assert made(**{argument: {"a": late("x")}}, preview=preview)


@pytest.mark.parametrize("argument", ANNOTATIONS)
@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("x" * 262144, "{}: must be at most 262144 bytes, got 262145"),
        (
            "postgres://orders:hunter2@db/orders",
            "{}.a: contains a URL with a password and would be stored in plain text; remove it, or use "
            "pulumi.Output.unsecret if it is not a secret",
        ),
    ],
)
def test_annotations_that_come_late_are_held_to_the_rules(made, late, argument, value, what):
    with pytest.raises(InvalidInput) as refused:
        made(**{argument: {"a": late(value)}})
    assert str(refused.value) == f"{WHERE}: {what.format(argument)}"


def test_a_toleration_that_comes_late_is_left_to_the_api_server(made, late):
    assert made(tolerations=[{"key": "spot", "operator": late("Exists")}])


@pytest.mark.parametrize("argument", LATE_OF_CONTAINER)
def test_a_late_value_of_a_container_is_refused_in_the_same_words(made, late, argument):
    value, message = LATE_OF_CONTAINER[argument]
    given = {"A": {"secret_name": late(value), "key": "a"}} if argument == "secrets" else late(value)
    with pytest.raises(InvalidInput) as refused:
        made(container={argument: given})
    assert str(refused.value) == WHERE + message


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize(
    ("argument", "name"), [("environment", "A"), ("config_map_environment", "A"), ("config_files", "/etc/orders/a")]
)
def test_a_secret_that_comes_late_is_refused_where_all_can_read_it(made, late, argument, name, preview):
    instead = "secret_files" if argument == "config_files" else "secret_environment"
    with pytest.raises(InvalidInput) as refused:
        made(container={argument: {name: late("x", secret=True)}}, preview=preview)
    assert str(refused.value) == (
        f"{WHERE}.container: {argument}.{name}: contains a secret and would be stored in plain text; move it to {instead}, or "
        f"add {name} to not_secret"
    )
    assert made(container={argument: {name: late("x", secret=True)}, "not_secret": [name]}, preview=preview)
    assert made(container={argument: {name: late("x")}}, preview=preview)


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("argument", ["command", "args"])
def test_a_secret_among_the_words_of_a_command_is_refused(made, late, argument, preview):
    given = {argument: ["--password", late("x", secret=True)]}
    with pytest.raises(InvalidInput) as refused:
        made(container=given, preview=preview)
    assert str(refused.value) == (
        f"{WHERE}.container: {argument}[1]: contains a secret and would be stored in plain text; move it to "
        f"secret_environment and write $(NAME) instead, or add {argument}[1] to not_secret"
    )
    assert made(container={**given, "not_secret": [f"{argument}[1]"]}, preview=preview)
    assert made(container={argument: ["--password", late("x")]}, preview=preview)


@pytest.mark.parametrize(
    ("argument", "name", "kind"),
    [
        ("config_map_environment", "A", "ConfigMap"),
        ("config_files", "/etc/orders/a", "ConfigMap"),
        ("secret_environment", "A", "Secret"),
        ("secret_files", "/etc/orders/a", "Secret"),
    ],
)
def test_what_comes_late_and_is_too_much_is_refused(made, late, argument, name, kind):
    with pytest.raises(InvalidInput) as refused:
        made(container={argument: {name: late("x" * 1048577)}})
    assert str(refused.value) == (
        f"{WHERE}.container: {argument} holds 1048577 bytes, and a {kind} 1048576 at most; put less into it"
    )
    assert made(container={argument: {name: late("x" * 1048576)}})


def test_a_late_value_that_looks_like_a_secret_is_refused(made, late):
    with pytest.raises(
        InvalidInput, match=f"^{WHERE}.sidecars.proxy: config_map_environment.URL: contains a URL with a password"
    ):
        made(sidecars={"proxy": {**SIDE, "config_map_environment": {"URL": late("postgres://a:b@c/d")}}})


def test_the_value_of_a_secret_is_in_no_message(made):
    with pytest.raises(InvalidInput) as refused:
        made(container={"environment": {"DATABASE_PASSWORD": "hunter2"}})
    assert "hunter2" not in str(refused.value)
