"""Arguments of a workload."""

from moorings import KubernetesWorkloadArgs


def test_the_guide_lists_the_effect_of_changing_each_argument(check_changes_table):
    check_changes_table("workloads.md", KubernetesWorkloadArgs)
