"""Emulates how the Kubernetes provider 4.32 waits for objects that it created, updated or deletes.

One module for each kind. Each module names its counterpart in the provider, whose conditions, timers, status messages
and errors it reproduces. Not emulated: DaemonSets, ReplicationControllers and ResourceQuotas, which the library does
not create, and the relay of warning events.

Source: https://github.com/pulumi/pulumi-kubernetes/tree/master/provider/pkg/await
"""
