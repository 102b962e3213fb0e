/** Where iproute2, util-linux and a shell's tools are on every distribution; an operator's own PATH may lack the folders of root's. */
export const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
