/** postject has no types of its own; what is used of its 1.0.0-alpha.6 (dist/api.js). */
declare module "postject" {
  const postject: {
    inject(
      filename: string,
      resourceName: string,
      resourceData: Buffer,
      options: { readonly sentinelFuse: string },
    ): Promise<void>;
  };
  export default postject;
}
