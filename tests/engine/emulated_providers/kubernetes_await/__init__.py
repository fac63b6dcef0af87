"""Emulates how the Kubernetes provider 4.32 waits for objects that it created, updated or deletes.

Each kind has a module, which links to its source in the provider and reproduces the conditions, timers, status messages
and errors of that source. Not emulated: DaemonSets, ReplicationControllers and ResourceQuotas, which the library does
not create, and the output of Kubernetes warning events.

Source: https://github.com/pulumi/pulumi-kubernetes/tree/master/provider/pkg/await
"""
