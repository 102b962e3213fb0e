import { freePorts } from "../../../../../src/adapters/etcd/free-ports.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.auto-tls-restart",
  title: "a client has the certificate that etcd made at an earlier start",
  needs: ["etcd"],
  async build(lab) {
    const ports = (await freePorts(2)) as [number, number];
    const url = `https://127.0.0.1:${ports[0]}`;
    const flags = { "--auto-tls": "", "--listen-client-urls": url, "--advertise-client-urls": url };
    await lab.etcd({ ports, flags });
    const earlier = lab.ca("O=etcd");
    const ca = lab.certificates("ca.crt", earlier);
    return { args: [url, "--ca", ca], text: ["auto-tls", ca], fix: ["--cert-file"], also: [] };
  },
});
