/** For a cluster that kubeadm has made. */
export const kubernetesExample = `# yaml-language-server: $schema=certwright.schema.json
nodes:
  master-1: { addresses: [10.240.1.2], ssh: { user: admin, sudo: true } }
  master-2: { addresses: [10.240.2.2], ssh: { user: admin, sudo: true } }
  master-3: { addresses: [10.240.3.2], ssh: { user: admin, sudo: true } }
  worker-1: { addresses: [10.240.4.2], ssh: { user: admin, sudo: true } }
kubernetes:
  cluster: example
  version: "1.35.4"
  kubeconfig: admin.conf
  endpoint: api.example.org:6443
  controlPlane: [master-1, master-2, master-3]
  workers: [worker-1]
  applications:
    restart: discovered
    exclude: [{ kind: Deployment, namespace: shop, name: web }]
`;

/** What somebody without an estate file is shown: it passes as it is, and a test reads it. */
export const estateExample = `# yaml-language-server: $schema=certwright.schema.json
nodes:
  etcd-1:
    addresses: [etcd-1.example.org, 10.240.1.2]
  etcd-2:
    addresses: [etcd-2.example.org, 10.240.2.2]
  etcd-3:
    addresses: [etcd-3.example.org, 10.240.3.2]
etcd:
  cluster: example
  version: "3.6"
  members:
    - node: etcd-1
    - node: etcd-2
    - node: etcd-3
  roles:
    app:
      - { prefix: /app/, access: readwrite }
  users:
    app: { roles: [app] }
`;
