"""Jobs, CronJobs and DaemonSets, which share pods, settings, security and rules with `KubernetesWorkload`."""
