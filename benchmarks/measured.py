"""Runs one program once in a process of its own, for components.py, which times it.

With ``--inside`` it prints the processor seconds of the program alone, warm: imports, and the first use of each class,
are not counted. Without, it prints the plan, as ``moorings preview --json`` does.
"""

import atexit
import gc
import json
import sys
import time

gc.disable()  # as the command line does, and so that it tells nothing of what came before
atexit.register(gc.freeze)

import by_hand

from moorings import EncryptionKey, EncryptionKeyArgs, MskCluster, MskClusterArgs
from moorings.preview.program import Setting, run

VPC = "vpc-0d1c7a52e8b94f360"
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]


def key_of_ours(name: str) -> None:
    """A key, with the component."""
    EncryptionKey(name, EncryptionKeyArgs(description="Orders", services=["kafka"]))


def key_by_hand(name: str) -> None:
    """The same key, by hand."""
    by_hand.key(name, "Orders", ["kafka"], None)


def cluster_of_ours(name: str) -> None:
    """A cluster with a user, with the component."""
    args = MskClusterArgs(vpc_id=VPC, subnet_ids=SUBNETS, kafka_version="3.9.x.kraft", users=["orders"])
    MskCluster(name, args)


def cluster_by_hand(name: str) -> None:
    """The same cluster, by hand."""
    by_hand.cluster(name, VPC, SUBNETS, ["orders"])


def main(program: str, count: int, *, inside: bool) -> None:
    """Run a program that makes so many of one thing."""
    make = globals()[program]
    setting = Setting("benchmark", "benchmark")

    def many() -> None:
        for number in range(count):
            make(f"n{number}")

    if not inside:
        print(json.dumps(run(many, setting, known=True).to_json()))
        return
    run(lambda: make("warm"), setting, known=True)
    begin = time.process_time()
    plan = run(many, setting, known=True)
    print(json.dumps({"seconds": time.process_time() - begin, "resources": len(plan.steps)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), inside="--inside" in sys.argv)
