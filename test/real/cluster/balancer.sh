#!/bin/sh
# Process 1 of the load balancer: balancer.sh HAPROXY CONFIGURATION
set -e
ip link set lo up
echo ready
exec "$1" -db -f "$2" >"$2.log" 2>&1
