import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubelet-client-expired",
  title: "the kubelet says so at its start",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'E1123 10:12:01.123456    1234 bootstrap.go:266] part of the existing bootstrap client certificate in /etc/kubernetes/kubelet.conf is expired: 2026-11-20 10:00:00 +0000 UTC\nE1123 10:12:01.123456    1234 run.go:74] "command failed" err="failed to run Kubelet: unable to load bootstrap kubeconfig: stat /etc/kubernetes/bootstrap-kubelet.conf: no such file or directory"\n',
    text: ["/etc/kubernetes/kubelet.conf"],
    fix: ["/etc/kubernetes/kubelet.conf"],
  }),
});
